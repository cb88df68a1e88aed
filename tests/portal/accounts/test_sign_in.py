"""Signing in: the record, the lock after five wrong tries, changing the password by form."""

import pytest
from django.test import Client

from portal.audit.models import Entry
from tests.cast import Cast
from tests.factories.accounts import PASSWORD


def _try(client: Client, password: str) -> int:
    answer = client.post("/accounts/login/", {"username": "holder", "password": password})
    return answer.status_code


def test_signing_in_and_out_is_recorded(cast: Cast) -> None:
    client = Client()
    assert _try(client, PASSWORD) == 302
    assert client.post("/accounts/logout/").status_code == 302
    actions = list(Entry.objects.order_by("id").values_list("action", "outcome"))[-2:]
    assert actions == [("accounts.sign_in", "done"), ("accounts.sign_out", "done")]


def test_a_name_too_long_for_anybody_is_told(cast: Cast) -> None:
    sent = {"username": "a" * 5000, "password": "x"}
    assert Client().post("/accounts/login/", sent).status_code == 200
    assert not Entry.objects.filter(outcome="refused").exists()


def test_five_wrong_tries_lock_even_the_right_password(cast: Cast) -> None:
    client = Client()
    for _n in range(4):
        assert _try(client, "wrong") == 200
    assert _try(client, "wrong") in (403, 429)
    assert _try(client, PASSWORD) in (403, 429)
    assert Entry.objects.filter(action="accounts.sign_in", outcome="refused").count() >= 5
    assert Entry.objects.filter(action="accounts.lock_out").exists()


@pytest.mark.parametrize(
    ("old", "new", "again", "status"),
    [
        (PASSWORD, "Another-River-2026", "Another-River-2026", 302),
        ("wrong", "Another-River-2026", "Another-River-2026", 400),
        (PASSWORD, "short", "short", 400),
        (PASSWORD, "Another-River-2026", "Different-River-2026", 400),
    ],
)
def test_the_password_form(cast: Cast, old: str, new: str, again: str, status: int) -> None:
    client = cast.client("holder")
    answer = client.post("/accounts/password/", {"old": old, "new": new, "again": again})
    assert answer.status_code == status
    cast.user("holder").refresh_from_db()
    assert cast.user("holder").check_password(new if status == 302 else PASSWORD)
