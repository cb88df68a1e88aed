"""Compares the time of a verification that finds a license with one that finds nothing, over the whole request."""

from __future__ import annotations

import random
import statistics
import time

import pytest
from django.core.cache import cache
from django.test import Client

from licenses.seals.public_ids import new_public_id
from licenses.services import limits
from tests.factories import licenses as make

ROUNDS = 300
WARM_UP = 20
#: Share by which the medians may differ before somebody could tell them apart over a network.
TOLERANCE = 0.08


def _seconds(client: Client, url: str) -> float:
    start = time.perf_counter()
    client.get(url)
    return time.perf_counter() - start


@pytest.mark.django_db
def test_found_and_not_found_take_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", {"code": 10**6, "name": 10**6})
    cache.clear()
    place = make.department()
    officer = make.license_officer(place)
    type_ = make.license_type(officer, place)
    found = [f"/p/{make.issued(officer, type_).versions.get().public_id}" for _ in range(10)]
    client, order = Client(), random.Random(7)
    for url in [*found, "/p/x"] * (WARM_UP // 10):
        _seconds(client, url)
    times: dict[str, list[float]] = {"found": [], "not found": []}
    for _ in range(ROUNDS):
        pair = [("found", order.choice(found)), ("not found", f"/p/{new_public_id()}")]
        order.shuffle(pair)
        for name, url in pair:
            times[name].append(_seconds(client, url))
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["not found"] / medians["found"]
    wins = sum(a > b for a, b in zip(times["found"], times["not found"], strict=True)) / ROUNDS
    print(  # noqa: T201 - a benchmark speaks
        f"verification: not found / found = {ratio:.3f} of the median "
        f"({medians['found'] * 1000:.1f} ms; found was slower in {wins:.0%} of {ROUNDS} pairs)"
    )
    assert abs(ratio - 1) < TOLERANCE
