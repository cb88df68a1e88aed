"""Rules answered by what is known of a version without reading its rows: its size, its age, its files, corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from catalog.data.quality.results import Result
from catalog.data.quality.rules import Kind, Rule, RuleInvalid, number

FALL, RISE = 20.0, 100.0
"""Percent by which rows may become fewer, or more, from version to version where a rule does not say."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a version. `due` counts the update periods that have ended, `met` those that brought data.

    `wrong` counts rows with a confirmed error that no version has mended yet. `tables` counts the serving tables that
    answer for the version, `tables_failed` those that could not be built.
    """

    rows: int = 0
    rows_before: int | None = None
    files: int = 0
    files_missing: int = 0
    tables: int = 0
    tables_failed: int = 0
    due: int = 0
    met: int = 0
    days_late: int = 0
    wrong: int = 0


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of the rows of these files before they are read for their rules.

    `values` is how many different values a column has (by its id, exact or estimated), `key` the ids of the key when
    the ingest that wrote the files saw it whole and unique.
    """

    values: Mapping[str, int] = field(default_factory=dict, hash=False)
    key: frozenset[str] = frozenset()


def from_facts(rule: Rule, facts: Facts) -> Result:
    """Answer a rule of a fact kind. Raises RuleInvalid for limits that are none."""
    return _ANSWERS[rule.kind](rule, facts)


def _row_change(rule: Rule, facts: Facts) -> Result:
    fall, rise = (_percent(rule, name, fallback) for name, fallback in (("fall", FALL), ("rise", RISE)))
    if facts.rows_before is None:
        return Result(rule=rule, skipped="first_version")
    if not facts.rows_before:
        return Result(rule=rule, skipped="empty_before")
    change = 100.0 * (facts.rows - facts.rows_before) / facts.rows_before
    known = {"before": facts.rows_before, "now": facts.rows, "percent": round(change, 2)}
    return Result(rule=rule, total=1, failed=int(change < -fall or change > rise), facts=known)


def _percent(rule: Rule, name: str, fallback: float) -> float:
    found = number(rule.params.get(name, fallback), name)
    if found < 0:
        raise RuleInvalid(name, "rule_number")
    return found


def _freshness(rule: Rule, facts: Facts) -> Result:
    if not facts.due:
        return Result(rule=rule, skipped="nothing_due")
    known = {"due": facts.due, "met": facts.met, "days_late": facts.days_late}
    return Result(rule=rule, total=facts.due, failed=facts.due - min(facts.met, facts.due), facts=known)


def _readable(rule: Rule, facts: Facts) -> Result:
    if not facts.files:
        return Result(rule=rule, skipped="no_files")
    return Result(rule=rule, total=facts.files + facts.tables, failed=facts.files_missing + facts.tables_failed)


def _corrections(rule: Rule, facts: Facts) -> Result:
    return Result(rule=rule, total=facts.rows, failed=min(facts.wrong, facts.rows))


_ANSWERS: Mapping[Kind, Callable[[Rule, Facts], Result]] = {
    Kind.ROW_CHANGE: _row_change,
    Kind.FRESHNESS: _freshness,
    Kind.READABLE: _readable,
    Kind.CORRECTIONS: _corrections,
}
