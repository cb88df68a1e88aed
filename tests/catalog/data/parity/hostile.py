"""Rows of awkward values in two files that differ: one lacks a column and writes its decimals with another scale."""

import datetime
import itertools
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from catalog.data.manifest import common_layout
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from catalog.data.store import Location

KEY = b"parity-key-0123456789"
COLUMNS = (
    Column(id="c1", name="text", title="文本"),
    Column(id="c2", name='标题 "x"', title="难名"),
    Column(id="c3", name="area", title="区划"),
    Column(id="c4", name="day", type=ItemType.DATE),
    Column(id="c5", name="moment", type=ItemType.DATETIME),
    Column(id="c6", name="money", type=ItemType.MONEY),
    Column(id="c7", name="whole", type=ItemType.INTEGER),
    Column(id="c8", name="real", type=ItemType.DOUBLE),
    Column(id="c9", name="truth", type=ItemType.BOOLEAN),
    Column(id="c10", name="late", type=ItemType.STRING),
)
TEXTS = [
    "长春",
    "吉林😀",
    None,
    "",
    "０１２",
    "012345",
    " 两端空白 ",
    "\t",
    "a" * 4000,
    "=1+1",
    'say "hi", you',
    "it's",
    "two\nlines",
    "cr\r\nlf",
    "%",
    "_",
    "\\",
    "100%_\\",
    "-5",
    "䶮",
    "𠮷野家",
    "👩‍👩‍👧‍👦",
    "e\u0301",
    "é",
    "ß",
    "İstanbul",
    "ÄÖÜ",
    "SAY",
    "\ufeffbom",
    "张三",
    "欧阳娜娜",
    "NULL",
    "NaN",
    "220102199001011234",
]
AREAS = ["220000", "220102", "220102001", "2201", "22", "", None, "２２０１０２", "长春市朝阳区永昌"]
DAYS = [datetime.date(*day) for day in ((1, 1, 1), (1582, 10, 4), (1582, 10, 15), (1899, 12, 31), (2024, 2, 29))]
MOMENTS = [
    datetime.datetime(*moment)  # noqa: DTZ001 - the wall clock of the data
    for moment in ((1899, 12, 31, 23, 59, 59), (1970, 1, 1), (2024, 6, 30, 12, 0, 0, 500000), (2039, 1, 1, 1, 1, 1, 1))
]
MONEYS = [
    Decimal(text) for text in ("0.00", "-0.01", "2.675", "-2.675", "1250", "-1250.5", "99999999999999.99", "0.005")
]
WHOLES = [0, 1, -1, 7, -7, 1250, -1250, 2**53 + 1, 2**62, -(2**63), 2**63 - 1]
REALS = [0.0, -0.0, 2.675, -2.675, 1e-9, 1e17, 1e300, -1e300, float("nan"), float("inf"), float("-inf"), 1 / 3, 1250.5]


def _rows() -> list[dict[str, Any]]:
    """Make 140 rows; what repeats does so with different periods, so that values meet in many combinations."""
    cycles = {
        "text": TEXTS,
        '标题 "x"': [*TEXTS[::-1], "又一"],
        "area": AREAS,
        "day": [*DAYS, None],
        "moment": [*MOMENTS, None],
        "money": [*MONEYS, None],
        "whole": [*WHOLES, None],
        "real": [*REALS, None],
        "truth": [True, False, None],
        "late": ["迟", None],
    }
    endless: dict[str, Iterator[Any]] = {name: itertools.cycle(values) for name, values in cycles.items()}
    rows = [{name: next(values) for name, values in endless.items()} for _ in range(140)]
    for row in rows[:70]:
        # The first file was written before the last column came.
        row["late"] = None
    for row in rows[:70]:
        row["money"] = None if row["money"] is None else round(row["money"], 2)
    return rows


ROWS = _rows()


@lru_cache(maxsize=1)
def files() -> tuple[Location, ...]:
    """Write the rows as two files, as ingest does: columns by id, the line as `__row`."""
    folder = Path(mkdtemp(prefix="songhua-parity-"))
    parts = ((ROWS[:70], COLUMNS[:-1], 2, 2), (ROWS[70:], COLUMNS, 3, 72))
    return tuple(
        _write(folder / f"part{number}.parquet", rows, columns, scale, first)
        for number, (rows, columns, scale, first) in enumerate(parts)
    )


def _write(path: Path, rows: list[dict[str, Any]], columns: tuple[Column, ...], scale: int, first: int) -> Location:
    arrays: dict[str, pa.Array] = {ROW_COLUMN: pa.array(range(first, first + len(rows)), pa.int64())}
    for column in columns:
        kind = pa.decimal128(18, scale) if column.type.is_decimal else None
        arrays[column.id] = pa.array([row[column.name] for row in rows], kind)
    # Small groups, so that statistics leave some of them out.
    pq.write_table(pa.table(arrays), path, row_group_size=16)
    described = duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()
    layout = tuple((str(name), str(kind)) for name, kind, *_ in described if name != ROW_COLUMN)
    return Location(str(path), layout=layout)


@lru_cache(maxsize=1)
def types() -> dict[str, str]:
    return common_layout([dict(file.layout) for file in files()], COLUMNS)
