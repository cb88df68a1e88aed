"""Values at the edges of their types, and plans that ask for them: long decimals, first and last days, odd floats."""

import datetime
import math
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.data.plan import Condition, DeliveryPlan, PlanColumn, whole_plan
from catalog.data.plan.counting import Count
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from catalog.data.store import Location

COLUMNS = (
    Column(id="e1", name="vast", type=ItemType.NUMERIC),
    Column(id="e2", name="fine", type=ItemType.MONEY),
    Column(id="e3", name="day", type=ItemType.DATE),
    Column(id="e4", name="moment", type=ItemType.DATETIME),
    Column(id="e5", name="real", type=ItemType.DOUBLE),
    Column(id="e6", name="usual", type=ItemType.FLOAT),
    Column(id="e7", name="name"),
)
TYPES = {
    "e1": "DECIMAL(38,0)",
    "e2": "DECIMAL(38,18)",
    "e3": "DATE",
    "e4": "TIMESTAMP",
    "e5": "DOUBLE",
    "e6": "DOUBLE",
    "e7": "VARCHAR",
}
_MOST = "9" * 38
VALUES: dict[str, list[Any]] = {
    "vast": [
        *(Decimal(text) for text in (_MOST, f"-{_MOST}", "0", "1", "-1", "1" + "0" * 37, "-" + "5" * 38)),
        *(Decimal(text) for text in ("123456789012345", "1234567890123456", "-9007199254740993", "12000")),
    ],
    "fine": [
        *(Decimal(text) for text in ("99999999999999999999.999999999999999999", "0.000000000000000001")),
        *(Decimal(text) for text in ("-0.000000000000000001", "1.500000000000000000", "-1.5", "0", "1200")),
        *(Decimal(text) for text in ("-12345678901234567890.123456789012345678", "0.1", "123456789.123456", "0.00001")),
    ],
    "day": [
        datetime.date.min,
        datetime.date.max,
        *(datetime.date(*day) for day in ((1582, 10, 10), (1969, 12, 31), (1970, 1, 1), (2000, 2, 29), (1900, 2, 28))),
    ],
    "moment": [
        datetime.datetime.min,  # noqa: DTZ901 - the wall clock of the data
        datetime.datetime.max,  # noqa: DTZ901 - the wall clock of the data
        *(
            datetime.datetime(*moment)  # noqa: DTZ001 - the wall clock of the data
            for moment in ((1969, 12, 31, 23, 59, 59, 999999), (1970, 1, 1), (2024, 2, 29, 23, 59, 59, 10))
        ),
    ],
    "real": [
        *(math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, 2.225073858507201e-308),
        *(1.7976931348623157e308, -1.7976931348623157e308, 1e22, 1e23, 2.0**-44, 0.1 + 0.2, 9007199254740993.0),
        *(1e-4, 1e-5, 1.5e-5, 1e-7, 1e10, 1e15, 1e16, 123456789.125, -2.5),
    ],
    "usual": [0.0, -0.0, 0.25, -1250.5, 9999999999.5, 0.0001, -0.0001, 123456.789, 7.0, -1250.0, 1e9, math.nan],
    "name": ["张三", "a,b", "", "x"],
}


def _rows() -> list[dict[str, Any]]:
    lists = {name: [*values, None] for name, values in VALUES.items()}
    return [{name: values[place % len(values)] for name, values in lists.items()} for place in range(60)]


ROWS = _rows()


@lru_cache(maxsize=1)
def files() -> tuple[Location, ...]:
    """Write the rows as one file, as ingest does."""
    decimals = {"e1": pa.decimal128(38, 0), "e2": pa.decimal128(38, 18)}
    arrays: dict[str, pa.Array] = {ROW_COLUMN: pa.array(range(1, len(ROWS) + 1), pa.int64())}
    for column in COLUMNS:
        kind = decimals.get(column.id)
        values = [row[column.name] for row in ROWS]
        if kind is not None:
            values = [None if value is None else _scaled(value, kind.scale) for value in values]
        arrays[column.id] = pa.array(values, kind or (pa.timestamp("us") if column.type == ItemType.DATETIME else None))
    path = Path(mkdtemp(prefix="songhua-edges-")) / "edges.parquet"
    pq.write_table(pa.table(arrays), path, row_group_size=16)
    return (Location(str(path), layout=tuple(TYPES.items())),)


def _scaled(value: Decimal, scale: int) -> Decimal:
    """Give a decimal exactly as many digits after the point as its file has, beyond what arithmetic rounds to."""
    sign, digits, exponent = value.as_tuple()
    return Decimal((sign, (*digits, *[0] * (scale + int(exponent))), -scale))


WHOLE = whole_plan(COLUMNS, "v1")


def _plan(*columns: PlanColumn, **facts: Any) -> DeliveryPlan:
    return DeliveryPlan(version="v1", columns=columns, **facts)


def _compared() -> dict[str, tuple[str, ...]]:
    """Values that a question may name: the longest that conditions take, and those at the edges."""
    return {
        "vast": ("0", "99999999999999999999", "-1", "1234567890123456", "1.5"),
        "fine": ("0.000000000000000001", "99999999999999999999.999999999999999999", "1.50", "-1.5", "0"),
        "day": ("0001-01-01", "9999-12-31", "1970-01-01"),
        "moment": ("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999"),
        "real": ("5e-324", "-5e-324", "0", "-0.0", "1e23", "1.7976931348623157e308", "0.30000000000000004"),
        "usual": ("0", "0.0001", "9999999999.5"),
    }


def _cases() -> dict[str, DeliveryPlan]:
    found = {"whole": WHOLE}
    for name, values in _compared().items():
        for value in values:
            for op in ("eq", "ne", "lt", "le", "gt", "ge"):
                found[f"{op} {name} {value}"] = _plan(PlanColumn(name), where=(Condition(name, op, value),))
        found[f"in {name}"] = _plan(PlanColumn(name), filters=(Condition(name, "in", values),))
        for sign in ("", "-"):
            found[f"order {sign}{name}"] = DeliveryPlan(version="v1", columns=WHOLE.columns, order=(f"{sign}{name}",))
    found["hmac"] = _plan(*(PlanColumn(name, "hmac") for name in ("vast", "fine", "day", "moment")))
    for digits in (-3, 0, 2):
        round_to = {"digits": digits}
        found[f"round {digits}"] = _plan(*(PlanColumn(name, "round", round_to) for name in ("fine", "real", "usual")))
    found |= {
        "round vast": _plan(PlanColumn("vast", "round", {"digits": 2})),
        "band": _plan(*(PlanColumn(name, "band", {"width": 7}) for name in ("vast", "fine", "real", "usual"))),
        "year": _plan(PlanColumn("day", "year"), PlanColumn("moment", "year")),
        "month": _plan(PlanColumn("day", "month"), PlanColumn("moment", "month")),
        "count by fine": _plan(PlanColumn("fine"), count=Count(2)),
        "count by day": _plan(PlanColumn("day"), count=Count(2)),
    }
    return found


CASES = _cases()
