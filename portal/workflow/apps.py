"""App configuration of workflow."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    """Deadlines, snapshots and numbers."""

    name = "portal.workflow"
    label = "workflow"
    verbose_name = _("Workflow")
