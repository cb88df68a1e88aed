"""Every engine answers every operation as plain Python does, over hostile values."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from catalog.data.engines import DuckDBEngine, Engine, Query
from catalog.data.masking import OPERATIONS
from catalog.data.plan import DeliveryPlan
from catalog.data.plan.conditions import OPERATIONS as COMPARISONS
from tests.catalog.data.parity import oracle
from tests.catalog.data.parity.cases import CASES, WHOLE
from tests.catalog.data.parity.hostile import COLUMNS, KEY, ROWS, files, types

ENGINES = [
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.django_db),
    pytest.param("spark", marks=pytest.mark.spark),
]
# Spark's own sockets and pandas' notices are theirs to close and to heed.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",
    "ignore::DeprecationWarning",
    "ignore::FutureWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "postgres":
        from tests.catalog.data.parity.postgres import TableEngine  # noqa: PLC0415  needs Django's connection

        yield TableEngine(COLUMNS, types(), ROWS)
    elif request.param == "spark":
        yield request.getfixturevalue("spark_engine")
    else:
        yield DuckDBEngine()


def query(asked: DeliveryPlan) -> Query:
    return Query(plan=asked.checked(COLUMNS), columns=COLUMNS, files=files(), key=KEY, types=types())


def rows_of(engine: Engine, asked: Query) -> list[dict[str, Any]]:
    found = [row for batch in engine.batches(asked) for row in batch.to_pylist()]
    return [{name: oracle.exact(value) for name, value in row.items()} for row in found]


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
@pytest.mark.parametrize("label", CASES)
def test_engine_answers_as_plain_python_does(engine: Engine, label: str) -> None:
    asked = query(CASES[label])
    found, wanted = rows_of(engine, asked), oracle.answer(asked.plan, COLUMNS, ROWS, KEY)
    assert len(found) == len(wanted)
    for place, (got, right) in enumerate(zip(found, wanted, strict=True)):
        assert got == right, f"row {place} of {label}"


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
@pytest.mark.parametrize("order", [(), ("text",), ("-real", "area"), ("-moment",), ("money", "-truth")])
def test_pages_one_after_the_other_are_the_whole(engine: Engine, order: tuple[str, ...]) -> None:
    asked = query(replace(WHOLE, order=order, limit=47))
    wanted = [tuple(row.values()) for row in oracle.answer(replace(asked.plan, limit=None), COLUMNS, ROWS, KEY)]
    found: list[tuple[Any, ...]] = []
    key: tuple[Any, ...] | None = None
    for _ in range(4):
        page = engine.page(replace(asked, plan=replace(asked.plan, after=key)))
        found += [tuple(map(oracle.exact, row)) for row in page.rows]
        key = page.next_key
        if key is None:
            break
    assert found == wanted


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_count_is_the_number_of_rows(engine: Engine) -> None:
    for label in ("whole", "or", "nested", "nothing", "count by area"):
        asked = query(CASES[label])
        assert engine.count(asked) == len(oracle.answer(asked.plan, COLUMNS, ROWS, KEY)), label


@pytest.mark.parametrize("engine", ENGINES[1:], indirect=True)
def test_texts_for_people_are_those_of_duckdb(engine: Engine) -> None:
    texts = [
        [row for batch in one.texts(query(WHOLE)) for row in batch.to_pylist()] for one in (DuckDBEngine(), engine)
    ]
    assert texts[0] == texts[1]


def test_every_mask_and_comparison_is_among_the_cases() -> None:
    masks = {column.op for case in CASES.values() for column in case.columns}
    compared = {condition.op for case in CASES.values() for condition in case.source_conditions}
    assert masks == set(OPERATIONS) - {"drop"}
    assert compared == set(COMPARISONS)
