"""What a check finds: counts for each rule, with lines and hashed keys of some of the rows at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.data.quality.rules import WHOLE, Rule, Severity


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one rule found in one version.

    `total` is to how many rows (or files, periods, comparisons) the rule applies, `failed` in how many of them it is
    broken. `lines` are the numbers (`__row`) of the first rows at fault, `keys` the keyed hashes of their keys.
    `skipped` is a code where the rule could not be asked at all; `facts` are figures a reader understands it by.
    """

    rule: Rule
    total: int = 0
    failed: int = 0
    lines: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    seconds: float = 0.0
    skipped: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def score(self) -> float | None:
        """100 times the satisfied over the total; None where the rule applied to nothing."""
        return WHOLE * (self.total - self.failed) / self.total if self.total else None

    @property
    def is_broken(self) -> bool:
        """Whether the score lies below the rule's threshold."""
        return self.score is not None and self.score < self.rule.threshold

    @property
    def blocks(self) -> bool:
        """Whether the version may not stand because of this."""
        return self.is_broken and self.rule.severity == Severity.BLOCK

    def to_json(self) -> dict[str, Any]:
        """Give the JSON that a report keeps."""
        return {
            "rule": self.rule.to_json(),
            "total": self.total,
            "failed": self.failed,
            "lines": list(self.lines),
            "keys": list(self.keys),
            "seconds": round(self.seconds, 3),
            "skipped": self.skipped,
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """Read a result from the JSON of `to_json`."""
        return replace(
            cls(rule=Rule.from_json(data["rule"])),
            total=int(data["total"]),
            failed=int(data["failed"]),
            lines=tuple(data.get("lines", ())),
            keys=tuple(data.get("keys", ())),
            seconds=float(data.get("seconds", 0.0)),
            skipped=str(data.get("skipped", "")),
            facts=dict(data.get("facts") or {}),
        )
