"""Quality of data: rules, the check that asks them, the scores that follow (GB/T 36344-2018)."""

from catalog.data.quality.defaults import default_rules
from catalog.data.quality.facts import Facts, Known
from catalog.data.quality.results import Result
from catalog.data.quality.rules import Dimension, Kind, Rule, RuleInvalid, Severity
from catalog.data.quality.run import Other, Table, check, check_rule, failing_lines, failing_values
from catalog.data.quality.score import GRADES, Score, grade_of, loss, score
from catalog.data.quality.timeliness import Timeliness, due_after, timeliness

__all__ = [
    "GRADES",
    "Dimension",
    "Facts",
    "Kind",
    "Known",
    "Other",
    "Result",
    "Rule",
    "RuleInvalid",
    "Score",
    "Severity",
    "Table",
    "Timeliness",
    "check",
    "check_rule",
    "default_rules",
    "due_after",
    "failing_lines",
    "failing_values",
    "grade_of",
    "loss",
    "score",
    "timeliness",
]
