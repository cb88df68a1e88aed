"""Thin doors of Celery into the catalogue: checking files, finding checks that were lost."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from catalog.services import batches, transfers, versions
from portal.kernel.actors import system_actor
from portal.kernel.errors import TransitionRefused

_LOST_AFTER = timedelta(minutes=10)
_ASKED_AGAIN_SECONDS = 3600


@shared_task
def check_upload(upload_id: int) -> dict[str, int | str]:
    """Check one file; a second run finds the upload ended and does nothing."""
    try:
        upload = versions.check_upload(system_actor("catalog.check_upload"), upload_id=upload_id)
    except TransitionRefused as ended:
        return {"upload": upload_id, "state": str(ended.details["state"])}
    return {"upload": upload_id, "state": upload.state}


@shared_task
def sweep_uploads() -> dict[str, int]:
    """Ask again for checks that a lost message or worker left undone."""
    found = versions.waiting_uploads(timezone.now() - _LOST_AFTER)
    # A check of a very large file may run as long: asked again at every sweep, it would run many times at once.
    waiting = [upload.pk for upload in found if cache.add(f"catalog:asked:{upload.pk}", 1, _ASKED_AGAIN_SECONDS)]
    for upload_id in waiting:
        check_upload.delay(upload_id)
    return {"asked": len(waiting)}


@shared_task
def receive_transfer(token: str) -> dict[str, int | str | None]:
    """Hand in a file that came in parts; a second run finds it handed in and does nothing."""
    upload = transfers.receive_transfer(system_actor("catalog.receive_transfer"), token=UUID(token))
    return {"transfer": token, "upload": upload.pk if upload else None}


@shared_task
def sweep_transfers() -> dict[str, int]:
    """Receive what a lost message left lying, and forget what nobody finished in time."""
    now, actor = timezone.now(), system_actor("catalog.sweep_transfers")
    whole = list(transfers.whole_transfers(now - _LOST_AFTER))
    for transfer in whole:
        receive_transfer.delay(str(transfer.pk))
    expired = list(transfers.expired_transfers(now))
    for transfer in expired:
        transfers.end_transfer(actor, transfer=transfer, reason="expired")
    return {"asked": len(whole), "forgotten": len(expired)}


@shared_task
def run_batch(batch_id: int, verb: str) -> dict[str, int | str]:
    """Read or apply a large batch; a second run goes on where the first one stopped."""
    batch = batches.run_batch(batch_id=batch_id, verb=verb)
    return {"batch": batch_id, "state": batch.state}
