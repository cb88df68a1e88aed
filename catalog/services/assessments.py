"""Documents of the secrecy-risk and impact assessments: attached, approved by the head, read by right, kept."""

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import AssessmentDocument, Resource
from catalog.policies import decide
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

LARGEST = 20 << 20
_BLOCK = 1 << 16
#: Endings that are taken, and what such a file begins with; OFD and DOCX are ZIP archives.
_BEGINS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".ofd": (b"PK\x03\x04",),
    ".docx": (b"PK\x03\x04",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
}


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
    safe = PurePath(name.replace("\\", "/")).name[-255:]
    suffix = PurePath(safe).suffix.lower()
    digest, size = _checked(file, suffix)
    stored = default_storage.save(f"assessments/{secrets.token_hex(12)}{suffix}", File(file, name=safe))
    try:
        with transaction.atomic():
            document = AssessmentDocument.objects.create(
                resource=resource,
                kind=kind,
                file=stored,
                name=safe,
                byte_count=size,
                sha256=digest,
                created_by_id=person,
            )
            details = {"kind": kind, "document": document.pk, "bytes": size, "sha256": digest}
            record(actor, action="catalog.attach_assessment", obj=resource, details=details)
    except BaseException:
        default_storage.delete(stored)
        raise
    return document


def _checked(file: IO[bytes], suffix: str) -> tuple[str, int]:
    if suffix not in _BEGINS:
        raise Invalid(fields={"file": [_("Only PDF, OFD, DOCX, PNG and JPEG are taken.")]})
    file.seek(0)
    if not file.read(16).startswith(_BEGINS[suffix]):
        raise Invalid(fields={"file": [_("The content of the file is not what its ending says.")]})
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        digest.update(block)
        size += len(block)
        if size > LARGEST:
            raise Invalid(fields={"file": [_("At most 20 MB.")]})
    file.seek(0)
    return digest.hexdigest(), size


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
    return _blocks(document.file)


def _blocks(name: str) -> Iterator[bytes]:
    with default_storage.open(name, "rb") as source:
        while block := source.read(_BLOCK):
            yield block
