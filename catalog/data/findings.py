"""Sensitive data found in columns: over every row, by check characters first, and what stands inside free text.

One kind a column, by precedence: an identity number also looks like a card and like a credit code, so whatever has
the stricter check comes first. A column is of a kind when four in five of its values are (data-plane.md §6).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from catalog.data.duck import identifier
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from catalog.data.standards.checks import card_sql, located_identity_sql, uscc_sql

SHARE = 0.8
"""Of the values that are there; from this share on the column is of the kind."""
_MOBILE = r"(\+?86[- ]?)?1[3-9][0-9]{9}"
_LANDLINE = r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?"
_EMAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}"
_NAME = "[\u4e00-\u9fff]{1,4}(·[\u4e00-\u9fff]{1,12})*"
_ADDRESS = "[\u4e00-\u9fff].*(路|街|巷|号|村|屯|组|室|栋|楼|单元|小区).*"
_NAME_TITLE = re.compile(
    r"(姓名|名字|联系人|法定代表人|法人代表|负责人|申请人|持证人|经办人|监护人|户主|配偶|当事人)([（(].*[）)])?$"
)
_NAME_CODE = re.compile(
    r"^(xm|xingming|person_?name|full_?name|contact(_?(person|name))?|holder(_?name)?|applicant(_?name)?)$",
    re.IGNORECASE,
)
_ADDRESS_TITLE = re.compile(r"家庭(住址|地址)|住址|户籍(地址|地)|居住地|通[信讯]地址|home_?address", re.IGNORECASE)
#: A finding that says who somebody is; the others (organizations, offices) are no personal information by themselves.
PERSONAL = frozenset({"identity", "card", "mobile", "name", "address"})
#: What may stand in a longer text: the number with what must not touch it, the shortest text, a quick first look.
_LOOSE = {
    "identity": (r"(^|[^0-9A-Za-z])([1-9][0-9]{16}[0-9X])($|[^0-9A-Za-z])", 19, "[0-9]{17}"),
    "mobile": (r"(^|[^0-9A-Za-z])(1[3-9][0-9]{9})($|[^0-9A-Za-z])", 12, "1[3-9][0-9]{9}"),
}
_INSIDE = " inside"
#: Rows of the first look that decides which checks are worth a scan of everything, and the hits it takes.
SAMPLE_ROWS, SAMPLE_HITS = 4_000, 20
_WORTH_SAMPLING = 10 * SAMPLE_ROWS


def _mobile(text: str) -> str:
    number = f"try_cast({text} AS BIGINT)"
    return (
        f"CASE WHEN length({text}) = 11 THEN coalesce({number} BETWEEN 13000000000 AND 19999999999 "
        f"AND CAST({number} AS VARCHAR) = {text}, false) ELSE regexp_full_match({text}, '{_MOBILE}') END"
    )


def _matching(pattern: str) -> Callable[[str], str]:
    return lambda text: f"regexp_full_match({text}, '{pattern}')"


@dataclass(frozen=True)
class _Kind:
    """One kind of sensitive data: its SQL, the lengths worth asking about, and the names it needs."""

    name: str
    sql: Callable[[str], str]
    shortest: int
    longest: int
    named: Callable[[Column], bool] = lambda _column: True


_KINDS = (
    _Kind("identity", located_identity_sql, 18, 18),
    _Kind("uscc", uscc_sql, 18, 18),
    _Kind("card", card_sql, 16, 19),
    _Kind("mobile", _mobile, 11, 15),
    _Kind("phone", _matching(_LANDLINE), 10, 20),
    _Kind("email", _matching(_EMAIL), 6, 254),
    _Kind("name", _matching(_NAME), 1, 40, lambda c: bool(_NAME_TITLE.search(c.title) or _NAME_CODE.match(c.name))),
    _Kind("address", _matching(_ADDRESS), 4, 300, lambda c: bool(_ADDRESS_TITLE.search(f"{c.title} {c.name}"))),
)
KINDS = tuple(kind.name for kind in _KINDS)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found in a column: its kind (empty: none), how many values are of it, of how many there are.

    `shares` holds, for each kind asked about, how many values are of it; `inside` counts the rows in whose longer
    texts a number of a kind stands among other words.
    """

    kind: str
    matched: int
    present: int
    shares: Mapping[str, int]
    inside: Mapping[str, int]

    @property
    def share(self) -> float:
        """The part of the values that are of the kind."""
        return self.matched / self.present if self.present else 0.0

    def to_json(self) -> dict[str, Any]:
        """Give the JSON that a profile keeps."""
        return {
            "kind": self.kind,
            "matched": self.matched,
            "present": self.present,
            "shares": dict(self.shares),
            "inside": dict(self.inside),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """Read a finding from the JSON of `to_json`."""
        return cls(**data)


@dataclass(frozen=True)
class _Facts:
    rows: int
    present: int
    shortest: int
    longest: int
    is_padded: bool


def find_sensitive(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], source: str = "whole"
) -> dict[str, Finding]:
    """Look through all rows of a view whose columns are named by id; give what was found, by column id.

    Lengths first, then a sample, so that only checks that can come true are made on every row. What fewer than one
    in two hundred rows of a large table hold as a whole value is not counted; what stands in texts is, always.
    """
    asked = [column for column in columns if column.type.is_text or column.type == ItemType.INTEGER]
    facts = _facts(connection, asked, source)
    wanted = [
        (column, kind.name, _condition(column, kind))
        for column in asked
        for kind in _KINDS
        if (fact := facts[column.id]).present
        and fact.longest >= kind.shortest
        and fact.shortest <= kind.longest
        and kind.named(column)
    ]
    if (rows := max((fact.rows for fact in facts.values()), default=0)) > _WORTH_SAMPLING:
        some = f"hash({identifier(ROW_COLUMN)}) % {rows // SAMPLE_ROWS} = 0"
        hits = _counts(connection, wanted, facts, f"(SELECT * FROM {source} WHERE {some})")
        wanted = [ask for ask in wanted if hits.get(ask[0].id, {}).get(ask[1], 0) >= SAMPLE_HITS]
    loose = [
        (column, f"{name}{_INSIDE}", _inside(column, name))
        for column in asked
        for name, (_pattern, shortest, _look) in _LOOSE.items()
        if column.type.is_text and facts[column.id].longest >= shortest
    ]
    counts = _counts(connection, [*wanted, *loose], facts, source)
    return {column.id: _finding(facts[column.id], counts.get(column.id, {})) for column in asked}


