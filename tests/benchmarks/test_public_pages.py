"""Measures the public pages with 10,000 resources in the catalogue: server time, SQL queries, size of the HTML."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from django.test import Client

from opening.models import Publication
from tests.benchmarks.pages import TIME_LIMIT, fill_catalog, open_often
from tests.factories.accounts import regions

ROUNDS = 30
QUERY_LIMIT = 8
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


@pytest.mark.django_db
def test_public_pages_of_a_large_catalogue(note: Callable[..., None]) -> None:
    """Every public page keeps the limits of queries, time at the median, and bytes."""
    regions()
    fill_catalog()
    client, failed = Client(), []
    for name, address in _pages().items():
        opened = open_often(client, address, rounds=ROUNDS)
        took, queries, size = opened.median, len(opened.queries), len(opened.html)
        note(
            **{
                f"{name}_ms": took * 1000,
                f"{name}_queries": queries,
                f"{name}_html": size,
                f"{name}_gzip": len(gzip.compress(opened.html)),
            }
        )
        if queries > QUERY_LIMIT or took > TIME_LIMIT or size > HTML_LIMIT:
            failed.append(f"{name}: {queries} queries, {took * 1000:.0f} ms, {size} bytes")
    assert not failed, "; ".join(failed)
