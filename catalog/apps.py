"""How Django knows this app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The app's name and label."""

    name = "catalog"
    label = "catalog"
