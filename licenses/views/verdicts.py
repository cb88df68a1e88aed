"""The words of a verification: a big word, its sign, its edge and a plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from licenses.models import State
from licenses.services.verification import Outcome, Result
from portal.kernel.errors import Text


@dataclass(frozen=True)
class Verdict:
    """How an outcome is said; `tone` is the class of the edge, the sign and the word never depend on color."""

    word: Text
    sign: str
    tone: str
    sentence: Text


_VERDICTS = {
    Outcome.VALID: Verdict(
        pgettext_lazy("verdict", "Valid"), "✓", "ok",
        _("This license exists, is in force today, and its record carries the issuer's unbroken signature."),
    ),
    Outcome.NOT_YET: Verdict(
        pgettext_lazy("verdict", "Not yet valid"), "○", "info", _("This license exists; its term has not begun.")
    ),
    Outcome.EXPIRED: Verdict(
        pgettext_lazy("verdict", "Expired"), "△", "warn", _("This license existed; its term has ended.")
    ),
    Outcome.WITHHELD: Verdict(
        pgettext_lazy("verdict", "Withheld"), "‖", "warn",
        _("The issuer withholds this license for a time. It does not hold until it is given back."),
    ),
    Outcome.REVOKED: Verdict(
        pgettext_lazy("verdict", "Revoked"), "✕", "bad",
        _("The issuer revoked this license because it was granted unlawfully. It does not hold."),
    ),
    Outcome.CANCELLED: Verdict(
        pgettext_lazy("verdict", "Cancelled"), "—", "bad", _("This license was cancelled. It does not hold.")
    ),
    Outcome.REPLACED: Verdict(
        pgettext_lazy("verdict", "Replaced"), "→", "warn",
        _("A newer version replaced this paper. Ask the holder for the present one."),
    ),
    Outcome.UNCONFIRMED: Verdict(
        pgettext_lazy("verdict", "Cannot be confirmed"), "!", "bad",
        _("The stored record of this license is damaged or was altered. Do not rely on the paper; ask the issuer."),
    ),
    Outcome.NOT_FOUND: Verdict(
        pgettext_lazy("verdict", "Not found"), "?", "bad",
        _("No license fits this. Check every character; if all are right, the paper is not genuine."),
    ),
}  # fmt: skip
_PENALTY = Verdict(
    pgettext_lazy("verdict", "Revoked as a penalty"), "✕", "bad",
    _("The issuer revoked this license as a penalty. It does not hold."),
)  # fmt: skip


def verdict_of(result: Result) -> Verdict:
    """Give the words for a result."""
    if result.facts is not None and result.facts.state == State.REVOKED_AS_PENALTY:
        return _PENALTY
    return _VERDICTS[result.outcome]


def words_of(counts: Mapping[str, int]) -> list[tuple[Text, int]]:
    """Pair the counts of past verifications with the words of their outcomes."""
    return [(_VERDICTS[Outcome(code)].word, count) for code, count in sorted(counts.items())]
