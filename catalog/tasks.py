"""Thin doors of Celery into the catalogue: checking files, finding checks that were lost."""

from datetime import timedelta

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from catalog.services import versions
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
