"""Rules on single rows as SQL: to which rows a rule applies, and in which of these it is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalog.data.duck import identifier, let, literal
from catalog.data.ingest.cells import trimmed, typed, worked
from catalog.data.quality.binding import Binder
from catalog.data.quality.expressions import Expressions
from catalog.data.quality.rules import DIRT, MAX_VALUES, ORDERS, Kind, Rule, RuleInvalid, number, pattern_of
from catalog.data.schema import Column, ItemType
from catalog.data.standards.checks import CHECKS

MAX_LENGTH = 1_000_000
_INLINE = 40
_LENGTHS = {"least": 0, "most": MAX_LENGTH}
PLACEHOLDERS = (
    r"(测试|test|demo)(数据|data)?[0-9]*|x{3,}|\*{3,}|[?？]{2,}|null|none|nan|undefined|n/a|#n/a|#null!|#ref!|#value!"
    r"|#div/0!|#name\?|asdf+|待补充|待填写|待完善|未填写|请填写|请输入"
)
"""Whole values that stand where a value is missing; an ordinary word such as 无 or 未知 may be a true answer."""
_INK = r"[^ \t\r\n\x{3000}\x{a0}\x{feff}]"
"""Anything that is not blank. A pattern that ends at the first character is faster than trimming the whole."""
_DIRT_PATTERNS = {
    "control": r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{200b}-\x{200f}\x{2028}\x{2029}\x{feff}\x{fffd}]|锟斤拷|烫烫烫",
    "full_width": r"[Ａ-Ｚａ-ｚ０-９]",
    "spaces": r"^[\s\x{3000}\x{a0}]|[\s\x{3000}\x{a0}]$|[ \t\x{3000}\x{a0}]{2,}|\x{3000}",
    "placeholder": rf"^(?i:{PLACEHOLDERS})$",
}


@dataclass(frozen=True)
class Test:
    """SQL of two truths about a row, neither ever NULL: the rule applies to it; it is broken there."""

    applies: str
    fails: str


def test_of(rule: Rule, columns: Sequence[Column], binder: Binder) -> Test:
    """Compile a rule of a cell kind over stored columns. Raises RuleInvalid naming the parameter at fault."""
    if rule.kind == Kind.EXPRESSION:
        return _expression(rule, columns, binder)
    known = {column.id: column for column in columns}
    if rule.kind == Kind.ORDER:
        return _order(rule, [known[name] for name in rule.columns])
    column = known[rule.columns[0]]
    name = identifier(column.id)
    if rule.kind == Kind.REQUIRED:
        blank = f" OR NOT regexp_matches({name}, {literal(_INK)})" if column.type.is_text else ""
        return Test("true", f"({name} IS NULL{blank})")
    fails = _COMPILERS[rule.kind](rule, column, name, binder)
    return Test(f"{name} IS NOT NULL", f"{name} IS NOT NULL AND coalesce({fails}, true)")


def _text_only(column: Column) -> None:
    if not column.type.is_text:
        raise RuleInvalid("columns", "rule_text_only", column=column.name)


def _type(rule: Rule, column: Column, name: str, _binder: Binder) -> str:
    try:
        wanted = ItemType(str(rule.params.get("type", "")))
    except ValueError:
        raise RuleInvalid("type", "rule_choice", known=", ".join(ItemType)) from None
    if not column.type.is_text:
        return "false" if column.type == wanted or (column.type.is_number and wanted.is_number) else "true"
    if wanted.is_text:
        return "false"
    value = let("work", worked(wanted, "trim"), typed(wanted, "work"))
    return f"({let('trim', trimmed(name), value)}) IS NULL"


def _length(rule: Rule, column: Column, name: str, _binder: Binder) -> str:
    _text_only(column)
    least, most = (int(number(rule.params.get(key, fallback), key)) for key, fallback in _LENGTHS.items())
    if not 0 <= least <= most <= MAX_LENGTH or not rule.params:
        raise RuleInvalid("most", "rule_length", high=MAX_LENGTH)
    return f"length({name}) NOT BETWEEN {least} AND {most}"


def _pattern(rule: Rule, column: Column, name: str, binder: Binder) -> str:
    _text_only(column)
    return f"NOT regexp_full_match({name}, {binder.bind(pattern_of(rule))})"


def _values(rule: Rule, column: Column, name: str, binder: Binder) -> str:
    listed = rule.params.get("values")
    if not isinstance(listed, list | tuple) or not 0 < len(listed) <= MAX_VALUES:
        raise RuleInvalid("values", "rule_values", limit=MAX_VALUES)
    texts = [str(value) for value in listed]
    shown = name if column.type.is_text else f"CAST({name} AS VARCHAR)"
    if len(texts) <= _INLINE:
        return f"{shown} NOT IN ({', '.join(binder.bind(text) for text in texts)})"
    return f"{shown} NOT IN (SELECT unnest({binder.bind(texts)}::VARCHAR[]))"


def _range(rule: Rule, column: Column, name: str, binder: Binder) -> str:
    if not (column.type.is_number or column.type.is_time):
        raise RuleInvalid("columns", "rule_number_or_time", column=column.name)
    sql_type = "TIMESTAMP" if column.type.is_time else "DOUBLE"
    bounds = {key: rule.params.get(key) for key in ("low", "high") if rule.params.get(key) not in {None, ""}}
    if not bounds:
        raise RuleInvalid("low", "rule_range")
    parts = [f"isnan({name})"] if column.type in {ItemType.DOUBLE, ItemType.FLOAT} else []
    for key, bound in bounds.items():
        binder.check(str(bound), sql_type, key)
        parts.append(f"{name} {'<' if key == 'low' else '>'} CAST({binder.bind(str(bound))} AS {sql_type})")
    return " OR ".join(parts)


def _checksum(rule: Rule, column: Column, name: str, _binder: Binder) -> str:
    _text_only(column)
    scheme = str(rule.params.get("scheme", ""))
    if scheme not in CHECKS:
        raise RuleInvalid("scheme", "rule_choice", known=", ".join(CHECKS))
    return f"NOT {CHECKS[scheme](name)}"


def _dirty(rule: Rule, column: Column, name: str, binder: Binder) -> str:
    _text_only(column)
    checks = rule.params.get("checks", DIRT)
    if not isinstance(checks, list | tuple) or not checks or set(checks) - set(DIRT):
        raise RuleInvalid("checks", "rule_choice", known=", ".join(DIRT))
    # One expression for all of it: the engine reads each value once.
    pattern = "|".join(f"(?:{_DIRT_PATTERNS[check]})" for check in DIRT if check in checks)
    return f"regexp_matches({name}, {binder.bind(pattern)})"


def _order(rule: Rule, columns: Sequence[Column]) -> Test:
    op = rule.params.get("op", "le")
    if op not in ORDERS:
        raise RuleInvalid("op", "rule_choice", known=", ".join(ORDERS))
    first, second = columns
    both_numbers = first.type.is_number and second.type.is_number
    if not both_numbers and not (first.type.is_time and second.type.is_time):
        raise RuleInvalid("columns", "rule_number_or_time", column=first.name)
    one, other = identifier(first.id), identifier(second.id)
    there = f"{one} IS NOT NULL AND {other} IS NOT NULL"
    return Test(f"({there})", f"({there} AND {one} {'>' if op == 'le' else '>='} {other})")


def _expression(rule: Rule, columns: Sequence[Column], binder: Binder) -> Test:
    when = Expressions(columns, binder, "when").conditions(rule.params.get("when", ()), least=0)
    then = Expressions(columns, binder, "then").conditions(rule.params.get("then", ()), least=1)
    # A condition on a value that is not there neither holds nor fails: the row is not judged.
    parts = [f"coalesce({there} AND {holds}, false)" for there, holds in when]
    parts += [there for there, _ in then]
    applies = " AND ".join(f"({part})" for part in parts)
    holds = " AND ".join(f"coalesce({holds}, false)" for _, holds in then)
    return Test(f"({applies})", f"({applies} AND NOT ({holds}))")


_COMPILERS: dict[Kind, Callable[[Rule, Column, str, Binder], str]] = {
    Kind.TYPE: _type,
    Kind.LENGTH: _length,
    Kind.PATTERN: _pattern,
    Kind.VALUES: _values,
    Kind.RANGE: _range,
    Kind.CHECKSUM: _checksum,
    Kind.DIRTY: _dirty,
}
