"""Taking note of a confirmed correction as another holder of the rows."""

from django.db import transaction
from django.utils import timezone

from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import NotAllowed
from sharing import policies
from sharing.models import Correction
from sharing.workflow import CORRECTIONS


@transaction.atomic
def confirm_receipt(actor: Actor, *, correction: Correction) -> int:
    """Take note of a confirmed correction for the grants of one's departments; returns for how many.

    Locks the receipts. Writes the audit entry ``sharing.correction.receive``. Raises ``NotAllowed``, also when
    everything was taken note of already.
    """
    if not (decision := policies.decide_correction(actor, "receive", correction)):
        raise NotAllowed(decision.reason, code=decision.code)
    offices = actor.departments(*policies.STAFF)
    waiting = correction.receipts.filter(grant__grantee__in=offices, confirmed_at=None).select_for_update(of=("self",))
    numbers = []
    for receipt in waiting.select_related("grant"):
        receipt.confirmed_by_id, receipt.confirmed_at = actor.user_id, timezone.now()
        receipt.save(update_fields=["confirmed_by", "confirmed_at"])
        numbers.append(receipt.grant.number)
    record(actor, action=f"{CORRECTIONS.name}.receive", obj=correction, details={"grants": sorted(numbers)})
    return len(numbers)
