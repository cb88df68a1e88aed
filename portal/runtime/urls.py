"""Addresses for machines that watch: health, readiness, numbers."""

from django.urls import path

from portal.runtime import views

app_name = "runtime"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
