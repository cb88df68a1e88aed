"""Files handed in for a resource: receive, cancel; and how many rows its files may leave out."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from decimal import Decimal
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from catalog import signals
from catalog.messages import message
from catalog.models import Resource, Upload
from catalog.policies import decide, decide_upload
from catalog.selectors.columns import item_columns
from catalog.services.making import mode_problem
from catalog.workflow import UPLOADS
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed, TooLarge
from portal.workflow.move import move

_BLOCK = 1 << 20


def receive_upload(
    actor: Actor,
    *,
    resource: Resource,
    file: IO[bytes],
    name: str,
    note: str = "",
    mode: str = "replace",
    announce: bool = True,
    **wishes: Any,
) -> Upload:
    """Take a file for a resource as it is; its check follows in a task, or at once when `announce` is false.

    `mode` is a kind of version: "replace", "append" or "delta". `wishes` may name the `sheet` of a workbook, and as
    `tolerance` the percent of the rows that may be left out; that of the resource counts where it is None.
    Writes the raw bytes to the store, an Upload in state `received`, and the audit entry `catalog.upload.receive`.
    Emits `upload_received` if `announce`. Raises NotAllowed, Invalid (empty file, no data items, a mode
    that the version before does not allow), TooLarge.
    """
    decision = decide(actor, "upload", resource)
    if actor.user_id is None or not decision:
        raise NotAllowed(decision.reason, code=decision.code)
    if not resource.items.exists():
        raise Invalid(code="no_items", fields={"file": [_("Declare the data items first, or have them proposed.")]})
    if (problem := mode_problem(resource, item_columns(resource), mode)) is not None:
        raise Invalid(code=problem[0], fields={"mode": [message(*problem)]})
    if wishes.get("tolerance") is None:
        wishes["tolerance"] = resource.tolerance
    digest, size = _measure(file)
    safe = PurePath(name.replace("\\", "/")).name[-255:] or "upload"
    folder = resource.code.replace("/", "~")
    stored = default_storage.save(
        f"uploads/{folder}/{secrets.token_hex(8)}{PurePath(safe).suffix[:10]}", File(file, name=safe)
    )
    try:
        return _write(
            actor,
            resource,
            announce=announce,
            created_by_id=actor.user_id,
            file=stored,
            name=safe,
            note=note,
            mode=mode,
            **wishes,
            byte_count=size,
            sha256=digest,
        )
    except BaseException:
        default_storage.delete(stored)
        raise


@transaction.atomic
def _write(actor: Actor, resource: Resource, *, announce: bool, **fields: Any) -> Upload:
    upload = Upload.objects.create(resource=resource, **fields)
    record(
        actor,
        action="catalog.upload.receive",
        obj=upload,
        label=resource.code,
        details={"bytes": upload.byte_count, "sha256": upload.sha256, "resource": resource.code},
    )
    if announce:
        signals.upload_received.send(sender=Upload, actor=actor, upload=upload)
    return upload


@transaction.atomic
def set_tolerance(actor: Actor, *, resource: Resource, tolerance: Decimal) -> Resource:
    """Set the percent of the rows that files of a resource may leave out where nothing is said with them.

    Writes the audit entry `catalog.upload.tolerance`. Raises NotAllowed (not an officer of the provider).
    """
    if not (decision := decide(actor, "upload", resource)):
        raise NotAllowed(decision.reason, code=decision.code)
    locked = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    before, resource.tolerance = locked.tolerance, tolerance
    resource.save(update_fields=["tolerance"])
    details = {"resource": resource.code, "before": str(before), "after": str(tolerance)}
    record(actor, action="catalog.upload.tolerance", obj=resource, label=resource.code, details=details)
    return resource


def cancel_upload(actor: Actor, *, upload: Upload) -> Upload:
    """Stop the check of an upload; a check that runs notices within seconds and leaves nothing behind."""
    return move(UPLOADS, actor, upload, "cancel", decide=decide_upload)


def _measure(file: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for block in _blocks(file):
        digest.update(block)
        size += len(block)
        if size > settings.UPLOAD_MAX_BYTES:
            raise TooLarge(
                _("The file is larger than can be taken."), code="upload_bytes", limit=settings.UPLOAD_MAX_BYTES
            )
    if not size:
        raise Invalid(code="file_empty", fields={"file": [_("The file is empty.")]})
    file.seek(0)
    return digest.hexdigest(), size


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block
