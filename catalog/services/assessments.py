"""Documents of the secrecy-risk and impact assessments: attached, approved by the head, read by right, kept."""

from collections.abc import Iterator
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import AssessmentDocument, Resource
from catalog.policies import decide
from catalog.services.documents import document_blocks, kept_document
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, NotAllowed, NotFound


def _ask(actor: Actor, action: str, resource: Resource) -> int:
    decision = decide(actor, action, resource)
    if not decision or actor.user_id is None:
        raise NotAllowed(decision.reason, code=decision.code)
    return actor.user_id


def attach_document(actor: Actor, *, resource: Resource, kind: str, file: IO[bytes], name: str) -> AssessmentDocument:
    """Attach a signed document to an assessment; it waits for the head's approval (Order 809 art 13).

    Writes the file to the store and an audit entry ``catalog.attach_assessment``.
    Raises ``NotAllowed``, ``Invalid`` for another kind of file, an empty or too large one.
    """
    person = _ask(actor, "attach_assessment", resource)
    with kept_document(file, name=name, folder="assessments") as kept, transaction.atomic():
        document = AssessmentDocument.objects.create(
            resource=resource,
            kind=kind,
            file=kept.file,
            name=kept.name,
            byte_count=kept.byte_count,
            sha256=kept.sha256,
            created_by_id=person,
        )
        details = {"kind": kind, "document": document.pk, "bytes": kept.byte_count, "sha256": kept.sha256}
        record(actor, action="catalog.attach_assessment", obj=resource, details=details)
    return document


@transaction.atomic
def approve_document(actor: Actor, *, resource: Resource, number: int) -> AssessmentDocument:
    """Approve a document as the head of the data-sharing office; never one's own (Order 809 art 13).

    Raises ``NotAllowed``, ``NotFound``, ``Conflict`` when it is approved already.
    """
    person = _ask(actor, "approve_assessment", resource)
    found = AssessmentDocument.objects.select_for_update().filter(resource=resource, pk=number).first()
    if found is None:
        raise NotFound(_("This no longer exists."))
    if found.created_by_id == person:
        raise NotAllowed(_("Whoever handed a document in cannot approve it."), code="own_submission")
    if found.approved_at is not None:
        raise Conflict(_("This document is approved already."), code="approved_before")
    found.approved_by_id, found.approved_at = person, timezone.now()
    found.save(update_fields=["approved_by", "approved_at"])
    details = {"kind": found.kind, "document": found.pk, "sha256": found.sha256}
    record(actor, action="catalog.approve_assessment", obj=resource, details=details)
    return found


def read_document(actor: Actor, *, resource: Resource, document: AssessmentDocument) -> Iterator[bytes]:
    """Record that the document is read, then give its bytes. Raises ``NotAllowed`` for those who do not keep it."""
    _ask(actor, "history", resource)
    details = {"kind": document.kind, "document": document.pk}
    record(actor, action="catalog.read_assessment", obj=resource, details=details)
    return document_blocks(document.file)
