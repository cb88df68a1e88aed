"""Writes of oversight: looking into the record is itself recorded."""

from typing import Any

from portal.audit.record import record
from portal.audit.verify import Verification, verify
from portal.kernel.actors import Actor


def note_search(actor: Actor, conditions: dict[str, Any], *, form: str = "page") -> None:
    """Record that ``actor`` searched the record and for what (GB/T 22239: auditors are audited too)."""
    asked = {name: str(value) for name, value in conditions.items() if value}
    record(actor, action="audit.search", label=form, details=asked)


def check_chain(actor: Actor) -> Verification:
    """Verify the whole chain for ``actor`` and record the outcome."""
    result = verify()
    record(
        actor,
        action="audit.verify",
        outcome="done" if result.is_whole else "refused",
        reason=result.reason,
        details={"records": result.records, "head": result.head},
    )
    return result
