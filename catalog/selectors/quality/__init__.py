"""Reads of quality: the rules in force, what was found, tickets, departments side by side, metadata points."""

from catalog.selectors.quality.departments import DepartmentLine, department_lines
from catalog.selectors.quality.files import version_uris
from catalog.selectors.quality.metadata import MetadataPoint, metadata_points, with_metadata_score
from catalog.selectors.quality.reports import (
    LEAST_LOSS,
    DimensionLine,
    ResultLine,
    current_report,
    dimension_lines,
    public_quality,
    report_of,
    result_lines,
    results_of,
    trend,
)
from catalog.selectors.quality.rules import (
    RuleLine,
    columns_of,
    editions,
    rule_label,
    rule_line,
    rule_lines,
    rules_in_force,
    values_of,
    with_codes_in_force,
)
from catalog.selectors.quality.tickets import ticket_tasks, tickets, tickets_of
from catalog.selectors.quality.timeliness import (
    OVERDUE,
    is_overdue,
    next_due,
    overdue,
    promise_of,
    timeliness_of,
    with_lateness,
)

__all__ = [
    "LEAST_LOSS",
    "OVERDUE",
    "DepartmentLine",
    "DimensionLine",
    "MetadataPoint",
    "ResultLine",
    "RuleLine",
    "columns_of",
    "current_report",
    "department_lines",
    "dimension_lines",
    "editions",
    "is_overdue",
    "metadata_points",
    "next_due",
    "overdue",
    "promise_of",
    "public_quality",
    "report_of",
    "result_lines",
    "results_of",
    "rule_label",
    "rule_line",
    "rule_lines",
    "rules_in_force",
    "ticket_tasks",
    "tickets",
    "tickets_of",
    "timeliness_of",
    "trend",
    "values_of",
    "version_uris",
    "with_codes_in_force",
    "with_lateness",
    "with_metadata_score",
]
