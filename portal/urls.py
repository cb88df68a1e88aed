"""Every address of the site: each app declares its own full paths, this file only joins them."""

from django.urls import include, path

PAGES = (
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
APIS = (
    "portal.api.urls",
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
