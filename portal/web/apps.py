"""How Django knows this app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The app's name and label."""

    name = "portal.web"
    label = "web"
