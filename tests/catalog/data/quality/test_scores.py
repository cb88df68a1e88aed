"""Scores, facts and timeliness: figures worked out by hand."""

from datetime import date, timedelta

import pytest

from catalog.data.quality import (
    Dimension,
    Facts,
    Kind,
    Result,
    Rule,
    Severity,
    due_after,
    grade_of,
    loss,
    score,
    timeliness,
)
from catalog.data.quality.facts import from_facts
from catalog.data.quality.timeliness import WORKING_DAILY


def result(
    kind: Kind, total: int, failed: int, weight: float = 1.0, severity: Severity = Severity.WARN, **more: float
) -> Result:
    columns = ("a",) if kind == Kind.REQUIRED else ()
    rule = Rule(key=f"{kind}{weight}", kind=kind, columns=columns, weight=weight, severity=severity, **more)
    return Result(rule=rule, total=total, failed=failed)


def test_scores_are_weighted_means() -> None:
    found = [
        result(Kind.REQUIRED, 10, 5),
        result(Kind.REQUIRED, 10, 0, weight=3),
        result(Kind.FRESHNESS, 4, 2),
        result(Kind.READABLE, 0, 0),
    ]
    scored = score(found)
    assert scored.dimensions[Dimension.COMPLETENESS] == 87.5
    assert scored.dimensions[Dimension.TIMELINESS] == 50.0
    assert scored.dimensions[Dimension.ACCESSIBILITY] is None
    assert (scored.total, scored.grade, scored.blocked) == (68.75, "poor", False)
    assert score(found, weights={"timeliness": 0.0}).total == 87.5
    assert loss(found[0], found) == 12.5
    assert loss(found[3], found) == 0.0


def test_nothing_asked_has_no_score() -> None:
    assert (score([]).total, score([]).grade) == (None, "")


@pytest.mark.parametrize(
    ("total", "name"), [(100, "excellent"), (95, "excellent"), (94.9, "good"), (70, "fair"), (0, "poor")]
)
def test_grades_begin_at_their_threshold(total: float, name: str) -> None:
    assert grade_of(total) == name


def test_only_a_broken_rule_of_that_severity_blocks() -> None:
    assert score([result(Kind.REQUIRED, 100, 1, severity=Severity.BLOCK)]).blocked
    assert not score([result(Kind.REQUIRED, 100, 1, severity=Severity.BLOCK, threshold=99.0)]).blocked
    assert not score([result(Kind.REQUIRED, 0, 0, severity=Severity.BLOCK)]).blocked
    assert not score([result(Kind.REQUIRED, 100, 100)]).blocked


@pytest.mark.parametrize(
    ("before", "now", "failed"), [(100, 81, 0), (100, 80, 0), (100, 79, 1), (100, 200, 0), (100, 201, 1)]
)
def test_rows_may_change_within_limits(before: int, now: int, failed: int) -> None:
    found = from_facts(Rule(key="r", kind=Kind.ROW_CHANGE), Facts(rows=now, rows_before=before))
    assert (found.total, found.failed, found.facts["before"]) == (1, failed, before)


def test_facts_that_say_nothing_are_skipped() -> None:
    assert from_facts(Rule(key="r", kind=Kind.ROW_CHANGE), Facts(rows=1)).skipped == "first_version"
    assert from_facts(Rule(key="r", kind=Kind.ROW_CHANGE), Facts(rows=1, rows_before=0)).skipped == "empty_before"
    assert from_facts(Rule(key="f", kind=Kind.FRESHNESS), Facts()).skipped == "nothing_due"
    assert from_facts(Rule(key="a", kind=Kind.READABLE), Facts()).skipped == "no_files"


def test_corrections_and_files_count() -> None:
    wrong = from_facts(Rule(key="c", kind=Kind.CORRECTIONS), Facts(rows=200, wrong=3))
    assert (wrong.score, wrong.failed) == (98.5, 3)
    files = from_facts(Rule(key="a", kind=Kind.READABLE), Facts(files=4, files_missing=1))
    assert files.score == 75.0
    served = from_facts(Rule(key="a", kind=Kind.READABLE), Facts(files=4, tables=1, tables_failed=1))
    assert (served.total, served.failed, served.score) == (5, 1, 80.0)


TODAY = date(2026, 3, 1)


def days(*back: int) -> list[date]:
    return [TODAY - timedelta(days=count) for count in back]


@pytest.mark.parametrize(
    ("cycle", "versions", "due", "met", "late"),
    [
        (None, [10], 0, 0, 0),
        (8, [900], 0, 0, 0),
        (9, [900], 0, 0, 0),
        (4, [], 0, 0, 0),
        (4, [31], 0, 0, 0),
        (4, [32], 1, 0, 1),
        (4, [62], 1, 0, 31),
        (4, [63], 2, 0, 32),
        (4, [60, 30, 2], 2, 2, 0),
        (4, [90, 10], 3, 1, 0),
        (2, [1], 0, 0, 0),
        (2, [400], 12, 0, 399),
        (7, [366], 0, 0, 0),
        (7, [367], 1, 0, 1),
    ],
)
def test_promised_cycle_against_the_versions_that_came(
    cycle: int | None, versions: list[int], due: int, met: int, late: int
) -> None:
    found = timeliness(cycle, days(*versions), TODAY)
    assert (found.due, found.met, found.days_late, found.is_overdue) == (due, met, late, late > 0)


def test_grace_puts_the_due_day_off() -> None:
    assert timeliness(4, days(33), TODAY, grace=2).days_late == 0
    assert timeliness(4, days(33), TODAY).due_on == TODAY - timedelta(days=2)


def test_only_the_last_twelve_periods_count() -> None:
    found = timeliness(2, days(*range(40)), TODAY)
    assert (found.due, found.met) == (12, 12)


@pytest.mark.parametrize(
    ("made", "today", "due_on", "late", "missed"),
    [
        # 30 September 2026 is a Wednesday; 1 to 7 October are off, 10 October (a Saturday) is worked.
        (date(2026, 9, 30), date(2026, 10, 7), date(2026, 10, 8), 0, 0),
        (date(2026, 9, 30), date(2026, 10, 9), date(2026, 10, 8), 1, 1),
        (date(2026, 9, 30), date(2026, 10, 12), date(2026, 10, 8), 4, 3),
        (date(2026, 11, 26), date(2026, 11, 29), date(2026, 11, 27), 2, 1),
    ],
)
def test_working_days_count_only_where_the_cycle_says_so(
    made: date, today: date, due_on: date, late: int, missed: int
) -> None:
    found = timeliness(WORKING_DAILY, [made], today)
    assert (found.due_on, found.days_late, found.due) == (due_on, late, missed)
    assert timeliness(2, [made], today).due_on == made + timedelta(days=1)
    assert due_after(WORKING_DAILY, made, calendar={made + timedelta(days=1): True}) == made + timedelta(days=1)
