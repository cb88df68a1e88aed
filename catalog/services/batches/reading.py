"""Takes in what a batch asks for: a catalogue file or a bulk edit, previewed at once or by a worker."""

import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from catalog import signals
from catalog.data.errors import DataError
from catalog.data.store import local_copy
from catalog.models import Batch
from catalog.policies import decide_batch, decide_start_batch
from catalog.services.batches.previewing import preview
from catalog.services.imports import Asked, read_catalog_file
from catalog.workflow import BATCHES
from portal.audit.wording import kept_of
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed, TooLarge
from portal.workflow.move import move

#: Larger files are read by a worker.
READ_AT_ONCE = 256 * 1024
LARGEST = 50 << 20


def start_import(actor: Actor, *, file: IO[bytes], name: str) -> Batch:
    """Take a catalogue file and preview it, at once or, when it is large, by a worker.

    Raises ``NotAllowed``, ``TooLarge``.
    """
    if not (decision := decide_start_batch(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > LARGEST:
        raise TooLarge(_("The file is larger than can be taken."), code="upload_bytes", limit=LARGEST)
    safe = PurePath(name.replace("\\", "/")).name[-255:] or "catalog.xlsx"
    stored = default_storage.save(f"batches/{secrets.token_hex(8)}{PurePath(safe).suffix[:10]}", File(file, name=safe))
    with transaction.atomic():
        batch = Batch.objects.create(kind="import", name=safe, file=stored, created_by_id=actor.user_id or 0)
        if size > READ_AT_ONCE:
            signals.batch_waits.send(sender=Batch, batch=batch, verb="preview")
            return batch
    return read_batch(actor, batch=batch)


def read_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Read the file of a batch and preview its lines; a file that cannot be read ends the batch with the reason."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix="songhua-import-") as folder,
            local_copy(default_storage, batch.file, Path(folder)) as path,
        ):
            asked = read_catalog_file(actor, path, batch.name)
    except DataError as error:
        fields = {"problem": {"code": error.code, "params": error.params}}
        return move(BATCHES, actor, batch, "fail", decide=decide_batch, fields=fields)
    return preview(actor, batch=batch, asked=asked)


def start_bulk(actor: Actor, *, name: str, asked: Sequence[Asked]) -> Batch:
    """Preview a bulk edit. Raises ``NotAllowed``, ``Invalid`` when nothing is asked."""
    if not (decision := decide_start_batch(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    if not asked:
        raise Invalid(_("No resource was chosen."), code="nothing_chosen")
    batch = Batch.objects.create(kind="bulk", name=name[:255], wording=kept_of(name), created_by_id=actor.user_id or 0)
    return preview(actor, batch=batch, asked=asked)
