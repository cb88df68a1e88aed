"""Asks the policy before a service starts to write, and keeps the refusal on record."""

from __future__ import annotations

from licenses.models import License, LicenseType
from licenses.policies import decide
from portal.accounts.models import Department
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import NotAllowed


def require(actor: Actor, action: str, obj: LicenseType | License | Department, *, name: str) -> None:
    """Go on only if the policy allows `action`.

    Writes the refusal to the audit record under `name`.

    Raises:
        NotAllowed: with the reason of the policy.
    """
    decision = decide(actor, action, obj)
    if not decision:
        record(
            actor,
            action=name,
            obj=obj if obj.pk else None,
            label=str(obj),
            outcome="refused",
            reason=str(decision.reason),
        )
        raise NotAllowed(decision.reason, code=decision.code)
