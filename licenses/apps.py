"""How Django knows this app."""

from django.apps import AppConfig


class LicensesConfig(AppConfig):
    """The app's name and label."""

    name = "licenses"
    label = "licenses"
