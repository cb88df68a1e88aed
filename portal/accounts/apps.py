"""App configuration of accounts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, departments and duties."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("People and departments")

    def ready(self) -> None:
        from portal.accounts import receivers  # noqa: F401 - receivers register on import
