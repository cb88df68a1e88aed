"""Health, readiness and metrics as watchers see them."""

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from portal import __version__
from portal.runtime import health

pytestmark = pytest.mark.django_db


def test_healthz_says_the_version(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": __version__}


def test_readyz_names_the_missing_worker(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["failing"] == ["worker"]


def test_readyz_is_ok_when_every_part_answers(client: Client) -> None:
    health.note_worker()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["failing"] == []


def test_unapplied_migration_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    known = frozenset({("catalog", "9999_of_tomorrow")})
    monkeypatch.setattr(health, "_migrations_of_this_program", lambda: known)
    assert "migrations" in client.get("/readyz").json()["failing"]


def test_broken_storage_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> str:
        raise OSError

    monkeypatch.setattr("django.core.files.storage.default_storage.save", refuse)
    cache.delete(health.STORAGE_MARK)
    assert "storage" in client.get("/readyz").json()["failing"]


def test_metrics_are_for_this_machine(client: Client) -> None:
    assert b"songhua_part_ready" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404


@override_settings(METRICS_TOKEN="long-and-secret")
def test_metrics_token_opens_from_anywhere_and_nothing_else_does(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    right = {"Authorization": "Bearer long-and-secret"}
    assert client.get("/metrics", headers=right, REMOTE_ADDR="192.0.2.1").status_code == 200
