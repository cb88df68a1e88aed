"""The provider's answer to a correction: verify, confirm or refuse, close; and the filer's withdrawal (art 26)."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Version
from catalog.services.quality import note_correction, note_mended
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, ReasonMissing
from portal.workflow.move import move
from sharing import policies, signals
from sharing.models import Correction
from sharing.services.corrections.comparing import keep_outcomes, outcomes_in
from sharing.workflow import CORRECTIONS

SOURCE = "sharing"
_LONGEST = 4000


def _move(actor: Actor, correction: Correction, verb: str, *, reason: str = "", **fields: Any) -> Correction:
    return move(
        CORRECTIONS,
        actor,
        correction,
        verb,
        decide=policies.decide_correction,
        reason=reason,
        fields={"updated_at": timezone.now(), **fields},
        signal=signals.correction_moved,
    )


def verify(actor: Actor, *, correction: Correction) -> Correction:
    """Take a correction up for verification, as the provider. Emits ``correction_moved``."""
    return _move(actor, correction, "verify")


@transaction.atomic
def confirm(
    actor: Actor, *, correction: Correction, lines: Collection[int] | None = None, reason: str = ""
) -> Correction:
    """Confirm the errors reported, or those of some ``lines`` (positions) with a reason.

    From then on they lower the accuracy of the resource until a later version mends them, and the other holders of
    the rows are told by a task after the commit. Writes the confirmed error of the catalogue. Emits
    ``correction_moved``. Raises ``Invalid`` for lines that are not there or none, ``ReasonMissing`` when narrowed.
    """
    all_lines = list(correction.lines.all())
    positions = {line.position for line in all_lines}
    chosen = positions if lines is None else set(lines)
    if not chosen or chosen - positions:
        raise Invalid(fields={"lines": [_("Choose at least one of the lines, and no others.")]})
    if chosen != positions and not reason.strip():
        raise ReasonMissing(_("Say why the other lines are not confirmed."), field="reason")
    answer = reason.strip()[:_LONGEST]
    moved = _move(actor, correction, "confirm", reason=reason, answer=answer, confirmed_at=timezone.now())
    for line in all_lines:
        line.is_confirmed = line.position in chosen
        line.save(update_fields=["is_confirmed"])
    confirmed = [line for line in all_lines if line.is_confirmed]
    columns = {line.column_id for line in confirmed}
    note_correction(
        actor,
        version=moved.version,
        source=SOURCE,
        reference=moved.number,
        column_id=columns.pop() if len(columns) == 1 else "",
        rows=len({str(sorted(line.key.items())) for line in confirmed}),
        has_clock=True,
    )
    return moved


def refuse_correction(actor: Actor, *, correction: Correction, reason: str) -> Correction:
    """Answer that the values are right, with the reason. Emits ``correction_moved``. Raises ``ReasonMissing``."""
    answer, now = reason.strip()[:_LONGEST], timezone.now()
    return _move(actor, correction, "refuse", reason=reason, answer=answer, closed_at=now)


def withdraw_correction(actor: Actor, *, correction: Correction, reason: str = "") -> Correction:
    """Take back a correction of one's own department before it is confirmed. Emits ``correction_moved``."""
    return _move(actor, correction, "withdraw", reason=reason, closed_at=timezone.now())


def correct(actor: Actor, *, correction: Correction, reason: str) -> Correction:
    """Close a confirmed correction by the current version, which must be later than the one named.

    For the provider, where the machine could not compare (it closes by itself what it sees mended): nobody can close
    while a cell holds the same value. The cells are read before the transaction. Emits ``correction_moved``.
    Raises ``Conflict``, ``ReasonMissing``, ``NotAllowed``, ``TransitionRefused``.
    """
    found: dict[int, str] = {}
    version = correction.resource.current_version
    if correction.state == "confirmed" and policies.decide_correction(actor, "correct", correction):
        if version is None or version.number <= correction.version.number:
            raise Conflict(_("There is no later version yet in which it could be corrected."), code="no_later_version")
        found = outcomes_in(correction, version)
        if "same" in found.values():
            raise Conflict(
                _("Version %d still holds a value that was confirmed to be wrong.") % version.number, code="still_wrong"
            )
    return close(actor, correction=correction, version=version, outcomes=found, reason=reason)


def close(
    actor: Actor, *, correction: Correction, version: Version | None, outcomes: Mapping[int, str], reason: str
) -> Correction:
    """Close a correction by a version in which its cells were found as ``outcomes`` say.

    Writes the outcomes and the mending of the catalogue's confirmed error. Emits ``correction_moved``.
    """
    with transaction.atomic():
        moved = _move(actor, correction, "correct", reason=reason, corrected_in=version, closed_at=timezone.now())
        if version is not None:
            keep_outcomes(moved, version, outcomes)
            note_mended(actor, version=version, source=SOURCE, reference=moved.number)
    return moved
