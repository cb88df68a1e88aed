"""Proposals: data items read off an uploaded file, over the whole of it; a code is never made a number."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pypinyin import lazy_pinyin

from catalog.data.duck import INGEST_LIMITS, identifier, literal, workbench
from catalog.data.errors import UnreadableFile
from catalog.data.formats import open_rows
from catalog.data.ingest.cells import DECIMAL, narrowed, typed, unprotected, worked
from catalog.data.ingest.landed import Landed, Wanted
from catalog.data.ingest.landing import Progress, land
from catalog.data.schema import Column, ItemType

_CODE_NAME = re.compile(
    r"(code|codes|no|num|number|id|tel|phone|mobile|zip|uscc)$|代码|编码|编号|号码|证号|邮编|电话|手机",
    re.IGNORECASE,
)
_KEY_NAME = re.compile(r"(^|_)(id|code|key)$|Code$|Id$|代码|编码|编号|证号|标识", re.IGNORECASE)
_DATE_NAME = re.compile(r"date|day|日期|时间|年月日|日$", re.IGNORECASE)
# With a plus sign it is a spreadsheet's shortened number, most often an identifier: never taken for a number.
_FLOAT = r"[+-]?\d+(\.\d+)?[eE]-?\d{1,3}"
_LENGTHS = (10, 20, 50, 100, 200, 500)
LONG_DIGITS = 8
MEMO_LENGTH = 500


@dataclass(frozen=True)
class _Facts:
    """Counts over one whole column."""

    name: str
    rows: int
    present: int
    distinct: int
    shortest: int
    longest: int
    zeros: int
    digits: int
    most_digits: int
    integers: int
    decimals: int
    floats: int
    dates: int
    moments: int
    truths: int
    wide: int


def propose(path: Path, filename: str = "", progress: Progress | None = None) -> tuple[Column, ...]:
    """Propose a column for each cell of the header: name, title, type, length, nullable and key.

    Reads the whole file: the value that decides may stand in its last row. Raises UnreadableFile, and
    header_missing when the first row looks like data.
    """
    with tempfile.TemporaryDirectory(prefix="songhua-propose-") as name:
        folder = Path(name)
        with open_rows(path, filename or path.name) as source:
            _refuse_data_as_header(source.header)
            positions = {_text_name(position): position for position in range(len(source.header))}
            landed = land(source, Wanted(positions=positions), folder, progress)
            header = source.header
        with workbench(folder, INGEST_LIMITS) as connection:
            facts = [_facts(connection, landed, position, title) for position, title in enumerate(header)]
    key = next((fact.name for fact in facts if _may_be_key(fact)), None)
    names = _names(header)
    return tuple(_column(fact, name, is_key=fact.name == key) for fact, name in zip(facts, names, strict=True))


def _refuse_data_as_header(header: Sequence[str]) -> None:
    numeric = [name for name in header if re.fullmatch(r"[\d.,:/\-年月日 ]+", name)]
    if len(numeric) * 2 > len(header):
        raise UnreadableFile("header_missing", found=", ".join(header[:10])[:300])


def _text_name(position: int) -> str:
    return f"v{position}"


def _facts(connection: duckdb.DuckDBPyConnection, landed: Landed, position: int, title: str) -> _Facts:
    # Each distinct value is looked at once and counts as often as it stands.
    words = ", ".join(map(literal, ("是", "否", "true", "false", "yes", "no")))
    digits = "regexp_full_match(n, '\\d+')"
    decimal = f"regexp_full_match(num, '{DECIMAL}')"
    moment = typed(ItemType.DATETIME, "day")
    measures = {
        "present": "sum(c)",
        "distinct": "count(*)",
        "shortest": "min(length(t))",
        "longest": "max(length(t))",
        "zeros": "sum(c) FILTER (regexp_matches(n, '^0\\d'))",
        "digits": f"sum(c) FILTER ({digits})",
        "most_digits": "max(length(regexp_extract(num, '^[+-]?(\\d+)', 1)))",
        "integers": "sum(c) FILTER (regexp_full_match(num, '[+-]?\\d+'))",
        "decimals": f"sum(c) FILTER ({decimal})",
        "floats": f"sum(c) FILTER (regexp_full_match(num, '{_FLOAT}'))",
        "dates": f"sum(c) FILTER (({typed(ItemType.DATE, 'day')}) IS NOT NULL)",
        "moments": f"sum(c) FILTER (({moment}) IS NOT NULL)",
        "truths": f"sum(c) FILTER (lower(t) IN ({words}))",
        "wide": "sum(c) FILTER (regexp_matches(t, '[^\\x00-\\x7F]'))",
    }
    source = f"SELECT {unprotected(_text_name(position))} AS t FROM {landed.source}"
    counted = f"SELECT t, count(*) AS c FROM ({source}) WHERE t IS NOT NULL GROUP BY t"
    narrow = f"SELECT t, c, {narrowed('t')} AS n FROM ({counted})"
    work = (
        f"SELECT t, c, n, {worked(ItemType.NUMERIC, 'n')} AS num, {worked(ItemType.DATE, 'n')} AS day FROM ({narrow})"
    )
    listed = ", ".join(f"coalesce({sql}, 0)::BIGINT AS {identifier(name)}" for name, sql in measures.items())
    row = connection.execute(f"SELECT {listed} FROM ({work})").fetchall()[0]
    return _Facts(title, landed.rows - landed.ragged_rows, *row)


def _may_be_key(fact: _Facts) -> bool:
    unique = fact.rows > 0 and fact.present == fact.rows and fact.distinct == fact.rows
    return unique and bool(_KEY_NAME.search(fact.name)) and _type(fact) in {ItemType.STRING, ItemType.INTEGER}


def _type(fact: _Facts) -> ItemType:
    """Decide in the order of what would do harm if it were wrong: codes first."""
    if not fact.present:
        return ItemType.STRING
    all_digits = fact.digits == fact.present
    if fact.zeros or (_CODE_NAME.search(fact.name) and all_digits):
        return _date_or(fact, ItemType.STRING)
    if fact.truths == fact.present:
        return ItemType.BOOLEAN
    if all_digits and fact.most_digits >= LONG_DIGITS:
        return _date_or(fact, ItemType.STRING)
    if fact.integers == fact.present and fact.most_digits < LONG_DIGITS * 2:
        return ItemType.INTEGER
    if fact.decimals == fact.present:
        return ItemType.NUMERIC
    if fact.floats and fact.decimals + fact.floats == fact.present:
        return ItemType.DOUBLE
    return _date_or(fact, ItemType.MEMO if fact.longest > MEMO_LENGTH else ItemType.STRING)


def _date_or(fact: _Facts, other: ItemType) -> ItemType:
    if fact.zeros or (fact.digits and not _DATE_NAME.search(fact.name)):
        return other
    if fact.dates == fact.present:
        return ItemType.DATE
    return ItemType.DATETIME if fact.moments == fact.present else other


def _column(fact: _Facts, name: str, *, is_key: bool) -> Column:
    column_type = _type(fact)
    return Column(
        id=name,
        name=name,
        title=fact.name,
        type=column_type,
        length=_length(fact) if column_type == ItemType.STRING else None,
        nullable=fact.present < fact.rows or not fact.rows,
        primary_key=is_key,
    )


def _length(fact: _Facts) -> int:
    # Names that all have three characters today are no code: the next file brings one of four.
    if fact.shortest == fact.longest and fact.longest and not fact.wide:
        return fact.longest
    return next((length for length in _LENGTHS if fact.longest * 3 <= length * 2), MEMO_LENGTH)


def _names(header: Sequence[str]) -> list[str]:
    """Give each title a technical name: itself where it is one already, else its pinyin."""
    names: list[str] = []
    for position, title in enumerate(header, 1):
        text = title if title.isascii() else "_".join(lazy_pinyin(title, errors="default"))
        name = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_")[:60] or f"column_{position}"
        if name[0].isdigit():
            name = f"c_{name}"
        while name.lower() in {taken.lower() for taken in names}:
            name = f"{name}_{position}"
        names.append(name)
    return names
