"""What the check before opening sees of a file: as the plan delivers it, never as it lies there."""

from pathlib import Path

import duckdb
import pytest

from catalog.data.plan import PlanColumn
from catalog.data.privacy.inspection import Inspection, inspect
from catalog.data.schema import Column, ItemType
from catalog.data.store import Location

COLUMNS = {
    "mobile": Column(id="c1", name="mobile"),
    "born": Column(id="c2", name="born", type=ItemType.DATE),
    "people": Column(id="c3", name="people", type=ItemType.INTEGER),
    "lng": Column(id="c4", name="lng", type=ItemType.DOUBLE),
    "illness": Column(id="c5", name="illness"),
}
ROLES = {"born": "quasi", "people": "people", "illness": "sensitive"}


@pytest.fixture
def file(tmp_path: Path) -> Location:
    path = tmp_path / "t.parquet"
    rows = (
        "SELECT i AS __row, '139' || lpad(i::VARCHAR, 8, '0') AS c1, DATE '1990-01-01' + i::INTEGER AS c2, "
        "i AS c3, 125.123456 + i AS c4, 'x' || i % 2 AS c5 FROM range(20) t(i)"
    )
    duckdb.connect(":memory:").execute(f"COPY ({rows}) TO '{path}'")
    return Location(str(path))


def seen(file: Location, **ops: str) -> Inspection:
    delivered = [
        PlanColumn(name, ops.get(name, "pass"), {"a": 3, "b": 0} if ops.get(name) == "keep" else {}) for name in COLUMNS
    ]
    return inspect((file,), COLUMNS, {}, delivered=delivered, roles=ROLES, coordinates=["lng"], k=5, decimals=5)


def small_in(found: Inspection) -> dict[str, int]:
    return dict(found.suppression.small) if found.suppression else {}


def test_plain_columns_are_found_out(file: Location) -> None:
    found = seen(file)
    assert found.findings["mobile"].kind == "mobile"
    assert (small_in(found), dict(found.exact)) == ({"people": 9}, {"lng": 20})
    assert found.anonymity is not None
    assert (found.anonymity.k, dict(found.anonymity.diversity)) == (1, {"illness": 1})


def test_masked_columns_hide_what_they_mask(file: Location) -> None:
    found = seen(file, mobile="keep", born="year", people="drop", lng="null")
    assert "mobile" not in found.findings
    assert (small_in(found), dict(found.exact)) == ({}, {})
    assert found.anonymity is not None
    assert (found.anonymity.k, dict(found.anonymity.diversity)) == (20, {"illness": 2})


def test_without_quasi_identifiers_there_are_no_groups(file: Location) -> None:
    delivered = [PlanColumn("illness")]
    found = inspect((file,), COLUMNS, {}, delivered=delivered, roles={"illness": "sensitive"}, k=5, decimals=5)
    assert found.anonymity is None
