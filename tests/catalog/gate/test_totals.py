"""How many rows there are is known or kept: no row is read to tell it again, with a filter or without."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from catalog.data.engines import DuckDBEngine, Query
from catalog.data.engines.postgres import PostgresEngine
from catalog.gate import preview_warrant, read_query, release, totals
from catalog.gate.delivery import Delivery
from catalog.gate.serving import readers
from catalog.models import Version
from catalog.selectors import serving as selectors
from catalog.services import serving
from portal.kernel.actors import system_actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
FILTERED = {"filter": "code:ge:220100100", "limit": "2"}


class Seen:
    """What was asked of the engines."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.counts = 0


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """Note what the engines are asked, and let them answer."""
    found = Seen()
    ask, count = PostgresEngine.ask, DuckDBEngine.count

    def noted_ask(self: PostgresEngine, sql: str, params: list[Any], **how: bool) -> list[tuple[Any, ...]]:
        found.statements.append(sql)
        return ask(self, sql, params, **how)

    def noted_count(self: DuckDBEngine, query: Query) -> int:
        found.counts += 1
        return count(self, query)

    monkeypatch.setattr(PostgresEngine, "ask", noted_ask)
    monkeypatch.setattr(DuckDBEngine, "count", noted_count)
    cache.clear()
    totals._totals.clear()
    yield found
    readers().close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS serving CASCADE")


@pytest.fixture
def served(version: Version, monkeypatch: pytest.MonkeyPatch) -> Version:
    plan = preview_warrant(version).plan
    monkeypatch.setattr(selectors, "_finders", [lambda ids: [(one, plan) for one in ids]])
    serving.follow_serving(system_actor("catalog.serve_resource"), resource_id=version.resource_id)
    return version


def asking(cast: Cast, version: Version, **asked: str) -> Delivery:
    return release(cast.actor("steward"), preview_warrant(version), read_query(asked))


def test_rows_of_a_version_are_not_counted(cast: Cast, version: Version, seen: Seen) -> None:
    assert asking(cast, version, limit="2").page().total == 300
    assert asking(cast, version, limit="2", order="-name", offset="7").total == 300
    assert seen.counts == 0


def test_rows_under_a_filter_are_counted_once_from_the_files(cast: Cast, version: Version, seen: Seen) -> None:
    for asked in (FILTERED, FILTERED | {"limit": "5"}, FILTERED):
        assert asking(cast, version, **asked).page().total == 200
    assert seen.counts == 1
    # Another process knows it from the cache.
    totals._totals.clear()
    assert asking(cast, version, **FILTERED).total == 200
    assert seen.counts == 1


def test_serving_table_is_asked_for_rows_and_once_for_their_number(cast: Cast, served: Version, seen: Seen) -> None:
    assert asking(cast, served, limit="2").page().total == 300
    assert len(seen.statements) == 1
    first = asking(cast, served, **FILTERED).page()
    assert (first.total, len(seen.statements)) == (200, 3)
    assert seen.statements[2].startswith("SELECT count(*) FROM (")
    assert first.next_cursor is not None
    second = asking(cast, served, **FILTERED, cursor=first.next_cursor).page()
    assert (second.total, len(seen.statements)) == (200, 4)
    totals._totals.clear()
    assert asking(cast, served, **FILTERED).total == 200
    assert (seen.counts, len(seen.statements)) == (0, 4)


def test_last_page_tells_its_own_number(cast: Cast, served: Version, seen: Seen) -> None:
    assert asking(cast, served, filter="code:ge:220100290").page().total == 10
    assert asking(cast, served, filter="code:ge:220100290", offset="4").page().total == 10
    assert len(seen.statements) == 2


def test_total_of_another_version_is_another(cast: Cast, version: Version, seen: Seen) -> None:
    """What is kept hangs on the content of the version, and on nothing that can change behind it."""
    assert asking(cast, version, **FILTERED).total == 200
    Version.objects.filter(pk=version.pk).update(sha256="0" * 64)
    version.refresh_from_db()
    assert asking(cast, version, **FILTERED).total == 200
    assert seen.counts == 2
