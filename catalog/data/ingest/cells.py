"""SQL of single cells: how text becomes a value of a declared type, and why it sometimes cannot."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.data.duck import literal
from catalog.data.schema import SQL_TYPES, Column, ItemType
from catalog.data.standards.checks import check_sql

MAX_SCALE = 18
SHORT_DIGITS = 18
LONG_DIGITS = 38
_BLANKS = " \t\r\n\u3000\u00a0\ufeff"
_WIDE = "０１２３４５６７８９．，－＋：／％"
_NARROW = "0123456789.,-+:/%"
_TRUE = ("是", "真", "true", "t", "yes", "y", "1")
_FALSE = ("否", "假", "false", "f", "no", "n", "0")
SCIENTIFIC = r"[+-]?\d(\.\d+)?[eE]\+\d{1,3}"
"""The way spreadsheets write a number that was too long for them: its last digits are gone."""

DECIMAL = rf"[+-]?(\d+(\.\d{{0,{MAX_SCALE}}}0*)?|\.\d{{1,{MAX_SCALE}}}0*)"

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


def trimmed(source: str) -> str:
    """Trim blanks, full-width ones and the tabs that protect long numbers; nothing left means no value."""
    return f"nullif(trim({source}, {literal(_BLANKS)}), '')"


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
    """Write 2023年1月5日, 2023/1/5, 2023.1.5 and 20230105 as 2023-1-5, whatever stands behind them."""
    plain = f"replace(translate({text}, '年月/', '---'), '日', ' ')"
    plain = f"trim(regexp_replace({plain}, '^(\\d{{4}})\\.(\\d{{1,2}})\\.(\\d{{1,2}})', '\\1-\\2-\\3'))"
    return f"regexp_replace({plain}, '^(\\d{{4}})(\\d{{2}})(\\d{{2}})($|[ T])', '\\1-\\2-\\3\\4')"


def worked(column_type: ItemType, text: str) -> str:
    """Give the text that a value of the type is read from: what `typed` takes. `text` is trimmed already."""
    if column_type.is_text:
        return text
    plain = narrowed(text)
    if column_type.is_time:
        return date_text(plain)
    return f"lower({plain})" if column_type == ItemType.BOOLEAN else number_text(plain)


def typed(column_type: ItemType, work: str, sql_type: str = "") -> str:
    """Give the SQL that turns worked text into a value of the type, NULL where it is not one."""
    sql_type = sql_type or SQL_TYPES[column_type]
    if column_type.is_text:
        return work
    if column_type == ItemType.BOOLEAN:
        true, false = (", ".join(map(literal, words)) for words in (_TRUE, _FALSE))
        return f"CASE WHEN {work} IN ({true}) THEN true WHEN {work} IN ({false}) THEN false END"
    if column_type.is_time:
        return _typed_time(column_type, work)
    if column_type == ItemType.INTEGER:
        whole = f"regexp_replace({work}, '\\.0+$', '')"
        return f"CASE WHEN regexp_full_match({work}, '[+-]?\\d+(\\.0+)?') THEN try_cast({whole} AS BIGINT) END"
    shape = DECIMAL if column_type.is_decimal else r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
    return f"CASE WHEN regexp_full_match({work}, '{shape}') THEN try_cast({work} AS {sql_type}) END"


def _typed_time(column_type: ItemType, text: str) -> str:
    day = r"\d{4}-\d{1,2}-\d{1,2}"
    if column_type == ItemType.DATE:
        text = f"regexp_replace({text}, '[ T]0{{1,2}}:00(:00(\\.0+)?)?$', '')"
        return f"CASE WHEN regexp_full_match({text}, '{day}') THEN try_cast({text} AS DATE) END"
    text = f"rtrim(replace(translate({text}, '时分T', ':: '), '秒', ''), ':')"
    shape = day + r"( +\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?"
    return f"CASE WHEN regexp_full_match({text}, '{shape}') THEN try_cast({text} AS TIMESTAMP) END"


def digits_query(work: str) -> str:
    """Give the SQL of two numbers: the most digits before the point, and after it, of the decimals of a column."""
    known = f"FILTER (regexp_full_match({work}, '{DECIMAL}'))"
    before = f"max(length(regexp_extract({work}, '^[+-]?0*(\\d*)', 1))) {known}"
    after = f"max(length(regexp_extract({work}, '\\.(\\d*?)0*$', 1))) {known}"
    return f"coalesce({before}, 0), coalesce({after}, 0)"


def decimal_type(before: int, after: int) -> str:
    """Choose the decimal type that holds the digits; up to 18 in all is many times faster than up to 38."""
    scale = min(after, MAX_SCALE)
    return f"DECIMAL({SHORT_DIGITS if before + scale <= SHORT_DIGITS else LONG_DIGITS}, {scale})"


def cell(column: Column, text: str, work: str, sql_type: str) -> Cell:
    """Give the expressions that read one staged column; reasons in the order a person would want them."""
    value = typed(column.type, work, sql_type)
    rules = [f"WHEN {text} IS NULL THEN " + ("'null'" if column.required else "NULL")]
    scientific = f"regexp_full_match({text}, '{SCIENTIFIC}')"
    if column.type == ItemType.STRING:
        rules.append(f"WHEN {scientific} THEN 'scientific'")
    elif not column.type.is_text:
        reason = literal(REASONS[column.type])
        rules.append(f"WHEN ({value}) IS NULL THEN CASE WHEN {scientific} THEN 'scientific' ELSE {reason} END")
    if column.length and column.type.is_text:
        rules.append(f"WHEN length({text}) > {int(column.length)} THEN 'length'")
    elif column.length and column.type.is_number:
        digits = f"length(regexp_replace({work}, '[^0-9]', '', 'g'))"
        rules.append(f"WHEN {digits} > {int(column.length)} THEN 'length'")
    if column.values is not None:
        listed = ", ".join(literal(item) for item in column.values) or "NULL"
        rules.append(f"WHEN coalesce({text} NOT IN ({listed}), true) THEN 'code_list'")
    rules += _standard_rules(column, text)
    return Cell(text=text, value=value, reason=f"CASE {' '.join(rules)} END")


def _standard_rules(column: Column, text: str) -> list[str]:
    """Give the rules of the data element that the item is bound to: the form of the value, then its check character."""
    rules = []
    if column.pattern:
        rules.append(f"WHEN NOT regexp_full_match({text}, {literal(column.pattern)}) THEN 'pattern'")
    if column.check:
        rules.append(f"WHEN NOT {check_sql(column.check, text)} THEN 'checksum'")
    return rules
