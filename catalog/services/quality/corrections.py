"""Confirmed errors in the data, told by whoever handles corrections: they lower accuracy until they are mended."""

from django.db import transaction

from catalog.models import QualityCorrection, Version
from catalog.services.quality.tickets import raise_ticket
from catalog.signals import confirmed_errors_changed
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import NotAllowed


@transaction.atomic
def note_correction(
    actor: Actor,
    *,
    version: Version,
    source: str,
    reference: str,
    column_id: str = "",
    rows: int = 1,
    has_clock: bool = False,
) -> QualityCorrection:
    """Note that an error in ``version`` was reported and confirmed; a repeat of ``reference`` changes nothing.

    ``source`` is the app that handled it (such as "sharing"), ``reference`` its number there; whoever may confirm was
    decided there, so that only the system and officials reach this. Opens a ticket with the clock of Order 809 art 26,
    but where the app has one of its own running (``has_clock``): a second would begin anew, later than the law's.
    Writes the error, the ticket, and the audit entry ``catalog.quality.correction``.
    Emits ``confirmed_errors_changed``.
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
        if not has_clock:
            facts = {"correction": noted.pk, "reference": reference, "rows": noted.rows}
            key = f"{source}:{reference}"[:160]
            raise_ticket(actor, resource=resource, cause="correction", rule_key=key, facts=facts)
        confirmed_errors_changed.send(sender=QualityCorrection, actor=actor, resource=resource)
    return noted


@transaction.atomic
def note_mended(actor: Actor, *, version: Version, source: str, reference: str) -> None:
    """Note that a confirmed error is mended in ``version``; nothing happens where it was, or was never noted.

    Writes the audit entry ``catalog.quality.mended``. Emits ``confirmed_errors_changed``.
    """
    if not (actor.is_system or actor.is_official):
        raise NotAllowed(code="not_signed_in")
    waiting = QualityCorrection.objects.filter(source=source, reference=reference, mended_in=None)
    if waiting.update(mended_in=version):
        resource = version.resource
        details = {"source": source, "reference": reference, "version": version.number}
        record(actor, action="catalog.quality.mended", obj=resource, label=resource.code, details=details)
        confirmed_errors_changed.send(sender=QualityCorrection, actor=actor, resource=resource)
