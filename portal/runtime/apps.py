"""How Django knows the runtime: health, metrics and the commands of one machine."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    """The runtime."""

    name = "portal.runtime"
    label = "runtime"

    def ready(self) -> None:
        """Connect the worker's heartbeat."""
        from portal.runtime import receivers  # noqa: F401, PLC0415  receivers register on import
