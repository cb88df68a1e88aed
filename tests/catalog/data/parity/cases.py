"""The plans that every engine must answer alike: each operation, each comparison, paging, counting."""

from typing import Any

from catalog.data.masking import OPERATIONS
from catalog.data.plan import Condition, DeliveryPlan, Group, PlanColumn, whole_plan
from catalog.data.plan.counting import Count
from tests.catalog.data.parity.hostile import COLUMNS, TEXTS

WHOLE = whole_plan(COLUMNS, "v1")
_PARAMS: dict[str, list[dict[str, int]]] = {
    "keep": [{"a": 6, "b": 4}, {"a": 0, "b": 1}, {"a": 1, "b": 0}, {"a": 0, "b": 0}, {"a": 100, "b": 100}],
    "band": [{"width": 1}, {"width": 7}, {"width": 1_000_000_000}],
    "round": [{"digits": digits} for digits in (-3, -1, 0, 1, 2, 5)],
}


def plan(*columns: PlanColumn, **facts: Any) -> DeliveryPlan:
    return DeliveryPlan(version="v1", columns=columns, **facts)


def _masks() -> dict[str, DeliveryPlan]:
    """Every operation with every parameter, over all columns that take it at once."""
    found = {}
    for op, operation in OPERATIONS.items():
        if op == "drop":
            continue
        names = [column.name for column in COLUMNS if operation.takes(column.type)]
        for params in _PARAMS.get(op, [{}]):
            label = " ".join([op, *(f"{key}={value}" for key, value in params.items())])
            found[label] = plan(*(PlanColumn(name, op, params) for name in names))
    return found


def _conditions() -> dict[str, Condition]:
    values = {
        "day": "1582-10-15",
        "moment": "2024-06-30 12:00:00.5",
        "money": "2.675",
        "whole": "-7",
        "real": "2.675",
        "text": "m",
        "area": "220102",
    }
    found = {
        f"{op} {name}": Condition(name, op, value)
        for name, value in values.items()
        for op in ("eq", "ne", "lt", "le", "gt", "ge")
    }
    found |= {f"null {column.name}": Condition(column.name, "null", True) for column in COLUMNS}
    found |= {
        "not null": Condition("late", "null", False),
        "truth": Condition("truth", "eq", "true"),
        "untruth": Condition("truth", "ne", "true"),
        "in texts": Condition("text", "in", tuple(text for text in TEXTS if text is not None and len(text) < 100)),
        "in days": Condition("day", "in", ("0001-01-01", "2024-02-29")),
        "in wholes": Condition("whole", "in", ("-9223372036854775808", "9223372036854775807")),
        "in money": Condition("money", "in", ("0.005", "99999999999999.99")),
        "real beyond": Condition("real", "gt", "1e299"),
        "money beyond": Condition("money", "lt", "0.000000000000000001"),
    }
    patterns = (
        "%",
        "_",
        "__",
        "\\%",
        "\\_%",
        "%\\\\",
        "😀",
        "𠮷_家",
        "%l_n%",
        "a%",
        "\\",
        "it's",
        '"',
        "%\n%",
        "é",
        "%\\",
    )
    return found | {f"like {text!r}": Condition("text", "like", text) for text in patterns}


def _cases() -> dict[str, DeliveryPlan]:
    name = PlanColumn("text"), PlanColumn("whole")
    found = _masks()
    found["whole"] = WHOLE
    found |= {f"where {label}": plan(*name, where=(condition,)) for label, condition in _conditions().items()}
    either = Group("or", (Condition("area", "eq", "220102"), Condition("whole", "lt", "0")))
    nested = Group("and", (either, Group("or", (Condition("text", "like", "长"), Condition("day", "null", True)))))
    found |= {
        "or": plan(*name, where=(either,)),
        "nested": plan(*name, where=(nested, Condition("late", "null", True))),
        "or of filters": plan(
            *name, filters=(Group("or", (Condition("whole", "eq", "7"), Condition("text", "eq", ""))),)
        ),
        "filter sees the mask": plan(PlanColumn("area", "area4"), filters=(Condition("area", "eq", "2201"),)),
        "filter of a year": plan(PlanColumn("day", "year"), filters=(Condition("day", "lt", "1900"),)),
        "filter of a rounding": plan(
            PlanColumn("money", "round", {"digits": 0}), filters=(Condition("money", "ge", "3"),)
        ),
        "filter of a hidden column": plan(
            name[0], hidden=(PlanColumn("day", "month"),), filters=(Condition("day", "ge", "1900"),)
        ),
        "search": plan(PlanColumn("text"), search="SAY"),
        "search beyond ASCII": plan(PlanColumn("text"), search="É"),
        "search of wildcards": plan(PlanColumn("text"), search="%_\\"),
        "search through masks": plan(PlanColumn("text", "keep", {"a": 1, "b": 0}), search="张"),
        "search without texts": plan(PlanColumn("whole"), search="1"),
        "cut": plan(*name, offset=17, limit=23),
        "nothing": plan(*name, where=(Condition("text", "eq", "nowhere"),)),
    }
    orders: list[tuple[str, ...]] = [
        *((column.name,) for column in COLUMNS),
        *((f"-{column.name}",) for column in COLUMNS),
    ]
    orders += [("-area", "text"), ("truth", "-day", "real")]
    for order in orders:
        found[f"order {' '.join(order)}"] = DeliveryPlan(version="v1", columns=WHOLE.columns, order=order)
    found |= {
        "count by area": plan(PlanColumn("area", "area4"), count=Count(10)),
        "count by year and truth": plan(
            PlanColumn("day", "year"), PlanColumn("truth"), count=Count(5, "n"), order=("-n",)
        ),
        "count filtered": plan(PlanColumn("area"), count=Count(3), filters=(Condition("count", "ge", "3"),)),
        "count of few": plan(PlanColumn("truth"), where=(Condition("whole", "eq", "7"),), count=Count(1000)),
    }
    return found


CASES = _cases()
