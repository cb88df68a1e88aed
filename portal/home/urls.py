"""Addresses of the roof."""

from django.urls import include, path

from portal.home.views import desk, developers, front, me, notices, people

home_patterns = [
    path("", front.front, name="front"),
    path("sitemap.xml", front.sitemap, name="sitemap"),
    path("desk/", desk.desk, name="desk"),
    path("me/", me.me, name="me"),
    path("me/keys/", me.create_key, name="create_key"),
    path("me/keys/<int:key_id>/revoke/", me.revoke_key, name="revoke_key"),
    path("developers/", developers.developers, name="developers"),
    path("developers/api/", developers.api_reference, name="api_reference"),
]
notice_patterns = [
    path("", notices.notice_list, name="list"),
    path("read/", notices.read_all, name="read_all"),
    path("<int:notice_id>/", notices.open_notice, name="open"),
]
people_patterns = [
    path("people/", people.person_list, name="list"),
    path("people/new/", people.person_new, name="new"),
    path("people/<str:username>/", people.person_detail, name="detail"),
    path("people/<str:username>/duties/", people.duty_give, name="duty_give"),
    path("people/<str:username>/duties/<int:membership_id>/take/", people.duty_take, name="duty_take"),
    path("people/<str:username>/active/", people.account_active, name="active"),
    path("people/<str:username>/password/", people.password_reset, name="password"),
    path("departments/", people.department_list, name="departments"),
    path("departments/new/", people.department_new, name="department_new"),
]
urlpatterns = [
    path("accounts/", include((people_patterns, "people"))),
    path("", include((home_patterns, "home"))),
    path("notices/", include((notice_patterns, "notices"))),
]
