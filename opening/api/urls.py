"""Addresses of opening's API, below ``/api/v1/``."""

from django.urls import path

from opening.api import delta, iceberg, views

urlpatterns = [
    path("opening/editions/<slug:name>/rows", views.EditionRows.as_view(), name="api_opening_rows"),
    path("opening/publications/", views.PublicationList.as_view(), name="api_opening_publications"),
    path("opening/publications/<slug:name>/", views.PublicationDetail.as_view(), name="api_opening_publication"),
    path(
        "opening/publications/<slug:name>/<slug:verb>",
        views.PublicationVerb.as_view(),
        name="api_opening_publication_verb",
    ),
    *delta.urlpatterns,
    *iceberg.urlpatterns,
]
