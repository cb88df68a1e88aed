"""How Django knows this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The app's name and label."""

    name = "portal.audit"
    label = "audit"
