"""Judging files by the rules in force, and keeping what was found with the version."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from catalog.data.manifest import DescribedFile
from catalog.data.quality import Known, Result, Rule, Score, Table, check, score
from catalog.data.schema import Column
from catalog.models import DataFile, QualityReport, Resource, Version
from catalog.selectors.quality import rules_in_force
from catalog.services.quality.standing import refresh_standing
from catalog.services.quality.tables import table_of_files
from catalog.services.quality.tickets import follow_report
from portal.audit.record import record
from portal.kernel.actors import Actor

_LISTED = 50
"""Values of a rule that a report keeps with it; of a longer list it keeps the number."""


@dataclass(frozen=True, kw_only=True)
class Judgment:
    """What the rules found in a table that is to become, or is, a version."""

    results: tuple[Result, ...]
    score: Score
    seconds: float

    @property
    def blocking(self) -> list[Result]:
        """The results because of which the version may not stand."""
        return [result for result in self.results if result.blocks]


def judge_files(
    resource: Resource,
    columns: Sequence[Column],
    files: Sequence[DescribedFile | DataFile],
    folder: Path,
    *,
    known: Known,
) -> Judgment:
    """Judge stored files that are not a version yet by the rules in force. Raises EngineLimit."""
    rules = rules_in_force(resource, columns)
    with table_of_files(resource, columns, files, rules, folder, known) as table:
        return judge(resource, table, rules, folder)


def judge(resource: Resource, table: Table, rules: Sequence[Rule], folder: Path) -> Judgment:
    """Ask the rules of a table and score the answers by the weights and grades of this installation."""
    start = time.perf_counter()
    # Hashed keys of different resources cannot be matched: each has a key of its own.
    results = check(table, rules, folder, key=f"{settings.SECRET_KEY}:quality:{resource.pk}")
    scored = score(results, weights=settings.QUALITY_WEIGHTS, grades=settings.QUALITY_GRADES)
    return Judgment(results=results, score=scored, seconds=time.perf_counter() - start)


@transaction.atomic
def keep_report(actor: Actor, *, version: Version, judgment: Judgment) -> QualityReport:
    """Keep a judgment as the current report of a version.

    Writes the report, the standing of the resource, tickets that open or close by it, and the audit entry
    ``catalog.quality.check``.
    """
    # The row of the resource is the lock: two checks of one version never make two current reports.
    resource = Resource.objects.select_for_update(of=("self",)).select_related("provider").get(pk=version.resource_id)
    version.resource = resource
    version.quality_reports.filter(is_current=True).update(is_current=False)
    report = QualityReport.objects.create(
        version=version,
        score=judgment.score.total,
        grade=judgment.score.grade,
        dimensions={name.value: value for name, value in judgment.score.dimensions.items()},
        results=[_kept(result) for result in judgment.results],
        seconds=judgment.seconds,
    )
    record(
        actor,
        action="catalog.quality.check",
        obj=resource,
        label=resource.code,
        details={
            "version": version.number,
            "score": None if report.score is None else f"{report.score:.2f}",
            "broken": sum(result.is_broken for result in judgment.results),
        },
    )
    if resource.current_version_id == version.pk:
        refresh_standing(resource)
        follow_report(actor, report=report, version=version, results=judgment.results)
    return report


def _kept(result: Result) -> dict[str, Any]:
    data = result.to_json()
    values = data["rule"]["params"].get("values")
    if isinstance(values, list) and len(values) > _LISTED:
        data["rule"]["params"]["values"] = {"count": len(values)}
    return data
