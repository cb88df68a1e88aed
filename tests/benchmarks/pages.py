"""A catalogue of 10,000 resources and how long its pages take: what the measurements of pages share."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

RESOURCES = 10_000
TIME_LIMIT = 0.050


@dataclass(frozen=True)
class Opened:
    """A page opened many times: the median in seconds; its SQL and HTML when opened once more."""

    median: float
    queries: list[dict[str, str]]
    html: bytes


def fill_catalog() -> None:
    """Simulate a province, and let the database look at what came.

    It looks before the records too: all is one transaction, of which a vacuum meanwhile sees empty tables, and the
    records were made by plans for such.
    """
    for records in (0, 20_000):
        options = {"departments": 200, "resources": RESOURCES, "licenses": 0, "records": records, "verbosity": 0}
        call_command("simulate_province", **options)
        with connection.cursor() as cursor:
            cursor.execute("analyze")


def open_often(client: Client, address: str, *, rounds: int) -> Opened:
    """Open a page ``rounds`` times after three that do not count."""
    for _n in range(3):
        _seconds(client, address)
    median = statistics.median(_seconds(client, address) for _n in range(rounds))
    with CaptureQueriesContext(connection) as queries:
        html = client.get(address).content
    return Opened(median, list(queries), html)


def _seconds(client: Client, address: str) -> float:
    start = time.perf_counter()
    response = client.get(address)
    elapsed = time.perf_counter() - start
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return elapsed
