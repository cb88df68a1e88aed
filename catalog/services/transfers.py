"""Files that come in parts: begin, add bytes, give up, receive the whole, forget what nobody finished."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO, Protocol
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog import signals
from catalog.data.parts import Checksum, PartsFile
from catalog.models import Resource, Transfer, TransferPart, Upload
from catalog.policies import decide, decide_transfer
from catalog.services.uploads import receive_upload
from portal.accounts.actors import actor_for
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, TooLarge

#: Bytes kept at once: what a broken connection or a killed process loses at most, and what one request holds in memory.
BLOCK = 8 << 20


class ChecksumMismatch(DomainError):
    """What arrived is not what was sent (tus 1.0: status 460)."""

    status = 460
    default_code = "checksum_mismatch"


class Readable(Protocol):
    """The one thing asked of a body."""

    def read(self, size: int, /) -> bytes: ...


def begin_transfer(
    actor: Actor, *, resource: Resource, name: str, length: int, options: dict[str, str], metadata: str = ""
) -> Transfer:
    """Announce a file of `length` bytes that will come in parts.

    Writes the transfer and the audit entry `catalog.transfer.create`. Raises NotAllowed, Invalid (no data items,
    empty file), TooLarge (the file, or all that the provider has under way).
    """
    decision = decide(actor, "upload", resource)
    if actor.user_id is None or not decision:
        raise NotAllowed(decision.reason, code=decision.code)
    if not resource.items.exists():
        raise Invalid(code="no_items", fields={"file": [_("Declare the data items first, or have them proposed.")]})
    if length < 1:
        raise Invalid(code="file_empty", fields={"file": [_("The file is empty.")]})
    _check_room(resource, length)
    with transaction.atomic():
        transfer = Transfer.objects.create(
            resource=resource,
            name=PurePath(name.replace("\\", "/")).name[-255:] or "upload",
            options=options,
            metadata=metadata,
            length=length,
            created_by_id=actor.user_id,
            expires_at=_expiry(),
        )
        details = {"bytes": length, "resource": resource.code}
        record(actor, action="catalog.transfer.create", obj=transfer, label=resource.code, details=details)
    return transfer


def _expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_KEPT_HOURS)


def _check_room(resource: Resource, length: int) -> None:
    if length > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES
        raise TooLarge(_("The file is larger than can be taken."), code="upload_bytes", limit=limit)
    under_way = Transfer.objects.filter(resource__provider=resource.provider_id, upload=None, refusal="")
    found = under_way.aggregate(files=Count("pk"), bytes=Sum("length"))
    if found["files"] >= settings.UPLOAD_DEPARTMENT_FILES:
        raise TooLarge(_("The department has too many files under way. Finish or give up some."), code="transfer_files")
    if (found["bytes"] or 0) + length > settings.UPLOAD_DEPARTMENT_BYTES:
        raise TooLarge(_("The department has too much under way. Finish or give up some files."), code="transfer_bytes")


def add_bytes(
    actor: Actor, *, transfer: Transfer, offset: int, body: Readable, checksum: Checksum | None = None
) -> Transfer:
    """Keep the bytes of `body`, which begin at `offset`; what arrived before a break is kept too.

    With a `checksum` all of the body is kept, or nothing. Each block is stored and then counted in a short
    transaction of its own, so that nothing is locked while bytes travel and two senders cannot both add the same.
    Emits `transfer_whole` with the last byte. Raises NotAllowed, Conflict (another offset; ended), TooLarge (more than
    was announced), ChecksumMismatch.
    """
    decision = decide_transfer(actor, "send", transfer)
    if not decision:
        raise NotAllowed(decision.reason, code=decision.code)
    if offset != transfer.offset or transfer.upload_id:
        raise _other_offset(transfer)
    staged: list[TransferPart] = []
    hasher = checksum.hasher() if checksum else None
    position = offset
    try:
        for block in _blocks(body):
            if position + len(block) > transfer.length:
                raise TooLarge(_("More bytes came than were announced."), code="transfer_length")
            part = _store(transfer, position, block)
            staged.append(part)
            position += len(block)
            if hasher is None:
                transfer = _count(actor, transfer, staged)
                staged = []
            else:
                hasher.update(block)
        if checksum is not None and hasher is not None and staged:
            if hasher.digest() != checksum.digest:
                raise ChecksumMismatch(_("What arrived is not what was sent. Send this part again."))
            transfer = _count(actor, transfer, staged)
            staged = []
    finally:
        for part in staged:
            default_storage.delete(part.file)
    return transfer


def _other_offset(transfer: Transfer) -> Conflict:
    return Conflict(_("The next byte expected is another one."), code="transfer_offset", offset=transfer.offset)


def _blocks(body: Readable) -> Iterator[bytes]:
    while True:
        block, broken = _block(body)
        if block:
            yield block
        if broken or len(block) < BLOCK:
            return


def _block(body: Readable) -> tuple[bytes, bool]:
    """Read one block; say whether the connection broke or the body ended on the way."""
    buffer = io.BytesIO()
    while (missing := BLOCK - buffer.tell()) > 0:
        try:
            data = body.read(min(missing, 1 << 16))
        except OSError:  # the sender went away; what came before counts
            return buffer.getvalue(), True
        if not data:
            return buffer.getvalue(), True
        buffer.write(data)
    return buffer.getvalue(), False


def _store(transfer: Transfer, first: int, block: bytes) -> TransferPart:
    name = f"transfers/{transfer.pk.hex}/{first:020d}-{secrets.token_hex(4)}"
    stored = default_storage.save(name, ContentFile(block))
    return TransferPart(transfer=transfer, first=first, size=len(block), file=stored)


@transaction.atomic
def _count(actor: Actor, transfer: Transfer, parts: list[TransferPart]) -> Transfer:
    locked = Transfer.objects.select_for_update(of=("self",)).filter(pk=transfer.pk).first()
    if locked is None or locked.upload_id or locked.offset != parts[0].first:
        raise _other_offset(locked or transfer)
    locked.resource = transfer.resource
    TransferPart.objects.bulk_create(parts)
    locked.offset += sum(part.size for part in parts)
    locked.expires_at = _expiry()
    locked.save(update_fields=["offset", "expires_at"])
    if locked.is_whole:
        signals.transfer_whole.send(sender=Transfer, actor=actor, transfer=locked)
    return locked


def receive_transfer(actor: Actor, *, token: UUID) -> Upload | None:
    """Hand in a file whose bytes are all there; nothing where it was handed in or given up already.

    May run twice: the row is locked, and only one run makes the Upload. What the provider's rules refuse meanwhile
    (a lost duty, a retired resource) stays on the transfer as its refusal. Deletes the parts.
    """
    with transaction.atomic():
        transfer = (
            Transfer.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("resource__provider", "created_by")
            .filter(pk=token, upload=None, refusal="")
            .first()
        )
        if transfer is None or not transfer.is_whole:
            return None
        parts = list(transfer.parts.values_list("file", "size"))
        try:
            # Only who sent the file reads why it was not taken.
            with override(transfer.created_by.language or settings.LANGUAGE_CODE):
                upload = _hand_in(transfer, parts)
        except DomainError as error:
            transfer.refusal = str(error)[:500]
            transfer.save(update_fields=["refusal"])
            return None
        transfer.upload = upload
        transfer.save(update_fields=["upload"])
        transfer.parts.all().delete()
        transaction.on_commit(lambda: _delete([name for name, _size in parts]))
    return upload


def _hand_in(transfer: Transfer, parts: list[tuple[str, int]]) -> Upload:
    sender = actor_for(transfer.created_by)
    with io.BufferedReader(PartsFile(parts, _open), BLOCK) as file, transaction.atomic():
        return receive_upload(sender, resource=transfer.resource, file=file, name=transfer.name, **transfer.options)


def _open(name: str) -> IO[bytes]:
    file: IO[bytes] = default_storage.open(name)
    return file


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def end_transfer(actor: Actor, *, transfer: Transfer, reason: str = "given_up") -> None:
    """Give a transfer up and delete its parts; a file handed in already stays. Raises NotAllowed, Conflict."""
    decision = decide_transfer(actor, "end", transfer)
    if not decision:
        raise NotAllowed(decision.reason, code=decision.code)
    with transaction.atomic():
        locked = Transfer.objects.select_for_update(of=("self",)).filter(pk=transfer.pk).first()
        if locked is None:
            return
        names = list(locked.parts.values_list("file", flat=True))
        details = {"bytes": locked.offset, "resource": transfer.resource.code, "because": reason}
        if locked.upload_id is None:
            record(actor, action="catalog.transfer.end", obj=locked, label=transfer.resource.code, details=details)
        locked.delete()
        transaction.on_commit(lambda: _delete(names))


def expired_transfers(now: datetime) -> QuerySet[Transfer]:
    """Give the transfers whose time is over, those handed in included: their address is no longer needed."""
    return Transfer.objects.filter(expires_at__lt=now).select_related("resource").order_by("expires_at")


def whole_transfers(before: datetime) -> QuerySet[Transfer]:
    """Give the transfers that are all there, but that a lost message or worker left without an upload."""
    kept = timedelta(hours=settings.UPLOAD_KEPT_HOURS)
    left = Transfer.objects.filter(upload=None, refusal="", offset=F("length"), expires_at__lt=before + kept)
    return left.order_by("created_at")
