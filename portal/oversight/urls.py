"""Addresses of oversight."""

from django.urls import path

from portal.oversight import views

app_name = "oversight"
urlpatterns = [
    path("audit/", views.records, name="records"),
    path("audit/export/", views.export, name="export"),
    path("audit/verify/", views.verify, name="verify"),
    path("audit/<int:entry_id>/", views.record_detail, name="record_detail"),
]
