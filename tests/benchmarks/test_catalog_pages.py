"""Measures search, similar resources and “who has this column” with 10,000 resources in the internal catalogue."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Resource
from tests.cast import Cast
from tests.factories.catalog import resource_in

RESOURCES = 10_000
ROUNDS = 20
TIME_LIMIT = 0.050


def _pages(rare: Resource) -> dict[str, str]:
    return {
        "search": "/catalog/",
        "search_words": "/catalog/?q=登记",
        "search_item_pinyin": "/catalog/?q=qhdm",
        "search_code_label": "/catalog/?q=长春市",
        "columns_of_few": "/catalog/columns/?q=lianxiren",
        "columns_of_all": "/catalog/columns/?q=区划代码",
        "resource": f"/catalog/{Resource.objects.filter(state='published').exclude(pk=rare.pk)[0].address}/",
        "resource_of_few": f"/catalog/{rare.address}/",
    }


def _seconds(client: Client, address: str) -> float:
    start = time.perf_counter()
    response = client.get(address)
    elapsed = time.perf_counter() - start
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return elapsed


@pytest.mark.django_db
def test_pages_of_a_large_catalogue_for_officials(cast: Cast, note: Callable[..., None]) -> None:
    """Every page keeps the limit of time at the median."""
    rare = resource_in(cast, "published", "吉林省街道乡镇名录")
    call_command("simulate_province", departments=200, resources=RESOURCES, licenses=0, records=20_000, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    client, failed = cast.client("holder"), []
    for name, address in _pages(rare).items():
        for _n in range(3):
            _seconds(client, address)
        median = statistics.median(_seconds(client, address) for _n in range(ROUNDS))
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        note(**{f"{name}_ms": median * 1000, f"{name}_queries": len(queries)})
        if median > TIME_LIMIT:
            slowest = max(queries, key=lambda query: float(query["time"]))
            failed.append(f"{name}: {len(queries)} queries, {median * 1000:.0f} ms; {slowest['time']} {slowest['sql']}")
    assert not failed, "\n".join(failed)
