"""Addresses of the roof."""

from django.urls import include, path

from portal.home.views import notices

notice_patterns = [
    path("", notices.notice_list, name="list"),
    path("read/", notices.read_all, name="read_all"),
    path("<int:notice_id>/", notices.open_notice, name="open"),
]
urlpatterns = [
    path("notices/", include((notice_patterns, "notices"))),
]
