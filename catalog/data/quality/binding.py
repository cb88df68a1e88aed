"""Values of rules as bound parameters: what an officer wrote never becomes text of SQL."""

from __future__ import annotations

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
        with duckdb.connect(":memory:") as connection:
            found = connection.execute(f"SELECT try_cast(? AS {sql_type}) IS NOT NULL", [text]).fetchall()
        if not found[0][0]:
            raise RuleInvalid(parameter, "rule_value", value=text[:100])