def _text(column: Column) -> str:
    """Name the trimmed text of a column, which `_counts` makes once for all conditions on it."""
    return identifier(f"t_{column.id}")


def _whole(column: Column) -> str:
    name = identifier(column.id)
    return name if column.type.is_text else f"CAST({name} AS VARCHAR)"


def _trimmed(column: Column, *, is_padded: bool) -> str:
    # Trimming is the dearest part of most checks, and hardly any column needs it.
    return f"trim({_whole(column)})" if is_padded else _whole(column)


def _padded(column: Column) -> str:
    """Say that trimming would change a text; in ASCII there is one blank to look for."""
    name = identifier(column.id)
    if not column.type.is_text:
        return "false"
    plain = f"{name} LIKE ' %' OR {name} LIKE '% '"
    return f"CASE WHEN strlen({name}) = length({name}) THEN {plain} ELSE trim({name}) <> {name} END"


def _condition(column: Column, kind: _Kind) -> str:
    text = _text(column)
    return f"length({text}) BETWEEN {kind.shortest} AND {kind.longest} AND {kind.sql(text)}"


def _inside(column: Column, name: str) -> str:
    """Say that a number stands inside a longer text; an identity number only with its right check character."""
    pattern, shortest, look = _LOOSE[name]
    text = _text(column)
    found = f"regexp_extract({text}, '{pattern}', 2)"
    right = located_identity_sql(found) if name == "identity" else f"{found} <> ''"
    return f"CASE WHEN length({text}) >= {shortest} AND regexp_matches({text}, '{look}') THEN {right} ELSE false END"


def _facts(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], source: str) -> dict[str, _Facts]:
    found = _measured(connection, columns, source)
    padded = [column for column in columns if found[column.id].is_padded]
    return found | _measured(connection, padded, source, is_padded=True)


def _measured(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], source: str, *, is_padded: bool = False
) -> dict[str, _Facts]:
    if not columns:
        return {}
    parts = []
    for column in columns:
        text = _trimmed(column, is_padded=is_padded)
        blanks = "true" if is_padded else f"coalesce(bool_or({_padded(column)}), false)"
        parts.append(f"count({identifier(column.id)}), min(length({text})), max(length({text})), {blanks}")
    rows, *row = connection.execute(f"SELECT count(*), {', '.join(parts)} FROM {source}").fetchall()[0]
    return {
        column.id: _Facts(rows, row[at * 4], row[at * 4 + 1] or 0, row[at * 4 + 2] or 0, row[at * 4 + 3])
        for at, column in enumerate(columns)
    }


def _counts(
    connection: duckdb.DuckDBPyConnection,
    asked: Sequence[tuple[Column, str, str]],
    facts: Mapping[str, _Facts],
    source: str,
) -> dict[str, dict[str, int]]:
    if not asked:
        return {}
    parts = ", ".join(f"count(*) FILTER (WHERE {condition})" for _column, _name, condition in asked)
    columns = {column.id: column for column, _name, _sql in asked}.values()
    texts = ", ".join(f"{_trimmed(c, is_padded=facts[c.id].is_padded)} AS {_text(c)}" for c in columns)
    row = connection.execute(f"SELECT {parts} FROM (SELECT {texts} FROM {source})").fetchall()[0]
    found: dict[str, dict[str, int]] = {}
    for (column, name, _condition), count in zip(asked, row, strict=True):
        if count:
            found.setdefault(column.id, {})[name] = count
    return found


def _finding(fact: _Facts, found: Mapping[str, int]) -> Finding:
    inside = {name.removesuffix(_INSIDE): count for name, count in found.items() if name.endswith(_INSIDE)}
    counts = {name: count for name, count in found.items() if not name.endswith(_INSIDE)}
    enough = SHARE * fact.present
    kind = next((kind.name for kind in _KINDS if counts.get(kind.name, 0) >= enough and counts.get(kind.name)), "")
    return Finding(kind=kind, matched=counts.get(kind, 0), present=fact.present, shares=counts, inside=inside)
