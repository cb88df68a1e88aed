"""SQL of single cells: how text becomes a value of a declared type, and why it sometimes cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.data.duck import literal
from catalog.data.formats.encoding import BLANKS
from catalog.data.ingest.facts import NO_TEXT, TextFacts
from catalog.data.schema import SQL_TYPES, Column, ItemType
from catalog.data.standards.checks import check_sql

MAX_SCALE = 18
SHORT_DIGITS = 18
LONG_DIGITS = 38
_WIDE = "０１２３４５６７８９．，－＋：／％"
_NARROW = "0123456789.,-+:/%"
_TRUE = ("是", "真", "有", "对", "√", "✓", "true", "t", "yes", "y", "on", "1")
_FALSE = ("否", "假", "无", "没有", "错", "×", "✗", "false", "f", "no", "n", "off", "0")
NO_VALUE = ("null", "\\n", "n/a", "na", "#n/a", "nan", "none", "nil", "-", "--", "—", "——", "－", "/")
"""Words for "no value" in items of numbers, dates and yes-or-no. "无" is none of them: it may mean zero."""
_LONGEST_WORD = 6
UNIT = r"[+-]?[\d,.]+\s*[十百千万亿]*\s*(元|美元|[%‰]|人|户|吨|米|公里|平方米|亩|公顷|个|件|台|所|家|kg|km|m2|㎡)?"
"""A number with its unit: the unit belongs into the description of the item, and 万 may not be guessed away."""
_BARE = r"[-+\d.,]+"
DAY_NUMBER = r"[1-9]\d{4}(\.\d+)?"
"""The way spreadsheets count days, from 1927 to 2173."""
_HALF_DAY = "(上午|下午|[AaPp][Mm])"
_TENS = (("([23])十([1-9])", r"\1\2"), ("([23])十", r"\10"), ("十([1-9])", r"1\1"), ("十", "10"))
"""Tens in Chinese numerals, when the units are digits already; to RE2 \\10 is the first group and a zero."""
_DAY = r"(\d{3}[1-9]|\d{2}[1-9]0|\d[1-9]00|[1-9]000)-\d{1,2}-\d{1,2}"
"""A day; DuckDB would take the year 0000 for the first before Christ, which neither files nor tables can hand on."""
SCIENTIFIC = r"[+-]?\d(\.\d+)?[eE]\+\d{1,3}"
"""The way spreadsheets write a number that was too long for them: its last digits are gone."""

DECIMAL = rf"[+-]?(\d+(\.\d{{0,{MAX_SCALE}}}0*)?|\.\d{{1,{MAX_SCALE}}}0*)"

_NEVER = "NULL"
REASONS = {
    ItemType.NUMERIC: "number",
    ItemType.MONEY: "number",
    ItemType.INTEGER: "integer",
    ItemType.DOUBLE: "number",
    ItemType.FLOAT: "number",
    ItemType.BOOLEAN: "boolean",
    ItemType.DATE: "date",
    ItemType.DATETIME: "datetime",
}


@dataclass(frozen=True)
class Cell:
    """SQL expressions over the staged columns of one item: trimmed text, typed value, reason code or NULL."""

    text: str
    value: str
    reason: str

    @property
    def is_certain(self) -> bool:
        """Whether no cell of the item can be refused any more."""
        return self.reason == _NEVER


def trimmed(source: str) -> str:
    """Trim blanks and invisible characters, then what `unprotected` takes off; nothing left means no value."""
    return unprotected(f"trim({source}, {literal(BLANKS)})")


def unprotected(text: str) -> str:
    """Take off the apostrophe and the ="…" with which programs protect digits from spreadsheets, from trimmed text."""
    return (
        f"nullif(CASE WHEN starts_with({text}, '''') AND regexp_matches({text}, '^''[-+=@0-9]') THEN substr({text}, 2) "
        f"WHEN starts_with({text}, '=\"') AND length({text}) > 2 AND ends_with({text}, '\"') "
        f"THEN substr({text}, 3, length({text}) - 3) ELSE {text} END, '')"
    )


def valued(column_type: ItemType, text: str) -> str:
    """Give trimmed text, or NULL where its word says that there is no value."""
    words = NO_TEXT if column_type.is_text else NO_VALUE
    found = text if column_type.is_text else f"lower({text})"
    return f"CASE WHEN strlen({text}) <= {_LONGEST_WORD} AND {among(found, words)} THEN NULL ELSE {text} END"


def among(text: str, words: Sequence[str]) -> str:
    """Say whether a text is one of these words; an IN would become a join in DuckDB, which loses the order of rows."""
    return f"list_contains([{', '.join(map(literal, words))}], {text})"


def narrowed(text: str) -> str:
    """Write full-width digits and signs in their plain form."""
    wide = f"translate({text}, {literal(_WIDE)}, {literal(_NARROW)})"
    return f"CASE WHEN strlen({text}) = length({text}) THEN {text} ELSE {wide} END"


def number_text(text: str) -> str:
    """Drop thousands marks where they stand in the right places, and the signs of the yuan, from narrowed text."""
    plain = f"CASE WHEN strlen({text}) = length({text}) THEN {text} ELSE {_without_yuan(text)} END"
    grouped = r"'[+-]?\d{1,3}(,\d{3})+(\.\d+)?'"
    return (
        f"CASE WHEN contains({text}, ',') AND regexp_full_match({plain}, {grouped}) "
        f"THEN replace({plain}, ',', '') ELSE {plain} END"
    )


def _without_yuan(text: str) -> str:
    return f"regexp_replace({text}, '^[¥￥]\\s*|\\s*元$', '', 'g')"


def date_text(text: str) -> str:
    """Write 2023年1月5日, 二〇二三年一月五日, 2023/1/5, 2023.1.5 and 20230105 as 2023-1-5, whatever follows."""
    plain = f"CASE WHEN strlen({text}) = length({text}) THEN translate({text}, '/', '-') ELSE {_chinese_date(text)} END"
    dotted = r"'^(\d{4})\.(\d{1,2})\.(\d{1,2})', '\1-\2-\3'"
    plain = f"CASE WHEN contains({plain}, '.') THEN regexp_replace({plain}, {dotted}) ELSE {plain} END"
    run = r"'^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$', '\1-\2-\3 \4:\5:\6'"
    packed = r"'^(\d{4})(\d{2})(\d{2})($|[ T])', '\1-\2-\3\4'"
    return (
        f"CASE WHEN contains({plain}, '-') THEN trim({plain}) WHEN strlen({plain}) = 14 "
        f"THEN regexp_replace({plain}, {run}) ELSE trim(regexp_replace({plain}, {packed})) END"
    )


def _chinese_date(text: str) -> str:
    numerals = f"translate({text}, '〇○零一二三四五六七八九', '000123456789')"
    for found, digits in _TENS:
        numerals = f"regexp_replace({numerals}, {literal(found)}, {literal(digits)}, 'g')"
    written = f"CASE WHEN regexp_matches({text}, '[〇○零一二三四五六七八九十]') THEN {numerals} ELSE {text} END"
    return f"replace(translate(replace({written}, '元月', '1月'), '年月/号', '---日'), '日', ' ')"


def day_number_text(work: str) -> str:
    """Write the day number of a spreadsheet as a date, with its time of day where it has one."""
    days = f"TIMESTAMP '1899-12-30' + to_seconds(round(try_cast({work} AS DOUBLE) * 86400)::BIGINT)"
    return f"CASE WHEN regexp_full_match({work}, {literal(DAY_NUMBER)}) THEN ({days})::VARCHAR ELSE {work} END"


def worked(column_type: ItemType, text: str) -> str:
    """Give the text that a value of the type is read from: what `typed` takes. `text` is trimmed already."""
    if column_type.is_text:
        return text
    plain = narrowed(text)
    if column_type.is_time:
        # Most days are written so already, and the way through all other forms is long.
        iso = f"strlen({text}) = 10 AND regexp_full_match({text}, '\\d{{4}}-\\d{{2}}-\\d{{2}}')"
        return f"CASE WHEN {iso} THEN {text} ELSE {date_text(plain)} END"
    return f"lower({plain})" if column_type == ItemType.BOOLEAN else number_text(plain)


def typed(column_type: ItemType, work: str, sql_type: str = "") -> str:
    """Give the SQL that turns worked text into a value of the type, NULL where it is not one."""
    sql_type = sql_type or SQL_TYPES[column_type]
    if column_type.is_text:
        return work
    if column_type == ItemType.BOOLEAN:
        return f"CASE WHEN {among(work, _TRUE)} THEN true WHEN {among(work, _FALSE)} THEN false END"
    if column_type.is_time:
        return _typed_time(column_type, work)
    if column_type == ItemType.INTEGER:
        whole = f"regexp_replace({work}, '\\.0+$', '')"
        return (
            f"CASE WHEN regexp_full_match({work}, '[+-]?\\d+') THEN try_cast({work} AS BIGINT) "
            f"WHEN regexp_full_match({work}, '[+-]?\\d+\\.0+') THEN try_cast({whole} AS BIGINT) END"
        )
    shape = DECIMAL if column_type.is_decimal else r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
    return f"CASE WHEN regexp_full_match({work}, '{shape}') THEN try_cast({work} AS {sql_type}) END"


def _typed_time(column_type: ItemType, text: str) -> str:
    if column_type == ItemType.DATE:
        bare = f"regexp_replace({text}, '[ T]0{{1,2}}:00(:00(\\.0+)?)?$', '')"
        return (
            f"CASE WHEN regexp_full_match({text}, '{_DAY}') THEN try_cast({text} AS DATE) "
            f"WHEN regexp_full_match({bare}, '{_DAY}') THEN try_cast({bare} AS DATE) END"
        )
    half = f"lower(regexp_extract({text}, '{_HALF_DAY}'))"
    bare = f"CASE WHEN {half} = '' THEN {text} ELSE trim(regexp_replace({text}, '\\s*{_HALF_DAY}\\s*', ' ')) END"
    clock = f"rtrim(replace(translate({bare}, '时点分T', '::: '), '秒', ''), ':')"
    # Chinese computers write their own zone, and no other is taken: an hour would be shifted unseen.
    clock = f"CASE WHEN ends_with({clock}, '+08:00') THEN substr({clock}, 1, length({clock}) - 6) ELSE {clock} END"
    shape = _DAY + r"( +\d{1,2}(:\d{2}(:\d{2}(\.\d{1,6})?)?)?)?"
    whole = f"CASE WHEN regexp_matches({clock}, ' \\d{{1,2}}$') THEN {clock} || ':00' ELSE {clock} END"
    value = f"CASE WHEN regexp_full_match({clock}, '{shape}') THEN try_cast({whole} AS TIMESTAMP) END"
    return (
        f"CASE WHEN {half} = '' THEN {value} WHEN hour({value}) > 12 AND {half} IN ('上午', 'am') THEN NULL "
        f"WHEN {half} IN ('下午', 'pm') AND hour({value}) < 12 THEN {value} + INTERVAL 12 HOUR "
        f"WHEN {half} IN ('上午', 'am') AND hour({value}) = 12 THEN {value} - INTERVAL 12 HOUR ELSE {value} END"
    )


def digits_query(work: str) -> str:
    """Give the SQL of two numbers: the most digits before the point, and after it, of the decimals of a column."""
    point = f"instr({work}, '.')"
    # Without a sign or zeros at its ends a number is measured by the place of its point.
    short = f"{work} BETWEEN '1' AND ':'"
    before = (
        f"CASE WHEN {short} AND {point} > 0 THEN {point} - 1 WHEN {short} THEN strlen({work}) "
        f"ELSE length(regexp_extract({work}, '^[+-]?0*(\\d*)', 1)) END"
    )
    after = (
        f"CASE WHEN {point} = 0 THEN 0 WHEN NOT ends_with({work}, '0') THEN strlen({work}) - {point} "
        f"ELSE length(regexp_extract({work}, '\\.(\\d*?)0*$', 1)) END"
    )
    number = f"regexp_full_match({work}, '{DECIMAL}')"
    return (
        f"coalesce(max(CASE WHEN {number} THEN {before} END), 0), coalesce(max(CASE WHEN {number} THEN {after} END), 0)"
    )


def decimal_type(before: int, after: int) -> str:
    """Choose the decimal type that holds the digits; up to 18 in all is many times faster than up to 38."""
    scale = min(after, MAX_SCALE)
    return f"DECIMAL({SHORT_DIGITS if before + scale <= SHORT_DIGITS else LONG_DIGITS}, {scale})"


def cell(column: Column, text: str, work: str, value: str, facts: TextFacts | None = None) -> Cell:
    """Give the expressions that read one staged column; reasons in the order a person would want them.

    `value` is what `typed` gave. `facts` are those of a column of texts that are their own values: what they rule out
    is not asked of any cell.
    """
    rules = []
    scientific = f"regexp_full_match({text}, '{SCIENTIFIC}')"
    if column.type == ItemType.STRING and (facts is None or facts.may_be_scientific):
        rules.append(f"WHEN {scientific} THEN 'scientific'")
    if not column.type.is_text:
        closer = f"WHEN {scientific} THEN 'scientific' {_closer(column.type, text, work)}"
        rules.append(f"WHEN ({value}) IS NULL THEN CASE {closer} ELSE {literal(REASONS[column.type])} END")
    if column.length and column.type.is_text and (facts is None or facts.longest > column.length):
        rules.append(f"WHEN length({text}) > {int(column.length)} THEN 'length'")
    elif column.length and column.type.is_number:
        digits = f"length(regexp_replace({work}, '[^0-9]', '', 'g'))"
        rules.append(f"WHEN {digits} > {int(column.length)} THEN 'length'")
    if column.values is not None:
        listed = ", ".join(literal(item) for item in column.values) or "NULL"
        rules.append(f"WHEN coalesce({text} NOT IN ({listed}), true) THEN 'code_list'")
    rules += _standard_rules(column, text)
    if (facts is None or facts.gaps) and (rules or column.required):
        rules.insert(0, f"WHEN {text} IS NULL THEN " + ("'null'" if column.required else "NULL"))
    return Cell(text=text, value=value, reason=f"CASE {' '.join(rules)} END" if rules else _NEVER)


def _standard_rules(column: Column, text: str) -> list[str]:
    """Give the rules of the data element that the item is bound to: the form of the value, then its check character."""
    rules = []
    if column.pattern:
        rules.append(f"WHEN NOT regexp_full_match({text}, {literal(column.pattern)}) THEN 'pattern'")
    if column.check:
        rules.append(f"WHEN NOT {check_sql(column.check, text)} THEN 'checksum'")
    return rules


def _closer(column_type: ItemType, text: str, work: str) -> str:
    """Give the rules that tell more than "this is not a number"."""
    if column_type.is_time:
        return f"WHEN regexp_full_match({work}, {literal(DAY_NUMBER)}) THEN 'day_number'"
    if column_type.is_number:
        plain = narrowed(text)
        return (
            f"WHEN regexp_full_match({plain}, {literal(UNIT)}) AND NOT regexp_full_match({plain}, {literal(_BARE)}) "
            "THEN 'unit'"
        )
    return ""
