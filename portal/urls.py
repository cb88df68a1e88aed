"""Every address of the site: each app declares its own full paths, this file only joins them."""

from importlib.util import find_spec

from django.urls import include, path


def _standing(*modules: str) -> list[str]:
    """Keep the URL modules that exist already."""
    return [
        name for name in modules if find_spec(name.rpartition(".")[0]) is not None and find_spec(name) is not None
    ]


PAGES = _standing(
    "portal.runtime.urls",
    "portal.accounts.urls",
    "portal.web.urls",
    "catalog.urls",
    "sharing.urls",
    "opening.urls",
    "licenses.urls",
    "portal.oversight.urls",
    "portal.home.urls",
)
APIS = _standing(
    "portal.api.urls",
    "portal.accounts.api.urls",
    "portal.audit.api.urls",
    "catalog.api.urls",
    "sharing.api.urls",
    "opening.api.urls",
    "licenses.api.urls",
)

urlpatterns = [path("", include(module)) for module in PAGES]
urlpatterns += [path("api/v1/", include(module)) for module in APIS]

handler400 = "portal.web.errors.bad_request"
handler403 = "portal.web.errors.forbidden"
handler404 = "portal.web.errors.not_found"
handler500 = "portal.web.errors.server_error"
