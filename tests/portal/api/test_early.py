"""What is answered before sessions are looked at is what would be answered after them."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from opening.models import Publication
from portal.api.early import EarlyAnswerMiddleware
from tests.cast import Cast
from tests.catalog.gate.test_remembered import Asking, _no_reader_stays, asking, edition

__all__ = ["_no_reader_stays", "asking", "edition"]
pytestmark = pytest.mark.django_db(transaction=True)


class Ordinary(Exception):
    """The ordinary way was taken."""


def ordinary(request: HttpRequest) -> HttpResponse:
    raise Ordinary


def is_early(request: HttpRequest) -> bool:
    try:
        EarlyAnswerMiddleware(ordinary)(request)
    except Ordinary:
        return False
    return True


def test_only_a_remembered_page_for_a_caller_without_a_session_is_early(asking: Asking) -> None:
    asking.remember()
    ask = RequestFactory()
    with_session = ask.get(asking.address)
    with_session.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    assert is_early(ask.get(asking.address))
    others = (
        with_session,
        ask.post(asking.address),
        ask.head(asking.address),
        ask.get(asking.address, headers={"Authorization": "Bearer nobody"}),
        ask.get(asking.address, headers={"Authorization": "Basic eDp5"}),
        ask.get(f"{asking.address}?format=csv"),
        ask.get(f"{asking.address}?nothing=1"),
        ask.get(f"{asking.address}/none"),
        ask.get("/api/v1/opening/publications/"),
        ask.get("/api/v1/opening/editions/none/rows"),
        ask.get("/api/v1/opening/editions/" + "x" * 400 + "/rows"),
        ask.get("/catalog/"),
    )
    assert [request.get_full_path() for request in others if is_early(request)] == []


def test_signed_in_people_get_the_same_page(cast: Cast, edition: Publication, asking: Asking) -> None:
    asking.remember()
    client = Client()
    client.force_login(cast.user("holder"))
    assert client.get(asking.address).json() == asking().json()
