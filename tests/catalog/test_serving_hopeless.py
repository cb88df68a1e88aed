"""A question that an index of rows cannot answer in time is not asked of it again for a while."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection

from catalog.data.engines.postgres import PostgresEngine
from catalog.gate.serving import readers
from catalog.models import ServingTable, Version
from catalog.services import serving
from tests.cast import Cast
from tests.catalog.gate.conftest import resource as resource  # noqa: PLC0414  a fixture
from tests.catalog.gate.conftest import version as version  # noqa: PLC0414  a fixture
from tests.catalog.test_serving_index import SYSTEM, delivery, follow
from tests.catalog.test_serving_index import _served as _served  # noqa: PLC0414  a fixture
from tests.catalog.test_serving_index import keyed as keyed  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, SECOND = ("220100007",), ("220100099",)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def make_slow() -> None:
    """Let each row of the index take a minute, for real: a view stands for the table, and sleeps."""
    name = ServingTable.objects.get().name
    run(f"ALTER TABLE serving.{name} RENAME TO quick")
    run(
        f"CREATE VIEW serving.{name} AS SELECT quick.* FROM serving.quick, "
        "LATERAL (SELECT pg_sleep(60) WHERE quick.__row IS NOT NULL) AS slow"
    )


def make_quick() -> None:
    name = ServingTable.objects.get().name
    run(f"DROP VIEW serving.{name}")
    run(f"ALTER TABLE serving.quick RENAME TO {name}")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each statement that really goes to an index."""
    found: list[str] = []
    real = PostgresEngine.ask

    def noted(self: PostgresEngine, sql: str, params: list[Any], **how: Any) -> list[tuple[Any, ...]]:
        found.append(sql)
        return real(self, sql, params, **how)

    monkeypatch.setattr(PostgresEngine, "ask", noted)
    return found


@pytest.fixture
def _slow(cast: Cast, keyed: Version, settings: LazySettings) -> Iterator[None]:
    """Serve by an index that never answers within the time a statement has."""
    readers().close()
    readers.cache_clear()
    settings.SERVING_SECONDS = 0.05
    cache.clear()
    assert follow(keyed) == "built"
    make_slow()
    yield
    readers().close()
    readers.cache_clear()


@pytest.fixture
def name_of(cast: Cast, keyed: Version, _slow: None) -> Callable[..., list[str]]:
    def ask(*codes: str, **more: str) -> list[str]:
        found = delivery(cast, keyed, filter=f"code:in:{','.join(codes)}", **more).page()
        return [row["name"] for row in found.rows]

    return ask


def test_one_reader_pays_for_all(name_of: Callable[..., list[str]], asked: list[str]) -> None:
    assert name_of(*FIRST) == ["街道7"]
    paid = len(asked)
    assert paid > 0
    assert name_of(*SECOND) == ["街道99"]
    assert name_of(*FIRST) == ["街道7"]
    assert len(asked) == paid


def test_another_shape_pays_for_itself(name_of: Callable[..., list[str]], asked: list[str]) -> None:
    assert name_of(*FIRST) == ["街道7"]
    paid = len(asked)
    assert name_of(*FIRST, order="-code") == ["街道7"]
    assert len(asked) > paid


def test_index_built_anew_is_tried_at_once(keyed: Version, name_of: Callable[..., list[str]], asked: list[str]) -> None:
    assert name_of(*FIRST) == ["街道7"]
    make_quick()
    paid = len(asked)
    assert name_of(*FIRST) == ["街道7"]
    assert len(asked) == paid
    assert serving.follow_serving(SYSTEM, resource_id=keyed.resource_id, anew=True) == "built"
    assert name_of(*FIRST) == ["街道7"]
    assert len(asked) > paid


def test_it_is_tried_again_after_a_while(
    name_of: Callable[..., list[str]], asked: list[str], settings: LazySettings
) -> None:
    settings.SERVING_INDEX_REST_SECONDS = 1
    assert name_of(*FIRST) == ["街道7"]
    make_quick()
    paid = len(asked)
    while len(asked) == paid:
        time.sleep(0.1)
        assert name_of(*SECOND) == ["街道99"]


def test_nothing_is_kept_where_the_setting_is_0(
    name_of: Callable[..., list[str]], asked: list[str], settings: LazySettings
) -> None:
    settings.SERVING_INDEX_REST_SECONDS = 0
    assert name_of(*FIRST) == ["街道7"]
    paid = len(asked)
    assert name_of(*SECOND) == ["街道99"]
    assert len(asked) > paid


def test_neither_value_nor_person_is_kept(name_of: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[tuple[Any, ...]] = []
    monkeypatch.setattr(cache, "set", lambda *given, **_how: kept.append(given))
    assert name_of(*FIRST) == ["街道7"]
    assert kept
    for key, value, _seconds in kept:
        assert (len(key), value) == (len("gate:hopeless:") + 64, 1)
    first = [key for key, *_rest in kept]
    kept.clear()
    assert name_of(*SECOND) == ["街道99"]
    assert [key for key, *_rest in kept] == first
