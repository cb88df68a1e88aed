"""Thin doors of Celery into the catalogue: checking files, finding checks that were lost."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from catalog.gate import comparison
from catalog.selectors.deletions import unfinished_deletions
from catalog.services import (
    batches,
    deletions,
    leases,
    quality,
    rejects,
    serving,
    source_runs,
    sweeping,
    transfers,
    versions,
)
from portal.kernel.actors import system_actor
from portal.kernel.errors import Conflict, TransitionRefused

_LOST_AFTER = timedelta(minutes=10)
#: A message that was sent is given so long before it counts as lost.
_UNASKED = timedelta(minutes=2)
_ASKED_AGAIN_SECONDS = 60
#: A long batch is applied line by line; a second worker beside a slow one does no harm but work.
_BATCH_AGAIN_SECONDS = 1800
#: The building of a large table may run as long.
_SERVED_AGAIN_SECONDS = 3600


@shared_task
def check_upload(upload_id: int) -> dict[str, int | str]:
    """Check one file; a second run finds the upload ended, or checked by another worker, and does nothing."""
    try:
        upload = versions.check_upload(system_actor("catalog.check_upload"), upload_id=upload_id)
    except (Conflict, TransitionRefused) as refusal:
        return {"upload": upload_id, "state": str(refusal.details.get("state", refusal.code))}
    return {"upload": upload_id, "state": upload.state}


@shared_task
def sweep_uploads() -> dict[str, int]:
    """Ask again for checks that a lost message or worker left undone, and clear what dead workers left here."""
    now = timezone.now()
    found = leases.lost_uploads(now, unasked_since=now - _UNASKED)
    # Behind a long queue the same file would be asked for at every sweep.
    waiting = [upload.pk for upload in found if cache.add(f"catalog:asked:{upload.pk}", 1, _ASKED_AGAIN_SECONDS)]
    for upload_id in waiting:
        check_upload.delay(upload_id)
    return {"asked": len(waiting), "cleared": leases.clear_workplaces()}


@shared_task
def sweep_store() -> dict[str, int]:
    """Delete files of the store that no row names, once they are old enough that none will."""
    before = timezone.now() - timedelta(hours=settings.STORE_GRACE_HOURS)
    return {"deleted": sweeping.sweep_store(system_actor("catalog.sweep_store"), before=before)}


@shared_task
def make_marked(upload_id: int, language: str) -> dict[str, int | str]:
    """Make the copy of a large file with its errors marked; a second run finds it made, or another at it."""
    return {"upload": upload_id, "marked": rejects.make_marked(upload_id=upload_id, language=language)}


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
    try:
        batch = batches.run_batch(batch_id=batch_id, verb=verb)
    except TransitionRefused as refusal:
        return {"batch": batch_id, "state": str(refusal.details["state"])}
    return {"batch": batch_id, "state": batch.state}


@shared_task
def sweep_batches() -> dict[str, int]:
    """Ask again for the reading or applying of batches that a lost message or worker left undone."""
    lost = batches.lost_batches(timezone.now() - _LOST_AFTER)
    found = [one for one in lost if cache.add(f"catalog:batch:{one[0]}:{one[1]}", 1, _BATCH_AGAIN_SECONDS)]
    for batch_id, verb in found:
        run_batch.delay(batch_id, verb)
    return {"asked": len(found)}


@shared_task
def serve_resource(resource_id: int, anew: bool = False) -> dict[str, int | str]:  # noqa: FBT001, FBT002 - Celery passes arguments by position
    """Build, keep or drop the serving table of a resource; a second run finds it done."""
    actor = system_actor("catalog.serve_resource")
    return {"resource": resource_id, "done": serving.follow_serving(actor, resource_id=resource_id, anew=anew)}


@shared_task
def sweep_serving() -> dict[str, int]:
    """Ask for the serving tables that are missing or no longer asked for, and drop what nothing names."""
    found = [pk for pk in serving.sweep_serving() if cache.add(f"catalog:serving:{pk}", 1, _SERVED_AGAIN_SECONDS)]
    for resource_id in found:
        serve_resource.delay(resource_id)
    return {"asked": len(found)}


@shared_task
def review_serving() -> dict[str, int]:
    """Ask for the tables whose indexes are no longer those that readers ask by; a second run finds the same."""
    found = serving.review_serving()
    for resource_id in found:
        serve_resource.delay(resource_id)
    return {"asked": len(found)}


@shared_task
def compare_versions(before_id: int, after_id: int) -> dict[str, int | str]:
    """Compare two large versions; a second run finds it done."""
    return {"before": before_id, "after": after_id, "done": comparison.compare_in_job(before_id, after_id)}


@shared_task
def check_quality(version_id: int, *, only_new: bool = False) -> dict[str, int | None]:
    """Judge one version by the rules in force; a second run makes a second, equal report."""
    actor = system_actor("catalog.check_quality")
    report = quality.check_version(actor, version_id=version_id, only_new=only_new)
    return {"version": version_id, "report": report.pk if report else None}


@shared_task
def sweep_quality_checks() -> dict[str, int]:
    """Ask for the checks of current versions that a lost message left without a report."""
    found = [pk for pk in quality.unchecked_versions() if cache.add(f"catalog:judged:{pk}", 1, _ASKED_AGAIN_SECONDS)]
    for version_id in found:
        check_quality.delay(version_id, only_new=True)
    return {"asked": len(found)}


@shared_task
def sweep_quality() -> dict[str, int]:
    """Open tickets where the promised update has not come; once a day."""
    return quality.sweep_quality(system_actor("catalog.sweep_quality"))


@shared_task
def run_source(source_id: int) -> dict[str, int | str]:
    """Fetch what is new at a source; a second run finds it not due and does nothing."""
    run = source_runs.run_source(system_actor("catalog.run_source"), source_id=source_id)
    return {"source": source_id, "state": run.state if run else "not_due"}


@shared_task
def sweep_sources() -> dict[str, int]:
    """Run the sources whose time has come, and settle runs whose worker died."""
    now = timezone.now()
    due = list(source_runs.due_sources(now).values_list("pk", flat=True))
    for source_id in due:
        run_source.delay(source_id)
    return {"due": len(due), "settled": source_runs.settle_lost(now)}


@shared_task
def carry_out_deletion(deletion_id: int) -> dict[str, int | str]:
    """Delete what was decided to be deleted; a second run finds it done, or goes on where the first one stopped."""
    actor = system_actor("catalog.carry_out_deletion")
    try:
        return {"deletion": deletion_id, "state": deletions.carry_out_deletion(actor, deletion_id=deletion_id).state}
    except (Conflict, TransitionRefused) as refusal:
        return {"deletion": deletion_id, "state": refusal.code}


@shared_task
def sweep_deletions() -> dict[str, int]:
    """Ask again for deletions that were decided and that a lost message or worker left undone."""
    found = list(unfinished_deletions().values_list("pk", flat=True))
    for deletion_id in found:
        carry_out_deletion.delay(deletion_id)
    return {"asked": len(found)}
