"""How Django knows this app."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The roof; tells the navigation how many tasks wait."""

    name = "portal.home"
    label = "home"

    def ready(self) -> None:
        from portal.home.selectors import waiting_count  # noqa: PLC0415 - models are ready only now
        from portal.web.navigation import count_desk_with  # noqa: PLC0415 - models are ready only now

        count_desk_with(waiting_count)
