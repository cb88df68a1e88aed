"""How Django knows the runtime: health, metrics and the commands of one machine."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    """The runtime."""

    name = "portal.runtime"
    label = "runtime"

    def ready(self) -> None:
        """Make the Celery application current, so that tasks find their broker, and connect the worker's heartbeat."""
        from portal import celery  # noqa: F401  every process that sends tasks needs the application
        from portal.runtime import receivers  # noqa: F401  receivers register on import
