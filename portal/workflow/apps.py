"""How Django knows this app."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """The app's name and label."""

    name = "portal.workflow"
    label = "workflow"
