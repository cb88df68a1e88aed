"""Confirmed errors in the data, told by whoever handles corrections: they lower accuracy until they are mended."""

from django.db import transaction

from catalog.models import QualityCorrection, Version
from catalog.services.quality.tickets import raise_ticket
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import NotAllowed


@transaction.atomic
def note_correction(
    actor: Actor, *, version: Version, source: str, reference: str, column_id: str = "", rows: int = 1
) -> QualityCorrection:
    """Note that an error in ``version`` was reported and confirmed; a repeat of ``reference`` changes nothing.

    ``source`` is the app that handled it (such as "sharing"), ``reference`` its number there; whoever may confirm was
    decided there, so that only the system and officials reach this. Opens a ticket with the clock of Order 809 art 26.
    Writes the error, the ticket, and the audit entry ``catalog.quality.correction``.
    """
    if not (actor.is_system or actor.is_official):
        raise NotAllowed(code="not_signed_in")
    noted, made = QualityCorrection.objects.get_or_create(
        source=source,
        reference=reference,
        defaults={
            "resource_id": version.resource_id,
            "version": version,
            "column_id": column_id,
            "rows": max(rows, 1),
        },
    )
    if made:
        resource = version.resource
        details = {"source": source, "reference": reference, "version": version.number, "rows": noted.rows}
        record(actor, action="catalog.quality.correction", obj=resource, label=resource.code, details=details)
        facts = {"correction": noted.pk, "reference": reference, "rows": noted.rows}
        raise_ticket(actor, resource=resource, cause="correction", rule_key=f"{source}:{reference}"[:160], facts=facts)
    return noted
