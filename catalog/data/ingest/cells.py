"""SQL of single cells: how text becomes a value of a declared type, and why it sometimes cannot."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.data.duck import identifier, literal
from catalog.data.schema import SQL_TYPES, Column, ItemType

MAX_SCALE = 18
_BLANKS = " \t\r\n\u3000\u00a0\ufeff"
_WIDE = "０１２３４５６７８９．，－＋：／％"
_NARROW = "0123456789.,-+:/%"
_TRUE = ("是", "真", "true", "t", "yes", "y", "1")
_FALSE = ("否", "假", "false", "f", "no", "n", "0")
SCIENTIFIC = r"[+-]?\d(\.\d+)?[eE]\+\d{1,3}"
"""The way spreadsheets write a number that was too long for them: its last digits are gone."""

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
    """SQL expressions over one landed column: trimmed text, typed value, reason code or NULL."""

    text: str
    value: str
    reason: str


def trimmed(source: str) -> str:
    """Trim blanks, full-width ones and the tabs that protect long numbers; nothing left means no value."""
    return f"nullif(trim({identifier(source)}, {literal(_BLANKS)}), '')"


def narrowed(text: str) -> str:
    """Write full-width digits and signs in their plain form."""
    return f"translate({text}, {literal(_WIDE)}, {literal(_NARROW)})"


def number_text(text: str) -> str:
    """Drop thousands marks where they stand in the right places, and the signs of the yuan."""
    plain = f"regexp_replace({narrowed(text)}, '^[¥￥]\\s*|\\s*元$', '', 'g')"
    grouped = r"'[+-]?\d{1,3}(,\d{3})+(\.\d+)?'"
    return f"CASE WHEN regexp_full_match({plain}, {grouped}) THEN replace({plain}, ',', '') ELSE {plain} END"


def date_text(text: str) -> str:
    """Write 2023年1月5日, 2023/1/5, 2023.1.5 and 20230105 as 2023-1-5, whatever stands behind them."""
    plain = f"replace(translate({narrowed(text)}, '年月/', '---'), '日', ' ')"
    plain = f"trim(regexp_replace({plain}, '^(\\d{{4}})\\.(\\d{{1,2}})\\.(\\d{{1,2}})', '\\1-\\2-\\3'))"
    return f"regexp_replace({plain}, '^(\\d{{4}})(\\d{{2}})(\\d{{2}})($|[ T])', '\\1-\\2-\\3\\4')"


def typed(column_type: ItemType, text: str, scale: int = 0) -> str:
    """Give the SQL that turns trimmed text into a value of the type, NULL where it is not one."""
    sql_type = SQL_TYPES[column_type].format(scale=scale)
    if column_type.is_text:
        return text
    if column_type == ItemType.BOOLEAN:
        word = f"lower({narrowed(text)})"
        true, false = (", ".join(map(literal, words)) for words in (_TRUE, _FALSE))
        return f"CASE WHEN {word} IN ({true}) THEN true WHEN {word} IN ({false}) THEN false END"
    if column_type.is_time:
        return _typed_time(column_type, date_text(text))
    number = number_text(text)
    if column_type == ItemType.INTEGER:
        shape, number = r"[+-]?\d+(\.0+)?", f"regexp_replace({number}, '\\.0+$', '')"
        return f"CASE WHEN regexp_full_match({number_text(text)}, '{shape}') THEN try_cast({number} AS BIGINT) END"
    if column_type.is_decimal:
        shape = rf"[+-]?(\d+(\.\d{{0,{MAX_SCALE}}}0*)?|\.\d{{1,{MAX_SCALE}}}0*)"
    else:
        shape = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
    return f"CASE WHEN regexp_full_match({number}, '{shape}') THEN try_cast({number} AS {sql_type}) END"


def _typed_time(column_type: ItemType, text: str) -> str:
    day = r"\d{4}-\d{1,2}-\d{1,2}"
    if column_type == ItemType.DATE:
        text = f"regexp_replace({text}, '[ T]0{{1,2}}:00(:00(\\.0+)?)?$', '')"
        return f"CASE WHEN regexp_full_match({text}, '{day}') THEN try_cast({text} AS DATE) END"
    text = f"rtrim(replace(translate({text}, '时分T', ':: '), '秒', ''), ':')"
    shape = day + r"( +\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?"
    return f"CASE WHEN regexp_full_match({text}, '{shape}') THEN try_cast({text} AS TIMESTAMP) END"


def scale_query(text: str) -> str:
    """Give the SQL of the number of decimals a column needs."""
    return f"coalesce(max(length(regexp_extract({number_text(text)}, '^[+-]?\\d*\\.(\\d*?)0*$', 1))), 0)"


def cell(column: Column, source: str, scale: int = 0) -> Cell:
    """Give the expressions that read one column; reasons in the order a person would want them."""
    text = trimmed(source)
    value = typed(column.type, text, scale)
    rules = [f"WHEN {text} IS NULL THEN " + ("'null'" if column.required else "NULL")]
    scientific = f"regexp_full_match({narrowed(text)}, '{SCIENTIFIC}')"
    if column.type == ItemType.STRING:
        rules.append(f"WHEN {scientific} THEN 'scientific'")
    elif not column.type.is_text:
        reason = literal(REASONS[column.type])
        rules.append(f"WHEN ({value}) IS NULL THEN CASE WHEN {scientific} THEN 'scientific' ELSE {reason} END")
    if column.length and column.type.is_text:
        rules.append(f"WHEN length({text}) > {int(column.length)} THEN 'length'")
    elif column.length and column.type.is_number:
        digits = f"length(regexp_replace({number_text(text)}, '[^0-9]', '', 'g'))"
        rules.append(f"WHEN {digits} > {int(column.length)} THEN 'length'")
    if column.values is not None:
        listed = ", ".join(literal(item) for item in column.values) or "NULL"
        rules.append(f"WHEN coalesce({text} NOT IN ({listed}), true) THEN 'code_list'")
    return Cell(text=text, value=value, reason=f"CASE {' '.join(rules)} END")
