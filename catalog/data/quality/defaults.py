"""Rules that an item's declaration already implies, so that nobody has to write any to have a score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from catalog.data.quality.rules import DIRT, Kind, Rule, Severity
from catalog.data.schema import Column, ItemType

#: Names that say what a column holds. A name alone never blocks: the finding is a warning.
_IDENTITY_NAME = re.compile(
    r"(身份证|公民身份).{0,4}(号|号码)?$|^(id_?card(_?no)?|identity_?(no|number)|idno|sfzh|gmsfhm|sfzhm)$",
    re.IGNORECASE,
)
_USCC_NAME = re.compile(
    r"统一社会信用代码|统一信用代码|^(uscc|tyshxydm|social_?credit_?code|credit_?code)$", re.IGNORECASE
)
#: Pairs of beginnings and ends of a name: from the first to the second, nothing goes backwards in time.
_PERIODS = (
    ("开始", "结束"), ("起始", "终止"), ("起始", "截止"), ("成立", "注销"), ("出生", "死亡"), ("生效", "失效"),
    ("有效期起", "有效期止"), ("有效期自", "有效期至"), ("start", "end"), ("begin", "end"), ("valid_from", "valid_to"),
)  # fmt: skip
FILLED_WEIGHT = 0.2
"""What may be empty still counts for completeness when it is, but little."""
NAMES: Mapping[str, re.Pattern[str]] = {"identity": _IDENTITY_NAME, "uscc": _USCC_NAME}


def default_rules(columns: Sequence[Column], *, has_cycle: bool = True) -> tuple[Rule, ...]:
    """Derive the rules of a table from its columns. Keys of rules hold the column id, so that they survive renames.

    `has_cycle` says whether the resource promises updates at all.
    """
    rules = [rule for column in columns for rule in _of_column(column)]
    keys = tuple(column.id for column in columns if column.primary_key)
    if keys:
        rules.append(Rule(key="key", kind=Kind.KEY, columns=keys, weight=3.0, severity=Severity.BLOCK))
    else:
        rules.append(Rule(key="duplicate_rows", kind=Kind.DUPLICATE_ROWS, weight=2.0))
    rules.extend(_periods(columns))
    rules.append(Rule(key="row_change", kind=Kind.ROW_CHANGE))
    if has_cycle:
        rules.append(Rule(key="freshness", kind=Kind.FRESHNESS))
    rules.append(Rule(key="readable", kind=Kind.READABLE, severity=Severity.BLOCK))
    rules.append(Rule(key="corrections", kind=Kind.CORRECTIONS, weight=2.0))
    return tuple(rules)


def _of_column(column: Column) -> Iterator[Rule]:
    one = (column.id,)
    if column.required and not column.primary_key:
        yield Rule(key=f"required:{column.id}", kind=Kind.REQUIRED, columns=one, severity=Severity.BLOCK)
    elif not column.required:
        # How much of an item that may be empty is filled: it lowers the score a little, and breaks nothing.
        yield Rule(
            key=f"filled:{column.id}", kind=Kind.REQUIRED, columns=one,
            weight=FILLED_WEIGHT, severity=Severity.INFO, threshold=0.0,
        )  # fmt: skip
    if column.values:
        yield Rule(
            key=f"values:{column.id}", kind=Kind.VALUES, columns=one,
            params={"values": list(column.values)}, severity=Severity.BLOCK,
        )  # fmt: skip
    if not column.type.is_text:
        return
    if column.length and column.type == ItemType.STRING:
        yield Rule(
            key=f"length:{column.id}", kind=Kind.LENGTH, columns=one,
            params={"most": column.length}, severity=Severity.BLOCK,
        )  # fmt: skip
    if column.pattern:
        yield Rule(
            key=f"pattern:{column.id}", kind=Kind.PATTERN, columns=one,
            params={"pattern": column.pattern}, severity=Severity.BLOCK,
        )  # fmt: skip
    scheme = scheme_of(column)
    if scheme:
        yield Rule(key=f"checksum:{column.id}", kind=Kind.CHECKSUM, columns=one, params={"scheme": scheme}, weight=2.0)
    yield Rule(key=f"dirty:{column.id}", kind=Kind.DIRTY, columns=one, params={"checks": list(DIRT)})


def scheme_of(column: Column) -> str:
    """Give the check of a column: its data element's, or the one its name speaks of, or nothing."""
    if column.check:
        return column.check
    names = (column.title.strip(), column.name.strip())
    return next((scheme for scheme, found in NAMES.items() if any(found.search(name) for name in names)), "")


def _periods(columns: Sequence[Column]) -> Iterator[Rule]:
    times = [column for column in columns if column.type.is_time]
    for first in times:
        for second in times:
            if first is not second and _is_period(first, second):
                yield Rule(key=f"order:{first.id}:{second.id}", kind=Kind.ORDER, columns=(first.id, second.id))


def _is_period(first: Column, second: Column) -> bool:
    """Say whether two names differ in nothing but the words for beginning and end."""
    for begin, end in _PERIODS:
        for one, other in ((first.title, second.title), (first.name.lower(), second.name.lower())):
            if begin in one and one.replace(begin, end) == other:
                return True
    return False
