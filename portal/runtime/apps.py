"""How Django knows this app."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    """The app's name and label."""

    name = "portal.runtime"
    label = "runtime"
