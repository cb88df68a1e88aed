"""Every engine answers for values at the edges of their types as plain Python does."""

from collections.abc import Iterator

import pytest

from catalog.data.engines import DuckDBEngine, Engine, Query
from catalog.data.plan import DeliveryPlan
from tests.catalog.data.parity import oracle
from tests.catalog.data.parity.edges import CASES, COLUMNS, ROWS, TYPES, files
from tests.catalog.data.parity.hostile import KEY
from tests.catalog.data.parity.test_parity import ENGINES, pytestmark, rows_of

__all__ = ["pytestmark"]


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "postgres":
        from tests.catalog.data.parity.postgres import TableEngine  # noqa: PLC0415  needs Django's connection

        yield TableEngine(COLUMNS, TYPES, ROWS)
    elif request.param == "spark":
        yield request.getfixturevalue("spark_engine")
    else:
        yield DuckDBEngine()


def query(asked: DeliveryPlan) -> Query:
    return Query(plan=asked.checked(COLUMNS), columns=COLUMNS, files=files(), key=KEY, types=TYPES)


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_engine_answers_as_plain_python_does(engine: Engine) -> None:
    for label, case in CASES.items():
        asked = query(case)
        assert rows_of(engine, asked) == oracle.answer(asked.plan, COLUMNS, ROWS, KEY), label
