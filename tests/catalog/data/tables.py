"""A small table full of awkward values, written once as a version file."""

import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.data.engines import DuckDBEngine, Query
from catalog.data.plan import AskedPlan, DeliveryPlan, intersect
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from catalog.data.store import Location

KEY = b"0123456789abcdef"
COLUMNS = (
    Column(id="c1", name="idno", title="证件号码"),
    Column(id="c2", name="name", title="姓名"),
    Column(id="c3", name="area", title="区划"),
    Column(id="c4", name="born", title="出生日期", type=ItemType.DATE),
    Column(id="c5", name="seen", title="登记时间", type=ItemType.DATETIME),
    Column(id="c6", name="amount", title="金额", type=ItemType.MONEY),
    Column(id="c7", name="count", title="数量", type=ItemType.INTEGER),
    Column(id="c8", name="ratio", title="比例", type=ItemType.DOUBLE),
    Column(id="c9", name="valid", title="有效", type=ItemType.BOOLEAN),
)
NAMES = [column.name for column in COLUMNS]
TEXTS = [
    "长春",
    "吉林😀",
    None,
    "０１２",
    "",
    "a" * 3000,
    "=1+1",
    'say "hi", you',
    "it's",
    "line\nend",
    "%_\\",
    "-5",
    "䶮𠮷",
]


def row(number: int) -> dict[str, Any]:
    """Make one row; what repeats does so with different periods, so that all combinations occur."""
    idno = f"2201{number % 90 + 10:02d}1990{number % 12 + 1:02d}01{number:04d}"
    area = f"22{number % 4:02d}{number % 3:02d}" + ("001" if number % 2 else "")
    return {
        "idno": idno if number % 17 else None,
        "name": TEXTS[number % len(TEXTS)],
        "area": area if number % 13 else None,
        "born": datetime.date(1899 + number, number % 12 + 1, 1) if number % 11 else None,
        "seen": datetime.datetime(2023, 1, 1) + datetime.timedelta(hours=number % 50),  # noqa: DTZ001 - wall clock
        "amount": Decimal(number * 37 - 900) / 100 if number % 7 else None,
        "count": (number * 7919) % 101 if number % 19 else 2**60 + number,
        "ratio": [0.5, None, float("nan"), -1e300, float(number)][number % 5],
        "valid": [True, False, None][number % 3],
    }


ROWS = [row(number) for number in range(200)]


@lru_cache(maxsize=1)
def path() -> Path:
    """Write the table as ingest does: columns by id, the line as __row."""
    arrays: dict[str, pa.Array] = {ROW_COLUMN: pa.array(range(2, 202), pa.int64())}
    for column in COLUMNS:
        values = [row[column.name] for row in ROWS]
        arrays[column.id] = pa.array(values, pa.decimal128(18, 2) if column.type.is_decimal else None)
    target = Path(mkdtemp(prefix="songhua-test-")) / "table.parquet"
    pq.write_table(pa.table(arrays), target, row_group_size=64)
    return target


def query(plan: DeliveryPlan) -> Query:
    return Query(plan=plan, columns=COLUMNS, files=(Location(str(path())),), key=KEY)


def narrowed(allowed: DeliveryPlan, asked: AskedPlan | DeliveryPlan | None = None) -> Query:
    return query(intersect(allowed, asked, COLUMNS, "v1"))


ENGINE = DuckDBEngine()


def delivered(allowed: DeliveryPlan, asked: AskedPlan | DeliveryPlan | None = None) -> list[dict[str, Any]]:
    """Give all delivered rows as dictionaries."""
    return [row for batch in ENGINE.batches(narrowed(allowed, asked)) for row in batch.to_pylist()]
