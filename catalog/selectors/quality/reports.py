"""What the rules found: the report of a version with its reasons, the dimensions, the trend, the public side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.data.quality import Kind, Result, loss
from catalog.models import DIMENSIONS, Item, QualityReport, QualityStanding, Resource, Version
from catalog.selectors.columns import worded
from catalog.selectors.quality.rules import columns_of, rule_label
from catalog.selectors.quality.timeliness import is_overdue
from portal.kernel.errors import Text

LEAST_LOSS = 0.05
"""Points of a dimension below which a rule is no reason worth a line."""
#: Where a finding of a kind is put right.
_ADVICE: dict[Kind, Text] = {
    Kind.REQUIRED: gettext_lazy("Fill the empty cells at the source and hand the file in again."),
    Kind.TYPE: gettext_lazy("Write the values in the form of the type."),
    Kind.LENGTH: gettext_lazy("Look for values cut off or run together, or correct the declared length."),
    Kind.PATTERN: gettext_lazy("Write the values in the given form, or correct the form in the rule."),
    Kind.VALUES: gettext_lazy("Use the listed values, or have the list extended."),
    Kind.RANGE: gettext_lazy("Check the values beyond the limits for wrong units or slipped digits."),
    Kind.CHECKSUM: gettext_lazy("Compare these numbers with the documents: one character at least is wrong."),
    Kind.DIRTY: gettext_lazy("Clean the values in the source system; replace test values by true ones."),
    Kind.ORDER: gettext_lazy("Check which of the two dates is wrong."),
    Kind.EXPRESSION: gettext_lazy("Check which of the columns is wrong."),
    Kind.UNIQUE: gettext_lazy("Merge the rows that mean the same, or correct the value."),
    Kind.KEY: gettext_lazy("Merge the rows of the same key, or correct the key."),
    Kind.DUPLICATE_ROWS: gettext_lazy("Leave out the repeated rows, or declare a key."),
    Kind.REFERENCE: gettext_lazy("Correct the values, or have the other resource completed."),
    Kind.ROW_CHANGE: gettext_lazy("Make sure that the file is whole; say in the note why rows went or came."),
    Kind.DRIFT: gettext_lazy("Make sure that the file holds the same kind of data as before."),
    Kind.FRESHNESS: gettext_lazy("Hand in new data as promised, or correct the update cycle."),
    Kind.READABLE: gettext_lazy("Have the operators look for the files in the store."),
    Kind.CORRECTIONS: gettext_lazy("Correct the confirmed errors and hand in a new version."),
}
_SKIPPED: dict[str, Text] = {
    "column_missing": gettext_lazy("the column is not in this version"),
    "first_version": gettext_lazy("there is no version before"),
    "empty_before": gettext_lazy("the version before has no rows"),
    "nothing_due": gettext_lazy("no update has been due yet"),
    "no_files": gettext_lazy("there are no files"),
    "rule_unfit": gettext_lazy("the rule does not fit the column any more"),
    "reference_missing": gettext_lazy("the other resource has no data"),
}


@dataclass(frozen=True, kw_only=True)
class ResultLine:
    """What one rule found, in words; ``has_rows`` says whether there are rows that can be shown."""

    result: Result
    label: str
    advice: Text
    skipped: Text
    loss: float
    has_rows: bool
    figures: str


@dataclass(frozen=True, kw_only=True)
class DimensionLine:
    """One of the six dimensions with its score (None: nothing was asked) and its rules, the costliest first."""

    code: str
    label: Text
    score: float | None
    results: list[ResultLine]

    @property
    def broken(self) -> int:
        """How many of its rules are below their threshold."""
        return sum(line.result.is_broken for line in self.results)


def report_of(version: Version) -> QualityReport | None:
    """Return the current report of a version (1 query)."""
    return version.quality_reports.filter(is_current=True).first()


def current_report(resource: Resource) -> QualityReport | None:
    """Return the report of the current version (1 query)."""
    return QualityReport.objects.filter(version=resource.current_version_id, is_current=True).first()


def results_of(report: QualityReport) -> list[Result]:
    """Read the results a report keeps."""
    return [Result.from_json(data) for data in report.results]


def result_lines(report: QualityReport, version: Version, items: Iterable[Item]) -> list[ResultLine]:
    """Return the results of a report in words, those that cost most first; ``items`` give columns their names."""
    results, columns = results_of(report), worded(columns_of(version), items)
    lines = [
        ResultLine(
            result=result,
            label=rule_label(result.rule, columns),
            advice=_ADVICE[result.rule.kind],
            skipped=_SKIPPED.get(result.skipped, ""),
            loss=loss(result, results),
            has_rows=bool(result.lines),
            figures=_figures(result),
        )
        for result in results
    ]
    return sorted(lines, key=lambda line: (-line.loss, not line.result.is_broken))


def _figures(result: Result) -> str:
    facts = result.facts
    if result.rule.kind == Kind.ROW_CHANGE and facts:
        return _("from %(before)s to %(now)s rows") % facts
    if result.rule.kind == Kind.DRIFT and facts:
        return _("index %(index)s, limit %(limit)s") % facts
    if result.rule.kind == Kind.FRESHNESS and facts:
        return ngettext("%(met)s of %(due)s update came", "%(met)s of %(due)s updates came", facts["due"]) % facts
    return ""


def dimension_lines(report: QualityReport, lines: Sequence[ResultLine]) -> list[DimensionLine]:
    """Return the six dimensions in the order of the standard."""
    return [
        DimensionLine(
            code=code,
            label=label,
            score=report.dimensions.get(code),
            results=[line for line in lines if line.result.rule.place.value == code],
        )
        for code, label in DIMENSIONS
    ]


def trend(resource: Resource, most: int = 24) -> list[QualityReport]:
    """Return the current reports of the last versions, oldest first (1 query)."""
    found = (
        QualityReport.objects.filter(version__resource=resource, is_current=True, score__isnull=False)
        .select_related("version")
        .order_by("-version__number")[:most]
    )
    return list(found)[::-1]


def _is_told(result: Result, columns: set[str]) -> bool:
    return result.rule.kind != Kind.EXPRESSION and set(result.rule.columns) <= columns


def public_quality(resource: Resource, items: Collection[Item]) -> dict[str, Any] | None:
    """Return what the public is told of the quality of a resource's current data; None before any check (1 query).

    Scores, counts and timeliness only: lines and hashed keys are for those who may see the rows. Reasons name no
    column but those of ``items``, which the edition opens.
    """
    standing = QualityStanding.objects.select_related("report__version").filter(resource=resource).first()
    if standing is None or standing.report is None:
        return None
    lines, columns = result_lines(standing.report, standing.report.version, items), {item.column_id for item in items}
    return {
        "standing": standing,
        "report": standing.report,
        "dimensions": dimension_lines(standing.report, lines),
        "reasons": [line for line in lines if line.loss >= LEAST_LOSS and _is_told(line.result, columns)][:5],
        "is_overdue": is_overdue(standing),
    }
