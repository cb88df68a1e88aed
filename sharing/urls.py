"""Addresses of sharing's pages."""

from django.urls import path

from sharing.views import engines, grants, requests

app_name = "sharing"
urlpatterns = [
    path("sharing/", requests.request_list, name="requests"),
    path("sharing/requests/new/", requests.request_new, name="request_new"),
    path("sharing/requests/<str:number>/", requests.request_detail, name="request"),
    path("sharing/requests/<str:number>/edit/", requests.request_edit, name="request_edit"),
    path("sharing/requests/<str:number>/<str:verb>/", requests.request_verb, name="request_verb"),
    path("sharing/grants/", grants.grant_list, name="grants"),
    path("sharing/grants/<str:number>/", grants.grant_detail, name="grant"),
    path("sharing/grants/<str:number>/rows/", grants.grant_rows, name="grant_rows"),
    path("sharing/grants/<str:number>/download/<str:form>/", grants.grant_download, name="grant_download"),
    path("sharing/grants/<str:number>/profile/", engines.grant_profile, name="grant_profile"),
    path("sharing/grants/<str:number>/<str:verb>/", grants.grant_verb, name="grant_verb"),
]
