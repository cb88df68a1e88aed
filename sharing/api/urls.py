"""Addresses of sharing's API, below ``/api/v1/``."""

from django.urls import path

from sharing.api import views

urlpatterns = [
    path("sharing/requests/", views.RequestList.as_view(), name="api_sharing_requests"),
    path("sharing/requests/<str:number>/", views.RequestDetail.as_view(), name="api_sharing_request"),
    path("sharing/requests/<str:number>/<str:verb>", views.RequestVerb.as_view(), name="api_sharing_request_verb"),
    path("sharing/grants/", views.GrantList.as_view(), name="api_sharing_grants"),
    path("sharing/grants/<str:number>/", views.GrantDetail.as_view(), name="api_sharing_grant"),
    path("sharing/grants/<str:number>/rows", views.GrantRows.as_view(), name="api_sharing_grant_rows"),
    path("sharing/grants/<str:number>/<str:verb>", views.GrantVerb.as_view(), name="api_sharing_grant_verb"),
]
