"""Entries drafted before all they tell is known: the statement that finds out the rest writes them, and their lines."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from django.utils import timezone

from portal.audit import chain
from portal.audit.prepared import execute_prepared
from portal.audit.record import IP_LENGTH, Told, clean, content_of
from portal.kernel.actors import Actor
from portal.kernel.proof import Deed

_FOUND = ("rows", "total")
# No text of an entry holds a null character; JSON writes it, behind a quote, as nothing else is written.
_BLANK = "\0"
_MARK = re.compile(r'"\\u0000(\w+)"')
_written = json.JSONEncoder(ensure_ascii=False).encode

_TYPES = {"at": "timestamptz", "actor_id": "bigint", "department_id": "bigint", "details": "jsonb"}
_FIELDS = ", ".join(chain.FIELDS)
_COLUMNS = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in chain.FIELDS)
_TEXT = "concat(CAST(%s AS text), rows, CAST(%s AS text), total, CAST(%s AS text))"
_ENTRY = (
    f"content AS (SELECT rows, text, drafted.* FROM (SELECT rows, {_TEXT} AS text FROM told) AS filled, "  # noqa: S608  names of our own
    f"jsonb_to_record(CAST(text AS jsonb)) AS drafted ({_COLUMNS})), "
    f"entry AS (INSERT INTO audit_entry ({_FIELDS}, digest) "
    f"SELECT {_FIELDS}, sha256(CAST('\\x00' AS bytea) || convert_to(text, 'UTF8')) FROM content RETURNING id), "
    "waiting AS (INSERT INTO audit_pending (entry_id) SELECT id FROM entry)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of another table, written by the statement that writes an entry.

    `into` names table and columns, `values` are their expressions: fields of the entry may stand in them, and `rows`,
    the number told of. `proved` are the expressions with the same `params` where the statement proves that all the line
    names is there, so that nothing has to be looked for.
    """

    into: str
    values: str
    proved: str
    params: Sequence[Any]


class Draft:
    """An entry complete but for its moment, the address of whoever calls, the details `rows` and `total`, and `blanks`.

    `blanks` are details too: texts that are known when it is written. What the leaf covers is the text that the entry
    is read from, so that both are the same whoever fills it in. A line goes with it, or both are not written.
    """

    def __init__(
        self, actor: Actor, *, line: Line | None = None, blanks: Collection[str] = (), **told: Unpack[Told]
    ) -> None:
        content = content_of(actor, **told)
        content |= {name: _BLANK + name for name in ("at", "ip")}
        content["details"] |= {name: _BLANK + name for name in (*blanks, *_FOUND)}
        self._begin, *rest = _MARK.split(chain.canonical(content))
        self._rest = tuple(zip(rest[::2], rest[1::2], strict=True))
        self._sql = {is_proved: _entry_sql(line, is_proved=is_proved) for is_proved in (False, True)}
        self._params = () if line is None else tuple(line.params)

    def deed(self, *, ip: str = "", is_proved: bool = False, **known: str) -> Deed:
        """Give what writes it now, with its place in the outbox.

        `is_proved` says that the statement proves what the line names to be there.
        """
        known |= {"at": timezone.now().isoformat(timespec="microseconds"), "ip": clean(ip, IP_LENGTH)}
        texts = [self._begin]
        for name, after in self._rest:
            if name in _FOUND:
                texts.append(after)
            else:
                texts[-1] += _written(known[name]) + after
        return Deed(self._sql[is_proved], (*texts, *self._params))


def write_at_once(deed: Deed, *, rows: int, total: int) -> None:
    """Write a deed whose figures are known. Outside a transaction it is committed when this returns."""
    told = "WITH told AS (SELECT CAST(%s AS bigint) AS rows, CAST(%s AS bigint) AS total)"
    execute_prepared(f"{told}, {deed.sql} SELECT 1", [rows, total, *deed.params])


def _entry_sql(line: Line | None, *, is_proved: bool) -> str:
    if line is None:
        return _ENTRY
    values = line.proved if is_proved else line.values
    return f"{_ENTRY}, line AS (INSERT INTO {line.into} SELECT {values} FROM content)"  # noqa: S608  text of our own
