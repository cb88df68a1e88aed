"""Counts by which columns questions look for rows: how often, never by whom nor for what."""

from __future__ import annotations

import atexit
from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db import connection

from catalog.data.plan import Condition, DeliveryPlan
from catalog.data.schema import Column
from catalog.gate.warrant import Warrant, WarrantKind
from catalog.selectors.questions import ALL, FALL, PART, VALUE
from portal.web.days import today
from portal.web.tally import Tally

Named = tuple[tuple[str, str], ...]
"""Ids of columns with the use that a question makes of them."""
_PLAIN = frozenset({"eq", "in", "lt", "le", "gt", "ge"})


def named_columns(plan: DeliveryPlan, conditions: Iterable[Condition], columns: Sequence[Column]) -> Named:
    """Say by which columns a plan looks for rows where an index would help: what is compared, and what comes first.

    `conditions` are those on stored values.
    """
    ids = {column.name: column.id for column in columns}
    found = {(ids[condition.column], PART) for condition in conditions if condition.op == "like"}
    found |= {(ids[condition.column], VALUE) for condition in conditions if condition.op in _PLAIN}
    plain = {item.name for item in (*plan.delivered, *plan.hidden) if item.op == "pass"}
    for entry in plan.order[:1]:
        if entry.removeprefix("-") in plain:
            found.add((ids[entry.removeprefix("-")], FALL if entry.startswith("-") else VALUE))
    return tuple(sorted(found))


def count_question(warrant: Warrant, named: Named) -> None:
    """Count a question of readers within `QUESTION_COUNT_SECONDS` (no query); nothing where the setting is 0.

    Gathered in this process and written together; a process that is killed loses what it has not written.
    """
    seconds = settings.QUESTION_COUNT_SECONDS
    if not seconds or warrant.kind is WarrantKind.PREVIEW:
        return
    resource_id, day = warrant.version.resource_id, today()
    for column_id, use in (("", ALL), *named):
        _tally.add((resource_id, day, column_id, use), seconds)


def write_questions() -> None:
    """Write what was counted in this process."""
    _tally.write()


def _write(what: tuple[int, date, str, str], times: int) -> None:
    """Add to one count; a resource that is gone has none. Nobody waits for the disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into catalog_questioncount (resource_id, day, column_id, use, count) "
            "select resource.id, %s::date, %s, %s, %s from catalog_resource as resource, "
            "set_config('synchronous_commit', 'off', true) where resource.id = %s "
            "on conflict (resource_id, day, column_id, use) "
            "do update set count = catalog_questioncount.count + excluded.count",
            [what[1], what[2], what[3], times, what[0]],
        )


_tally: Tally[tuple[int, date, str, str]] = Tally("questions", _write)
atexit.register(write_questions)
