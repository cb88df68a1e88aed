"""The acts a page offers as buttons: those the transition table and the policy both allow now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import Text
from portal.web.words import word_of
from portal.workflow.table import Table, Transition

_MAIN = frozenset(
    {"submit", "consent", "approve", "publish", "issue", "accept", "agree", "deliver", "answer", "resume"}
)
_GRAVE = frozenset({"refuse", "reject", "revoke", "terminate", "retire", "cancel", "delete", "suspend", "withhold"})


@dataclass(frozen=True, slots=True)
class Verb:
    """One button: the verb it posts, its label, where to, whether a reason is needed, its tone (p, d or none)."""

    verb: str
    label: Text
    url: str
    needs_reason: bool = False
    tone: str = ""


def verbs_for(
    actor: Actor,
    obj: Any,
    table: Table,
    decide: Callable[[Actor, str, Any], Decision],
    url_for: Callable[[str], str],
    *,
    labels: Mapping[str, Text] | None = None,
    tones: Mapping[str, str] | None = None,
    leave_out: frozenset[str] = frozenset(),
) -> list[Verb]:
    """Return the buttons for what ``actor`` may do to ``obj`` from its present state, in the table's order.

    ``url_for`` maps a verb to the address that takes its POST. Verbs in ``leave_out`` have a page of their own.
    """
    rows = [row for row in table.verbs_from(obj.state) if row.verb not in leave_out and decide(actor, row.verb, obj)]
    return [
        Verb(
            verb=row.verb,
            label=_label(row, labels or {}),
            url=url_for(row.verb),
            needs_reason=row.needs_reason,
            tone=(tones or {}).get(row.verb, _tone(row.verb)),
        )
        for row in rows
    ]


def _label(row: Transition, labels: Mapping[str, Text]) -> Text:
    if row.verb in labels:
        return labels[row.verb]
    return row.label if str(row.label) else word_of(row.verb)


def _tone(verb: str) -> str:
    if verb in _MAIN:
        return "p"
    return "d" if verb in _GRAVE else ""
