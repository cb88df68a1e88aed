"""Addresses of the pages about the site itself."""

from django.urls import path

from portal.web import views

app_name = "web"
urlpatterns = [
    path("display/", views.display, name="display"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("help/", views.help_page, name="help"),
    path("site-map/", views.site_map, name="site_map"),
    path("kept/", views.kept, name="kept"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("brand.css", views.brand_css, name="brand_css"),
]
