"""What follows in the catalogue: standard classes after migrating, snapshots at submissions, news onwards."""

from typing import Any

from django.dispatch import receiver

from catalog import services, signals
from catalog.models import Amendment, Batch, Deletion, HandOver, QualityTicket, Resource, Transfer, Upload, Version
from catalog.selectors import impact
from catalog.services import handover_news, news, source_runs
from catalog.services.deletion_news import tell_of_deletion
from catalog.services.extensions import load_shipped_extensions
from catalog.services.quality import news as quality_news
from catalog.services.shipped import load_standards
from catalog.tasks import (
    carry_out_deletion,
    check_quality,
    check_upload,
    compare_versions,
    make_marked,
    receive_transfer,
    run_batch,
    serve_resource,
)
from portal.accounts.models import Department
from portal.audit.wording import worded
from portal.kernel.actors import Actor
from portal.workflow.models import Deadline
from portal.workflow.signals import deadline_missed, deadline_near
from portal.workflow.snapshots import Change


def load_standard_classes(**_kwargs: Any) -> None:
    """Write the standard classes, code sets and data elements once the tables stand."""
    services.load_standard_classes()
    load_shipped_extensions()
    load_standards()


@receiver(signals.resource_moved)
def keep_snapshot(actor: Actor, obj: Resource, verb: str, **_kwargs: Any) -> None:
    """Keep what was submitted, in the transaction of the submission."""
    if verb == "submit":
        services.keep_snapshot(actor, obj)


@receiver(signals.resource_moved)
def pass_on(actor: Actor, obj: Resource, verb: str, reason: str, **_kwargs: Any) -> None:
    """Tell the apps above that a resource left the catalogue or is back."""
    if verb in {"suspend", "retire"}:
        signals.resource_withdrawn.send(sender=Resource, actor=actor, resource=obj, verb=verb, reason=reason)
    elif verb == "resume":
        signals.resource_resumed.send(sender=Resource, actor=actor, resource=obj)


@receiver(signals.resource_moved)
def tell_people(actor: Actor, obj: Resource, verb: str, reason: str, **_kwargs: Any) -> None:
    """Tell those who must act next, and those who wait for the outcome."""
    news.tell_of_move(actor, obj, verb, reason)


@receiver(signals.resource_moved)
def tell_those_touched(obj: Resource, verb: str, reason: str, **_kwargs: Any) -> None:
    """Tell the departments that use a resource when it is held back or ends (Order 809 art 27)."""
    if verb in impact.WHOLE:
        news.tell_those_touched(obj, impact.impact_of_whole(obj, verb), verb, reason)


@receiver(signals.amendment_moved)
def tell_of_amendment(actor: Actor, obj: Amendment, verb: str, reason: str, **_kwargs: Any) -> None:
    """Tell those who must act next on an amendment, and those who wait for the outcome."""
    news.tell_of_amendment(actor, obj, verb, reason)


@receiver(signals.resource_amended)
def tell_users_of_items(resource: Resource, amendment: Amendment, changes: list[Change], **_kwargs: Any) -> None:
    """Tell the departments that use a resource which change of its items touches them (Order 809 art 27)."""
    if touched := impact.touched_items(changes):
        found = impact.impact_of_items(resource, touched)
        news.tell_those_touched(resource, found, "items", worded(amendment.reason, amendment.wording))


@receiver(signals.hand_over_moved)
def tell_of_hand_over(actor: Actor, obj: HandOver, verb: str, reason: str, **_kwargs: Any) -> None:
    """Tell both departments and their data authorities where a hand-over stands."""
    handover_news.tell_of_hand_over(actor, obj, verb, reason)


@receiver(signals.resources_handed_over)
def tell_users_of_provider(departments: set[int], giver: Department, taker: Department, **_kwargs: Any) -> None:
    """Tell the departments that use what changed hands who answers for it now."""
    handover_news.tell_users(departments, giver, taker)


