"""How Django knows this app."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The roof; tells the navigation how many tasks wait."""

    name = "portal.home"
    label = "home"

    def ready(self) -> None:
        from portal.home.selectors import waiting_count
        from portal.web.navigation import count_desk_with

        count_desk_with(waiting_count)
