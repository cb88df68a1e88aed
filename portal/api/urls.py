"""Addresses of the API as a whole: its OpenAPI 3.1 description."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

urlpatterns = [
    path(
        "openapi.json",
        SpectacularJSONAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="openapi",
    ),
]
