"""Addresses of license pages."""

from django.urls import path

from licenses import views

app_name = "licenses"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("p/<str:code>", views.printed, name="printed"),
    path("licenses/", views.licenses, name="licenses"),
    path("licenses/new/", views.issue_start, name="issue_start"),
    path("licenses/new/<str:code>/", views.issue, name="issue"),
    path("licenses/types/", views.types, name="types"),
    path("licenses/types/new/", views.define_type, name="define_type"),
    path("licenses/types/<str:code>/", views.type, name="type"),
    path("licenses/types/<str:code>/<int:version>", views.type_metadata, name="type_metadata"),
    path("licenses/types/<str:code>/change/", views.change_type, name="change_type"),
    path("licenses/types/<str:code>/publish/", views.publish_type, name="publish_type"),
    path("licenses/types/<str:code>/retire/", views.retire_type, name="retire_type"),
    path("licenses/<str:identifier>/", views.license, name="license"),
    path("licenses/<str:identifier>/print.pdf", views.print_pdf, name="print_pdf"),
    path("licenses/<str:identifier>/preview.png", views.preview, name="preview"),
    path("licenses/<str:identifier>/change/", views.change, name="change"),
    path("licenses/<str:identifier>/renew/", views.renew, name="renew"),
    path("licenses/<str:identifier>/<slug:verb>/", views.act, name="act"),
]
