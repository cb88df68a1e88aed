"""Who checks a file: one run at a time, which gives signs of life, is told to stop, and leaves nothing lying about."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.data.errors import IngestCancelled
from catalog.data.stopping import Stopper, stoppable
from catalog.models import Upload
from catalog.policies import decide_upload
from catalog.workflow import UPLOADS
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import Conflict
from portal.workflow.move import move

#: Seconds between two signs; a cancel is noticed as fast.
BEAT = 2.0
#: A folder nobody has touched for so long belongs to a run that is dead.
_FOLDER_LEASES = 20


def lease_time() -> timedelta:
    """Give how long a run may be without a sign."""
    return timedelta(seconds=settings.UPLOAD_LEASE_SECONDS)


def take_lease(actor: Actor, *, upload_id: int) -> Upload:
    """Begin the check of an upload, or begin it anew where the run before gives no sign any more.

    Raises Conflict (being_checked) while another run is alive, TransitionRefused when the check has ended.
    """

    def decide(actor: Actor, action: str, upload: Upload) -> Decision:
        if upload.state == "checking" and upload.beat_at and upload.beat_at > timezone.now() - lease_time():
            raise Conflict(_("The file is being checked already."), code="being_checked")
        return decide_upload(actor, action, upload)

    upload = Upload.objects.select_related("resource__current_version").get(pk=upload_id)
    now = timezone.now()
    fields = {
        "progress": 1,
        "stage": "reading",
        "rows_read": 0,
        "attempts": upload.attempts + 1,
        "lease": secrets.token_hex(16),
        "beat_at": now,
        "started_at": now,
    }
    taken = move(UPLOADS, actor, upload, "check", decide=decide, fields=fields)
    taken.resource = upload.resource
    return taken


def give_back(upload: Upload) -> None:
    """Let another run begin at once, because this one ended by a fault of ours and not by a kill."""
    Upload.objects.filter(pk=upload.pk, lease=upload.lease).update(beat_at=None)


def lost_uploads(now: datetime, *, unasked_since: datetime) -> QuerySet[Upload]:
    """Give the uploads whose check nobody does: its run gives no sign any more, or none ever began."""
    silent = Q(state="checking") & (Q(beat_at=None) | Q(beat_at__lt=now - lease_time()))
    never = Q(state="received", created_at__lt=unasked_since)
    return Upload.objects.filter(silent | never).order_by("pk")


def decide_in_lease(lease: str) -> Callable[[Actor, str, Upload], Decision]:
    """Give the policy for ending a check: as always, but only for the run that holds the lease."""

    def decide(actor: Actor, action: str, upload: Upload) -> Decision:
        if upload.lease != lease:
            raise IngestCancelled("canceled")
        return decide_upload(actor, action, upload)

    return decide


@contextmanager
def workplace(upload: Upload) -> Iterator[Path]:
    """Give a folder for one run, and stop what happens within when the upload is canceled or taken over.

    A thread gives the signs, because a single query may take longer than a lease. Raises IngestCancelled.
    """
    settings.WORK_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=f"check-{upload.pk}-", dir=settings.WORK_DIR) as name,
        stoppable() as stopper,
        giving_signs(lambda: _is_ours(upload), Path(name), stopper),
    ):
        yield Path(name)


@contextmanager
def giving_signs(is_ours: Callable[[], bool], folder: Path, stopper: Stopper) -> Iterator[None]:
    """Call `is_ours` every few seconds in a thread of its own, and stop the work once it says no; keep its folder."""
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(is_ours, folder, stopper, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat(is_ours: Callable[[], bool], folder: Path, stopper: Stopper, done: threading.Event) -> None:
    interval = min(BEAT, settings.UPLOAD_LEASE_SECONDS / 4)
    try:
        while not done.wait(interval):
            with suppress(OSError):
                os.utime(folder)
            if not is_ours():
                stopper.stop()
    finally:
        connection.close()


@transaction.atomic
def _is_ours(upload: Upload) -> bool:
    """Give a sign; say whether the check is still this run's. A row that is locked or not committed yet is."""
    row = Upload.objects.select_for_update(skip_locked=True).filter(pk=upload.pk).first()
    if row is None:
        return True
    if row.lease != upload.lease or row.state in UPLOADS.final:
        return False
    row.beat_at = timezone.now()
    row.save(update_fields=["beat_at"])
    return True


def show_progress(upload: Upload, *, stage: str, rows: int, percent: int) -> None:
    """Show how far the run is. Raises IngestCancelled when the check is no longer this run's."""
    mine = Upload.objects.filter(pk=upload.pk, state="checking", lease=upload.lease)
    if not mine.update(progress=percent, stage=stage, rows_read=rows, beat_at=timezone.now()):
        raise IngestCancelled("canceled")


def clear_workplaces(now: float | None = None) -> int:
    """Delete the folders of runs that died; returns how many. A living run touches its folder at every sign."""
    if not settings.WORK_DIR.is_dir():
        return 0
    oldest = (now or time.time()) - _FOLDER_LEASES * settings.UPLOAD_LEASE_SECONDS
    dead = [folder for folder in settings.WORK_DIR.glob("check-*") if _touched(folder) < oldest]
    for folder in dead:
        shutil.rmtree(folder, ignore_errors=True)
    return len(dead)


def _touched(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # its run has just ended
        return time.time()