@receiver(signals.batch_waits)
def work_on_batch(batch: Batch, verb: str, **_kwargs: Any) -> None:
    """Have a large batch read or applied by a worker."""
    run_batch.delay_on_commit(batch.pk, verb)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(signals.transfer_whole)
def ask_for_receipt(transfer: Transfer, **_kwargs: Any) -> None:
    """Have the parts received as one file in the background: reading gigabytes takes longer than an answer may."""
    receive_transfer.delay_on_commit(str(transfer.pk))  # type: ignore[attr-defined]  # Celery gives it under Django


@receiver(signals.upload_received)
def ask_for_check(upload: Upload, **_kwargs: Any) -> None:
    """Have the file checked once its row is there for the worker; the sweep finds what this misses."""
    check_upload.delay_on_commit(upload.pk)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(signals.marking_asked)
def ask_for_marking(upload: Upload, language: str, **_kwargs: Any) -> None:
    """Have the marked copy made in the background; who waits for one that was lost asks again on the page."""
    make_marked.delay_on_commit(upload.pk, language)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(signals.upload_finished)
def tell_uploader(upload: Upload, **_kwargs: Any) -> None:
    """Tell whoever handed the file in how it ended."""
    news.tell_of_upload(upload)


@receiver(signals.comparison_wanted)
def ask_for_comparison(before: Version, after: Version, **_kwargs: Any) -> None:
    """Have two large versions compared by a worker; who looks again after a lost message asks again."""
    compare_versions.delay_on_commit(before.pk, after.pk)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(signals.serving_changed)
def follow_serving(resource_id: int, *, anew: bool = False, **_kwargs: Any) -> None:
    """Bring the serving table to what is asked for; the sweep finds what this misses."""
    serve_resource.delay_on_commit(resource_id, anew)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(signals.version_made)
def serve_version(version: Version, **_kwargs: Any) -> None:
    """Serve the new version instead of the one before."""
    follow_serving(resource_id=version.resource_id)


@receiver(signals.resource_moved)
def serve_while_standing(obj: Resource, verb: str, **_kwargs: Any) -> None:
    """Drop the table of a resource that is held back, and build it when it is back."""
    if verb in {"suspend", "retire", "resume"}:
        follow_serving(resource_id=obj.pk)


@receiver(signals.version_made)
def ask_for_quality(version: Version, **_kwargs: Any) -> None:
    """Check versions that were not judged on their way in; those that were have their report by then."""
    check_quality.delay_on_commit(version.pk, only_new=True)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(signals.quality_rules_changed)
@receiver(signals.confirmed_errors_changed)
def judge_anew(resource: Resource, **_kwargs: Any) -> None:
    """Judge the current version by the rules and the confirmed errors as they are now."""
    if resource.current_version_id:
        check_quality.delay_on_commit(resource.current_version_id)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(signals.ticket_moved)
def tell_of_ticket(actor: Actor, obj: QualityTicket, verb: str, reason: str, **_kwargs: Any) -> None:
    """Tell those who must act on a ticket next, and those who wait for its outcome."""
    quality_news.tell_of_ticket(actor, obj, verb, reason)


@receiver(deadline_near)
@receiver(deadline_missed)
def remind_of_ticket(deadline: Deadline, days_left: int, **_kwargs: Any) -> None:
    """Remind the source of a ticket that is due; once it is late, its region's coordinators too."""
    if deadline.subject_type == "catalog.qualityticket":
        quality_news.remind_of_ticket(deadline, days_left)


@receiver(signals.upload_finished)
def settle_source(upload: Upload, **_kwargs: Any) -> None:
    """Move the mark of the source on that handed the file in, in the transaction of the outcome."""
    source_runs.settle(upload)


@receiver(signals.deletion_moved)
def follow_deletion(actor: Actor, obj: Deletion, verb: str, reason: str, **_kwargs: Any) -> None:
    """Tell those concerned, and have an approved deletion carried out; the sweep finds what this misses."""
    tell_of_deletion(actor, obj, verb, reason)
    if verb == "approve":
        carry_out_deletion.delay_on_commit(obj.pk)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django
