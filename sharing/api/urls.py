"""Addresses of sharing's API, below ``/api/v1/``."""

from django.urls import path

from sharing.api import corrections, delta, iceberg, sources, views

app_name = "sharing-api"
urlpatterns = [
    # First, because it is called a thousand times for each call of another.
    path("sharing/grants/<str:number>/rows", views.GrantRows.as_view(), name="grant_rows"),
    path("sharing/requests/", views.RequestList.as_view(), name="requests"),
    path("sharing/requests/<str:number>/", views.RequestDetail.as_view(), name="request"),
    path("sharing/requests/<str:number>/<str:verb>", views.RequestVerb.as_view(), name="request_verb"),
    path("sharing/corrections/", corrections.CorrectionList.as_view(), name="corrections"),
    path("sharing/corrections/<str:number>/", corrections.CorrectionDetail.as_view(), name="correction"),
    path(
        "sharing/corrections/<str:number>/documents/",
        corrections.CorrectionDocuments.as_view(),
        name="correction_documents",
    ),
    path("sharing/corrections/<str:number>/<str:verb>", corrections.CorrectionVerb.as_view(), name="correction_verb"),
    path("sharing/sources/", sources.SourceList.as_view(), name="sources"),
    path("sharing/grants/", views.GrantList.as_view(), name="grants"),
    path("sharing/grants/<str:number>/", views.GrantDetail.as_view(), name="grant"),
    path("sharing/grants/<str:number>/<str:verb>", views.GrantVerb.as_view(), name="grant_verb"),
    *delta.urlpatterns,
    *iceberg.urlpatterns,
]
