"""Measures search, similar resources and “who has this column” with 10,000 resources in the internal catalogue."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.models import Resource
from tests.benchmarks.pages import TIME_LIMIT, fill_catalog, open_often
from tests.cast import Cast
from tests.factories.catalog import resource_in

ROUNDS = 20


def _pages(rare: Resource) -> dict[str, str]:
    common = Resource.objects.filter(state="published").exclude(pk=rare.pk)[0]
    return {
        "search": "/catalog/",
        "search_words": "/catalog/?q=登记",
        "search_item_pinyin": "/catalog/?q=qhdm",
        "search_code_label": "/catalog/?q=长春市",
        "columns_of_few": "/catalog/columns/?q=lianxiren",
        "columns_of_all": "/catalog/columns/?q=区划代码",
        "resource": f"/catalog/{common.address}/",
        "resource_of_few": f"/catalog/{rare.address}/",
        "similar": f"/catalog/{common.address}/similar/",
        "similar_to_few": f"/catalog/{rare.address}/similar/",
    }


@pytest.mark.django_db
def test_pages_of_a_large_catalogue_for_officials(cast: Cast, note: Callable[..., None]) -> None:
    """Every page keeps the limit of time at the median."""
    rare = resource_in(cast, "published", "吉林省街道乡镇名录")
    fill_catalog()
    client, failed = cast.client("holder"), []
    for name, address in _pages(rare).items():
        opened = open_often(client, address, rounds=ROUNDS)
        queries = opened.queries
        note(**{f"{name}_ms": opened.median * 1000, f"{name}_queries": len(queries)})
        if opened.median > TIME_LIMIT:
            slowest = max(queries, key=lambda query: float(query["time"]))
            took = f"{opened.median * 1000:.0f} ms"
            failed.append(f"{name}: {len(queries)} queries, {took}; {slowest['time']} {slowest['sql']}")
    assert not failed, "\n".join(failed)
