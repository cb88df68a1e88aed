"""How Django knows the toolkit of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The toolkit of the API."""

    name = "portal.api"
    label = "api"

    def ready(self) -> None:
        from portal.api import schema  # noqa: F401 - the description of keys registers on import
