"""Documents that show an error: attached by the reporting side, read by both sides, kept."""

from collections.abc import Iterator
from typing import IO, cast

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.documents import document_blocks, kept_document
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed
from sharing import policies
from sharing.models import Correction, CorrectionDocument
from sharing.workflow import CORRECTIONS

MOST_DOCUMENTS = 10


def _ask(actor: Actor, action: str, correction: Correction) -> None:
    if not (decision := policies.decide_correction(actor, action, correction)):
        raise NotAllowed(decision.reason, code=decision.code)


def attach_evidence(actor: Actor, *, correction: Correction, file: IO[bytes], name: str) -> CorrectionDocument:
    """Attach a document of evidence while the correction is not answered, at most ten.

    Writes the file to the store and an audit entry ``sharing.correction.attach``.
    Raises ``NotAllowed``, ``Invalid`` for another kind of file, an empty or too large one, or one too many.
    """
    _ask(actor, "attach", correction)
    if correction.documents.count() >= MOST_DOCUMENTS:
        raise Invalid(fields={"file": [_("At most %d documents.") % MOST_DOCUMENTS]})
    with kept_document(file, name=name, folder="corrections") as kept, transaction.atomic():
        document = CorrectionDocument.objects.create(
            correction=correction,
            file=kept.file,
            name=kept.name,
            byte_count=kept.byte_count,
            sha256=kept.sha256,
            created_by_id=cast("int", actor.user_id),  # whoever may attach is a person
        )
        details = {"document": document.pk, "bytes": kept.byte_count, "sha256": kept.sha256}
        record(actor, action=f"{CORRECTIONS.name}.attach", obj=correction, details=details)
    return document


def read_evidence(actor: Actor, *, correction: Correction, document: CorrectionDocument) -> Iterator[bytes]:
    """Record that a document is read, then give its bytes. Raises ``NotAllowed`` for those who may not see values."""
    _ask(actor, "values", correction)
    record(actor, action=f"{CORRECTIONS.name}.read_evidence", obj=correction, details={"document": document.pk})
    return document_blocks(document.file)
