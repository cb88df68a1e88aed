"""The column that says what a row of a delta does, and the words it may hold."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.data.duck import literal
from catalog.data.schema import Column

OPERATION = Column(id="_op", name="_op", title="_操作")
"""A row without this column, or with nothing in it, is added when its key is new and changed when it is not."""
OPERATION_WORDS: Mapping[str, tuple[str, ...]] = {
    "insert": ("insert", "i", "新增", "增加", "增"),
    "update": ("update", "u", "修改", "变更", "更新", "改"),
    "delete": ("delete", "d", "删除", "删"),
    "upsert": ("upsert", "新增或修改"),
}


def operation_sql(column: str) -> str:
    """Give the operation that a text stands for; NULL when the word is not known."""
    text = f"lower(trim({column}))"
    cases = [
        f"WHEN {text} IN ({', '.join(literal(word) for word in words)}) THEN {literal(operation)}"
        for operation, words in OPERATION_WORDS.items()
    ]
    return f"CASE WHEN coalesce({text}, '') = '' THEN 'upsert' {' '.join(cases)} END"
