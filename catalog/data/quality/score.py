"""From results to scores: each dimension the weighted mean of its rules, the whole the weighted mean of dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.data.quality.results import Result
from catalog.data.quality.rules import WHOLE, Dimension

GRADES: Sequence[tuple[str, float]] = (("excellent", 95.0), ("good", 85.0), ("fair", 70.0), ("poor", 0.0))
"""Names of grades with the score they begin at, highest first; an installation may set its own thresholds."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """The score of a version. A dimension without a rule that applied has none and does not count."""

    total: float | None
    grade: str
    dimensions: Mapping[Dimension, float | None]
    blocked: bool


def score(
    results: Iterable[Result],
    *,
    weights: Mapping[str, float] | None = None,
    grades: Sequence[tuple[str, float]] = GRADES,
) -> Score:
    """Score results; `weights` gives dimensions another weight than 1, `grades` other thresholds."""
    found = list(results)
    dimensions = {dimension: _of(dimension, found) for dimension in Dimension}
    known = [(value, (weights or {}).get(name, 1.0)) for name, value in dimensions.items() if value is not None]
    total = mean(known)
    return Score(
        total=total,
        grade="" if total is None else grade_of(total, grades),
        dimensions=dimensions,
        blocked=any(result.blocks for result in found),
    )


def _of(dimension: Dimension, results: Iterable[Result]) -> float | None:
    return mean(
        [(result.score, result.rule.weight) for result in results
         if result.rule.place == dimension and result.score is not None]
    )  # fmt: skip


def mean(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Give the weighted mean of (value, weight) pairs; None where nothing has weight."""
    weight = sum(part for _, part in pairs)
    return sum(value * part for value, part in pairs) / weight if weight > 0 else None


def grade_of(total: float, grades: Sequence[tuple[str, float]] = GRADES) -> str:
    """Give the name of the grade a score from 0 to 100 earns."""
    return next((name for name, least in grades if total >= least), grades[-1][0])


def loss(result: Result, results: Sequence[Result]) -> float:
    """Give how many points of its dimension a rule costs, from 0 to 100."""
    same = [one for one in results if one.rule.place == result.rule.place and one.score is not None]
    weight = sum(one.rule.weight for one in same)
    return 0.0 if result.score is None or not weight else (WHOLE - result.score) * result.rule.weight / weight
