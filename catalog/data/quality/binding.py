"""Values of rules as bound parameters: what an officer wrote never becomes text of SQL."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import duckdb

from catalog.data.quality.rules import RuleInvalid


class Binder:
    """Collects the named parameters of one statement."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def bind(self, value: Any) -> str:
        """Keep a value and give its place in the SQL."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def check(self, text: str, sql_type: str, parameter: str) -> None:
        """See whether a text can be read as a type. Raises RuleInvalid (rule_value)."""
        if not _is_readable(text, sql_type):
            raise RuleInvalid(parameter, "rule_value", value=text[:100])


@lru_cache(maxsize=256)
def _is_readable(text: str, sql_type: str) -> bool:
    """Say whether the engine reads a text as a type. Rules are compiled twice at each check, and a database is dear."""
    with duckdb.connect(":memory:") as connection:
        return bool(connection.execute(f"SELECT try_cast(? AS {sql_type}) IS NOT NULL", [text]).fetchall()[0][0])
