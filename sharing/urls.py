"""Addresses of sharing's pages."""

from django.urls import path

from sharing.views import corrections, engines, filing, grants, requests

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
    path("sharing/grants/<str:number>/correction/", filing.correction_new, name="grant_correction"),
    path("sharing/grants/<str:number>/download/<str:form>/", grants.grant_download, name="grant_download"),
    path("sharing/grants/<str:number>/profile/", engines.grant_profile, name="grant_profile"),
    path("sharing/grants/<str:number>/<str:verb>/", grants.grant_verb, name="grant_verb"),
    path("sharing/corrections/", corrections.correction_list, name="corrections"),
    path("sharing/corrections/export/<str:form>/", corrections.correction_export, name="correction_export"),
    path("sharing/corrections/<str:number>/", corrections.correction_detail, name="correction"),
    path("sharing/corrections/<str:number>/documents/", corrections.correction_attach, name="correction_attach"),
    path(
        "sharing/corrections/<str:number>/documents/<int:document>/",
        corrections.correction_document,
        name="correction_document",
    ),
    path("sharing/corrections/<str:number>/<str:verb>/", corrections.correction_verb, name="correction_verb"),
]
