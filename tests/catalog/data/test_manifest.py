"""What the manifest says of files: bounds that no value lies outside of, types common to all files of a version."""

import datetime
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.data.duck import workbench
from catalog.data.manifest import bounds, common_layout, content_hash, describe
from catalog.data.plan import Condition
from catalog.data.rows import rows_sql
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from catalog.data.store import Location, StoredFile
from tests.catalog.data.tables import COLUMNS, ROWS, path

CLOCK = datetime.datetime(2023, 1, 1, 0, 0, 0, 5)  # noqa: DTZ001 - wall clock
CODE = Column(id="c1", name="code")
AMOUNT = Column(id="c2", name="amount", type=ItemType.NUMERIC)
NEW = Column(id="c3", name="new", type=ItemType.INTEGER)


def write(folder: Path, name: str, first: int, **columns: list[Any]) -> Path:
    rows = len(next(iter(columns.values())))
    target = folder / name
    pq.write_table(pa.table({ROW_COLUMN: list(range(first, first + rows)), **columns}), target)
    return target


def described(target: Path, *columns: Column) -> Any:
    rows = pq.read_metadata(target).num_rows
    return describe(target, StoredFile(target.name, rows, target.stat().st_size, "0" * 64), columns)


def test_file_is_described_with_rows_types_and_ranges() -> None:
    found = described(path(), *COLUMNS)
    assert (found.first_row, found.last_row) == (2, 201)
    assert set(found.layout) == {column.id for column in COLUMNS}
    spans = {span.column: span for span in found.spans}
    assert spans["c1"].nulls == sum(row["idno"] is None for row in ROWS)
    assert spans["c2"].high_text is not None
    assert spans["c8"].high_number == math.inf  # not a number counts as the highest
    low, high = spans["c6"].low_number, spans["c6"].high_number
    assert low is not None
    assert high is not None
    assert all(low < float(row["amount"]) < high for row in ROWS if row["amount"] is not None)
    assert (spans["c9"].low_number, spans["c9"].high_number) == pytest.approx((0, 1))


def test_bounds_are_unknown_where_they_cannot_be_told(tmp_path: Path) -> None:
    far = Column(id="c2", name="far", type=ItemType.DATE)
    target = tmp_path / "x.parquet"
    with workbench(tmp_path) as connection:
        connection.execute(
            f"COPY (SELECT 1 AS __row, repeat('长', 100) AS c1, '290000-01-01'::DATE + 2000000000 AS c2) TO '{target}' "
            "(FORMAT parquet)"
        )
    text, date = described(target, CODE, far).spans
    assert (text.low_text, text.high_text) == ("长" * 64, None)
    assert (date.low_number, date.high_number) == (None, None)
    empty = described(write(tmp_path, "y.parquet", 1, c1=[None, None]), CODE).spans
    assert (empty[0].nulls, empty[0].low_text) == (2, None)
    nul = described(write(tmp_path, "z.parquet", 1, c1=["\x00a"]), CODE).spans
    assert (nul[0].low_text, nul[0].high_text) == (None, None)
    assert described(write(tmp_path, "w.parquet", 1, c9=[1])).spans == ()


@pytest.mark.parametrize(
    ("op", "value", "kind", "expected"),
    [
        ("eq", "a", ItemType.STRING, ("text", [("a", "a")])),
        ("in", ("a", "b"), ItemType.STRING, ("text", [("a", "a"), ("b", "b")])),
        ("lt", "a", ItemType.STRING, ("text", [(None, "a")])),
        ("ge", "a", ItemType.STRING, ("text", [("a", None)])),
        ("ne", "a", ItemType.STRING, None),
        ("like", "a", ItemType.STRING, None),
        ("null", True, ItemType.STRING, None),
    ],
)
def test_condition_asks_for_a_range(op: str, value: Any, kind: ItemType, expected: Any) -> None:
    assert bounds(Condition("x", op, value), kind) == expected


@pytest.mark.parametrize(
    ("value", "kind", "number"),
    [
        ("1.5", ItemType.NUMERIC, 1.5),
        ("true", ItemType.BOOLEAN, 1.0),
        ("1970-01-02", ItemType.DATE, 86_400e6),
        ("1970-01-01 00:00:01", ItemType.DATETIME, 1e6),
    ],
)
def test_numbers_and_times_are_compared_as_numbers(value: str, kind: ItemType, number: float) -> None:
    found = bounds(Condition("x", "eq", value), kind)
    assert found is not None
    assert found[0] == "number"
    low, high = found[1][0]
    assert low < number < high
    assert high - low <= abs(number) * 1e-14


def test_types_common_to_all_files_hold_every_value() -> None:
    kinds = [Column(id=f"c{at}", name=f"n{at}", type=kind) for at, kind in enumerate(ItemType)]
    plain = common_layout([], kinds)
    assert plain["c0"] == "VARCHAR"
    assert plain["c1"] == "DECIMAL(18,2)"
    assert common_layout([{"c2": "DECIMAL(18,2)"}], [AMOUNT]) == {"c2": "DECIMAL(18,2)"}
    assert common_layout([{"c2": "DECIMAL(18,2)"}, {"c2": "DECIMAL(18,6)"}], [AMOUNT]) == {"c2": "DECIMAL(22,6)"}
    assert common_layout([{"c2": "BIGINT"}], [AMOUNT]) == {"c2": "DECIMAL(21,2)"}
    assert common_layout([{"c1": "DATE"}], [CODE]) == {"c1": "VARCHAR"}


def test_hash_is_over_files_rows_and_columns() -> None:
    one = content_hash([("a" * 64, 3)], [CODE])
    assert one == content_hash([("a" * 64, 3)], [CODE])
    assert len({one, content_hash([("a" * 64, 4)], [CODE]), content_hash([("a" * 64, 3)], [AMOUNT])}) == 3


def test_old_and_new_files_are_one_table(tmp_path: Path) -> None:
    old = described(write(tmp_path, "a.parquet", 1, c1=["x", "y"], c2=[Decimal("1.50"), None]), CODE, AMOUNT)
    new = described(write(tmp_path, "b.parquet", 3, c1=["z"], c2=[Decimal("2.125")], c3=[7]), CODE, AMOUNT, NEW)
    columns = (CODE, AMOUNT, NEW)
    types = common_layout([old.layout, new.layout], columns)
    files = [Location(str(tmp_path / one.file.uri), layout=tuple(one.layout.items())) for one in (old, new)]
    with workbench(tmp_path) as connection:

        def read(*chosen: Location) -> list[tuple[Any, ...]]:
            params: list[Any] = []
            return connection.execute(f"SELECT * FROM {rows_sql(chosen, columns, types, params)}", params).fetchall()

        whole = read(*files)
        assert whole == [
            (1, "x", Decimal("1.500"), None),
            (2, "y", None, None),
            (3, "z", Decimal("2.125"), 7),
        ]
        assert read(files[0]) == whole[:2]
        assert read(files[1]) == whole[2:]
        assert read() == []
    assert str(whole[0][2]) == "1.500"
