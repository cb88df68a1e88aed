"""Addresses of the license API, below /api/v1/."""

from django.urls import path

from licenses.api import views

app_name = "licenses-api"
urlpatterns = [
    path("licenses/types/", views.Types.as_view(), name="types"),
    path("licenses/types/<str:code>/", views.Type.as_view(), name="type"),
    path("licenses/types/<str:code>/publish", views.PublishType.as_view(), name="publish_type"),
    path("licenses/types/<str:code>/retire", views.RetireType.as_view(), name="retire_type"),
    path("licenses/verify/", views.Verify.as_view(), name="verify"),
    path("licenses/", views.Licenses.as_view(), name="licenses"),
    path("licenses/<str:identifier>/", views.OneLicense.as_view(), name="license"),
    path("licenses/<str:identifier>/<slug:verb>", views.LicenseAct.as_view(), name="act"),
]
