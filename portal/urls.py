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
    "opening.api.urls",
    "sharing.api.urls",
    "licenses.api.urls",
    "catalog.api.urls",
)

# First and under one prefix: programs call the API a thousand times for each page that a person opens.
urlpatterns = [path("api/v1/", include([path("", include(module)) for module in APIS]))]
urlpatterns += [path("", include(module)) for module in PAGES]

handler400 = "portal.web.errors.bad_request"
handler403 = "portal.web.errors.forbidden"
handler404 = "portal.web.errors.not_found"
handler500 = "portal.web.errors.server_error"
