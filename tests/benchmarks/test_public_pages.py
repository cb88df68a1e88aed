"""Measures the public pages with 10,000 resources in the catalogue: server time, SQL queries, size of the HTML."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opening.models import Publication
from tests.factories.accounts import regions

RESOURCES = 10_000
ROUNDS = 30
QUERY_LIMIT = 8
TIME_LIMIT = 0.050
HTML_LIMIT = 30 * 1024


def _pages() -> dict[str, str]:
    edition = Publication.objects.filter(state="published", resource__current_version__isnull=False)[0]
    return {
        "home": "/",
        "search": "/dataset/",
        "search_words": "/dataset/?q=%E7%99%BB%E8%AE%B0",
        "search_pinyin": "/dataset/?q=dengji",
        "dataset": f"/dataset/{edition.name}",
        "organization": f"/organization/{edition.resource.provider.slug}",
    }


def _seconds(client: Client, address: str) -> float:
    start = time.perf_counter()
    response = client.get(address)
    elapsed = time.perf_counter() - start
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return elapsed


@pytest.mark.django_db
def test_public_pages_of_a_large_catalogue(note: Callable[..., None]) -> None:
    """Every public page keeps the limits of queries, time at the median, and bytes."""
    regions()
    call_command("simulate_province", departments=200, resources=RESOURCES, licenses=0, records=20_000, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    client, failed = Client(), []
    for name, address in _pages().items():
        for _n in range(3):
            _seconds(client, address)
        median = statistics.median(_seconds(client, address) for _n in range(ROUNDS))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            html = client.get(address).content
        note(
            **{
                f"{name}_ms": median * 1000,
                f"{name}_queries": len(queries),
                f"{name}_html": len(html),
                f"{name}_gzip": len(gzip.compress(html)),
            }
        )
        if len(queries) > QUERY_LIMIT or median > TIME_LIMIT or len(html) > HTML_LIMIT:
            failed.append(f"{name}: {len(queries)} queries, {median * 1000:.0f} ms, {len(html)} bytes")
    assert not failed, "; ".join(failed)
