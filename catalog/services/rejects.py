"""What does not fit: the officer's decision on it, and the file with its errors marked."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from catalog import signals
from catalog.data.marking import Marking, mark
from catalog.data.store import local_copy
from catalog.messages import message
from catalog.models import Upload
from catalog.policies import decide_upload
from catalog.selectors.columns import item_columns
from catalog.services.versions import WHOLE_PERCENT
from catalog.workflow import UPLOADS
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import NotAllowed, NotFound
from portal.workflow.move import move


@dataclass(frozen=True)
class MarkedFile:
    """An open file with the errors marked, gone from the disk when it is closed, and its name."""

    stream: IO[bytes]
    name: str


@transaction.atomic
def accept_fitting(actor: Actor, *, upload: Upload, reason: str = "") -> Upload:
    """Have the file checked again, leaving out whatever does not fit; the rest becomes the version.

    Emits `upload_received`. Raises TransitionRefused, NotAllowed (not an officer of the provider), ReasonMissing.
    """
    anew: dict[str, Any] = {
        "progress": 0,
        "finished_at": None,
        "report": {},
        "attempts": 0,
        "lease": "",
        "beat_at": None,
    }
    fields = anew | {"tolerance": WHOLE_PERCENT}
    upload = move(UPLOADS, actor, upload, "accept_fitting", decide=decide_upload, reason=reason, fields=fields)
    signals.upload_received.send(sender=Upload, actor=actor, upload=upload)
    return upload


def refuse_upload(actor: Actor, *, upload: Upload, reason: str = "") -> Upload:
    """End a file with rows that do not fit; the version before stays. Raises TransitionRefused, NotAllowed."""
    return move(UPLOADS, actor, upload, "refuse", decide=decide_upload, reason=reason)


def marked_file(actor: Actor, *, upload: Upload) -> MarkedFile:
    """Give the file as it was handed in, with what does not fit marked; see `catalog.data.marking`.

    Writes the audit entry `catalog.upload.rejects`. Raises NotAllowed, NotFound (nothing was refused).
    """
    if not (decision := decide_upload(actor, "rejects", upload)):
        raise NotAllowed(decision.reason, code=decision.code)
    stored = upload.report.get("rejects")
    if not stored:
        raise NotFound(_("Nothing in this file was refused."))
    with tempfile.TemporaryDirectory(prefix="songhua-marked-") as name:
        folder = Path(name)
        target = folder / "marked"
        with (
            local_copy(default_storage, upload.file, folder) as source,
            local_copy(default_storage, stored, folder) as rejects,
        ):
            marking = Marking(columns=item_columns(upload.resource), rejects=rejects, words=message, titles=_titles())
            extension = mark(source, upload.name, upload.sheet, target, marking)
        # Open, it outlives its folder.
        stream = target.open("rb")
    record(
        actor,
        action="catalog.upload.rejects",
        obj=upload,
        label=upload.resource.code,
        details={"resource": upload.resource.code, "rejected": upload.report.get("rejected", 0)},
    )
    return MarkedFile(stream, f"{PurePath(upload.name).stem}-{_('errors')}{extension}")


def _titles() -> tuple[str, str, str, str]:
    return _("Line in the file"), _("Data item"), _("Value"), _("What is wrong")
