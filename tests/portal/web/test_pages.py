"""The pages about the site, display choices, errors, and the form kept after the session ended."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from portal.accounts.models import User
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooManyRequests
from portal.web.errors import csrf_failure, server_error
from portal.web.fetch import fetch
from portal.web.paging import paginate
from portal.web.responses import safe_next

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.web.test_pages")]


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    """Raise the refusal that is asked for."""
    raise {
        "invalid": Invalid("Look again.", fields={"page": ["Not a number."]}),
        "forbidden": NotAllowed("Only the office head may."),
        "missing": NotFound("Nothing here."),
        "silent": NotFound(),
        "conflict": Conflict("Already done."),
        "limit": TooManyRequests("Slow down.", retry_after=30),
    }[kind]


handler404 = "portal.web.errors.not_found"
urlpatterns = [path("refuse/<kind>/", refuse), path("", include("portal.urls"))]


@pytest.mark.parametrize("address", ["/display/", "/accessibility/", "/help/", "/site-map/", "/accounts/login/"])
def test_pages_about_the_site_open_for_visitors(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1
    assert b"style=" not in response.content


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("invalid", 400, "Not a number."),
        ("missing", 404, "Nothing here."),
        ("conflict", 409, "Already done."),
        ("limit", 429, "Slow down."),
        ("forbidden", 403, "Please sign in first"),
    ],
)
def test_refusals_are_pages_with_their_status(client: Client, kind: str, status: int, words: str) -> None:
    response = client.get(f"/refuse/{kind}/")
    assert response.status_code == status
    assert words in response.content.decode()
    assert "HX-Request" in response["Vary"]
    if kind == "limit":
        assert response["Retry-After"] == "30"


def test_htmx_gets_a_fragment(client: Client) -> None:
    response = client.get("/refuse/conflict/", headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert b"<html" not in response.content


def test_unknown_addresses_are_404_in_words(client: Client) -> None:
    response = client.get("/nowhere/at/all/", headers={"Accept-Language": "en"})
    assert response.status_code == 404
    assert b"Page not found" in response.content


def test_the_page_for_our_own_faults_needs_no_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()


def test_a_form_open_too_long_says_that_nothing_is_lost() -> None:
    response = csrf_failure(RequestFactory().post("/x/"))
    assert response.status_code == 403
    assert b"still there" in response.content


def test_choices_are_kept_in_cookies_and_lead_back(client: Client) -> None:
    response = client.get("/display/?text=large&next=/help/%3Fa%3D1")
    assert response["Location"] == "/help/?a=1"
    assert response.cookies["songhua_text"].value == "large"
    assert b'data-text="large"' in client.get("/help/").content


def test_choices_never_lead_to_another_site(client: Client) -> None:
    assert client.get("/display/?theme=dark&next=https://evil.example/")["Location"] == "/display/"
    assert safe_next(RequestFactory().get("/"), "//evil.example", "/home") == "/home"


def test_unknown_choices_are_not_kept(client: Client) -> None:
    response = client.post("/display/", {"theme": "pink", "text": "normal", "language": "en"})
    assert "songhua_theme" not in response.cookies
    assert response.cookies["songhua_language"].value == "en"


def test_choices_are_kept_in_the_profile_when_signed_in(client: Client) -> None:
    user = User.objects.create(username="anna", name="Anna")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/display/?theme=dark&text=large&language=en")
    user.refresh_from_db()
    assert (user.theme, user.text_size, user.language) == ("dark", "large", "en")


def test_a_form_sent_after_the_session_ended_comes_back_after_signing_in(client: Client) -> None:
    response = client.post("/refuse/forbidden/", {"purpose": "核验企业状态", "csrfmiddlewaretoken": "x"})
    assert response.status_code == 403
    assert "/accounts/login/?next=%2Fkept%2F" in response.content.decode()
    user = User.objects.create(username="anna", name="Anna", language="en")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/kept/").content.decode()
    assert "核验企业状态" in page
    assert 'action="/refuse/forbidden/"' in page
    assert client.post("/kept/").status_code == 302
    assert client.get("/kept/").status_code == 302


def test_passwords_are_never_kept(client: Client) -> None:
    client.post("/refuse/forbidden/", {"password": "secret", "username": "anna"})
    assert "kept_post" not in client.session


def test_the_form_of_the_password_is_never_kept(client: Client) -> None:
    sent = {"old": "Old-secret-123", "new": "New-secret-123", "again": "New-secret-123"}
    assert client.post("/accounts/password/", sent)["Location"].endswith("?next=/desk/")
    assert "kept_post" not in client.session


@pytest.mark.parametrize("address", ["/dataset/?q=%00", "/organization/a%00b", "/accounts/login/?next=%00"])
def test_a_null_character_is_a_wrong_request(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


def test_what_a_person_signed_in_sees_is_kept_by_no_cache(client: Client) -> None:
    assert "Cache-Control" not in client.get("/help/")
    client.force_login(User.objects.create(username="a"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/help/")["Cache-Control"] == "private, no-store"
    assert client.get("/robots.txt")["Cache-Control"] == "private, max-age=3600"


def test_files_for_machines(client: Client) -> None:
    assert b"Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content
    assert b"Contact: mailto:" in client.get("/.well-known/security.txt").content
    assert client.get("/favicon.ico").status_code == 302
    assert client.get("/brand.css")["Content-Type"].startswith("text/css")


def test_page_numbers_are_checked() -> None:
    ask = RequestFactory().get
    assert paginate(ask("/?page=2"), list(range(30)), 20).object_list == list(range(20, 30))
    assert paginate(ask("/?page=9"), list(range(400)), 20).window == [1, None, 7, 8, 9, 10, 11, None, 20]
    with pytest.raises(NotFound):
        paginate(ask("/?page=3"), list(range(30)), 20)
    for wrong in ("0", "x", "-1", "²", "9" * 12, "9" * 5000):
        with pytest.raises(Invalid):
            paginate(ask("/", {"page": wrong}), [1], 20)


def test_what_is_not_visible_does_not_exist() -> None:
    with pytest.raises(NotFound):
        fetch(User.objects.all(), username="nobody")
    with pytest.raises(NotFound):
        fetch(User.objects.all(), pk="not-a-number")
    made = User.objects.create(username="anna", name="Anna")
    assert fetch(User.objects.all(), username="anna") == made


def test_a_form_of_a_page_for_people_signed_in_is_kept_too(client: Client) -> None:
    answer = client.post("/me/keys/", {"name": "nightly", "scopes": ["catalog:read", "sharing:read"], "days": "30"})
    assert answer["Location"] == "/accounts/login/?next=/kept/"
    kept = client.session["kept_post"]
    assert kept["path"] == "/me/keys/"
    assert ["scopes", "sharing:read"] in [list(pair) for pair in kept["fields"]]
    assert client.get("/me/")["Location"] == "/accounts/login/?next=/me/"


def test_the_operator_brings_name_picture_and_colors(client: Client, settings: Any) -> None:
    settings.BRAND = replace(
        settings.BRAND,
        name_en="Songhua County Data",
        logo="/own/logo.png",
        color_action="#123456",
        icp_number="吉ICP备0号",
    )
    page = client.get("/help/", headers={"Accept-Language": "en"}).content.decode()
    assert "Songhua County Data" in page
    assert '<img src="/own/logo.png"' in page
    assert "吉ICP备0号" in page
    assert '<link rel="stylesheet" href="/brand.css">' in page
    assert b"--lake:#123456" in client.get("/brand.css").content


def test_no_page_can_run_script_or_style_of_its_own(client: Client) -> None:
    policy = client.get("/help/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_missing_thing_always_says_why_it_may_be_missing(client: Client) -> None:
    page = client.get("/refuse/silent/", headers={"accept-language": "en"})
    assert page.status_code == 404
    assert "open only to those concerned" in page.content.decode()
