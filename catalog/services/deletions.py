"""Deletion of data: proposed by the officer, decided by the office head, carried out by a task, certified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import signals
from catalog.models import ColumnRange, DataFile, Deletion, QualityReport, Resource, ServingTable, Upload, Version
from catalog.policies.deletions import decide_deletion, decide_deletions, decide_version_deletion
from catalog.selectors.deletions import copies, deletable_versions, ledger_of
from catalog.services.serving import follow_serving
from catalog.workflow import DELETIONS
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed
from portal.workflow.move import move
from portal.workflow.numbers import next_number

VERBS = ("approve", "refuse", "withdraw")
_LONGEST = 2000


@transaction.atomic
def propose_deletion(
    actor: Actor, *, resource: Resource, numbers: Collection[int], reason: str, basis: str
) -> Deletion:
    """Propose that the data of versions, named by their numbers, is deleted; nothing goes before the decision.

    Locks the resource. Writes the Deletion and the audit entry ``catalog.deletion.propose``. Emits ``deletion_moved``.
    Raises NotAllowed, Invalid (versions, reason or basis), Conflict (version_in_use).
    """
    decision = decide_deletions(actor, "propose", resource)
    if actor.user_id is None or not decision:
        raise NotAllowed(decision.reason, code=decision.code)
    locked = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    chosen = list(deletable_versions(locked).filter(number__in=numbers))
    _check(reason, basis, complete=bool(chosen) and len(chosen) == len(set(numbers)))
    _demand_free(locked, chosen)
    deletion = Deletion.objects.create(
        number=next_number("XH"),
        resource=resource,
        reason=reason.strip()[:_LONGEST],
        basis=basis.strip()[:_LONGEST],
        proposed_by_id=actor.user_id,
    )
    deletion.versions.set(chosen)
    details = {"resource": resource.code, "versions": sorted(one.number for one in chosen), "basis": deletion.basis}
    record(actor, action="catalog.deletion.propose", obj=deletion, reason=deletion.reason, details=details)
    signals.deletion_moved.send(
        sender=Deletion, actor=actor, obj=deletion, verb="propose", source="", target="proposed", reason=deletion.reason
    )
    return deletion


@transaction.atomic
def move_deletion(actor: Actor, *, deletion: Deletion, verb: str, reason: str = "") -> Deletion:
    """Approve, refuse or withdraw. An approval takes effect at once: from its commit on, reading answers 410.

    Locks the resource, so that no version is made meanwhile that goes on with the data. Emits ``deletion_moved``.
    Raises TransitionRefused, NotAllowed, ReasonMissing, Conflict (version_in_use).
    """
    locked = Resource.objects.select_for_update(of=("self",)).get(pk=deletion.resource_id)
    now = timezone.now()
    fields: dict[str, Any] = {"answer": reason.strip()[:_LONGEST]}
    if verb != "withdraw":
        fields |= {"decided_by_id": actor.user_id, "decided_at": now}
    chosen = list(deletion.versions.all())
    moved = move(
        DELETIONS,
        actor,
        deletion,
        verb,
        decide=decide_deletion,
        reason=reason,
        fields=fields,
        details={"resource": locked.code, "versions": sorted(one.number for one in chosen)},
        signal=signals.deletion_moved,
    )
    if verb == "approve":
        _demand_free(locked, chosen)
        Version.objects.filter(pk__in=[one.pk for one in chosen]).update(deleted_at=now)
        signals.serving_changed.send(sender=Deletion, resource_id=locked.pk, anew=False)
    return moved


def carry_out_deletion(actor: Actor, *, deletion_id: int) -> Deletion:
    """Delete the files of an approved deletion, see that they are gone, and certify it.

    May be killed anywhere and run again: the list of files is kept before the first one goes, and a file that is
    gone already counts as removed. Writes the ledger, the end of the data in every table that held values of it, and
    the audit entry ``catalog.deletion.finish`` with the hash of the ledger. Emits ``deletion_moved``.
    Raises Conflict (still_there: a file or a serving table stayed; the sweep runs it again).
    """
    deletion = Deletion.objects.select_related("resource__provider").get(pk=deletion_id)
    if deletion.state != "approved":
        return deletion
    _keep_ledger(deletion)
    chosen = list(deletion.versions.all())
    for line in _lines(deletion):
        default_storage.delete(line["name"])
    follow_serving(actor, resource_id=deletion.resource_id)
    _add_late_copies(deletion, chosen)
    _demand_gone(deletion, chosen)
    return _finish(actor, deletion, chosen)


def _check(reason: str, basis: str, *, complete: bool) -> None:
    wrong: dict[str, list[str]] = {}
    if not complete:
        wrong["versions"] = [_("Choose versions whose data is there and that no other deletion names.")]
    if not reason.strip():
        wrong["reason"] = [_("Say why the data is to be deleted.")]
    if not basis.strip():
        wrong["basis"] = [_("Name the law or the decision that asks for it or allows it, with its article.")]
    if wrong:
        raise Invalid(fields=wrong)


def _demand_free(resource: Resource, chosen: list[Version]) -> None:
    for version in chosen:
        if not (decision := decide_version_deletion(resource, version)):
            raise Conflict(decision.reason, code=decision.code)


@transaction.atomic
def _keep_ledger(deletion: Deletion) -> None:
    """Write down what goes and what stays, once: a second run finds files gone that the certificate must name."""
    Resource.objects.select_for_update(of=("self",)).get(pk=deletion.resource_id)
    deletion.refresh_from_db(fields=["ledger"])
    if not deletion.ledger:
        deletion.ledger = [_measured(line) for line in ledger_of(deletion)]
        deletion.save(update_fields=["ledger"])


def _measured(line: dict[str, Any]) -> dict[str, Any]:
    """Add bytes and hash to the line of a file of which no row tells them."""
    if line.get("sha256") or line["outcome"] == "kept" or not default_storage.exists(line["name"]):
        return line
    with default_storage.open(line["name"]) as stream:
        digest = hashlib.sha256()
        size = 0
        while block := stream.read(1 << 20):
            digest.update(block)
            size += len(block)
    return line | {"bytes": size, "sha256": digest.hexdigest()}


def _lines(deletion: Deletion) -> list[dict[str, Any]]:
    return [line for line in deletion.ledger if line["outcome"] == "removed"]


def _add_late_copies(deletion: Deletion, chosen: list[Version]) -> None:
    """Take what a delivery under way at the time of the decision still wrote."""
    late = list(copies(deletion.resource, chosen))
    if late:
        known = {line["name"] for line in deletion.ledger}
        lines = [{"kind": "copy", "name": name, "outcome": "removed"} for name in late if name not in known]
        deletion.ledger = [*deletion.ledger, *(_measured(line) for line in lines)]
        deletion.save(update_fields=["ledger"])
    for name in late:
        default_storage.delete(name)


def _demand_gone(deletion: Deletion, chosen: list[Version]) -> None:
    there = [line["name"] for line in _lines(deletion) if default_storage.exists(line["name"])]
    served = ServingTable.objects.filter(version__in=chosen).exclude(name="").exists()
    if there or served:
        raise Conflict(_("Some of the data is still there; it is tried again."), code="still_there", files=len(there))


@transaction.atomic
def _finish(actor: Actor, deletion: Deletion, chosen: list[Version]) -> Deletion:
    now = timezone.now()
    gone = [line["name"] for line in _lines(deletion) if line["kind"] == "data"]
    files = DataFile.objects.filter(uri__in=gone)
    ColumnRange.objects.filter(file__in=files).delete()
    files.filter(deleted_at=None).update(deleted_at=now)
    Version.objects.filter(pk__in=[one.pk for one in chosen]).update(profile={})
    Upload.objects.filter(version__in=chosen).update(file="", report={})
    for report in QualityReport.objects.filter(version__in=chosen):
        report.results = [_without_rows(result) for result in report.results]
        report.save(update_fields=["results"])
    ledger = json.dumps(deletion.ledger, sort_keys=True, ensure_ascii=False).encode()
    return move(
        DELETIONS,
        actor,
        deletion,
        "finish",
        decide=decide_deletion,
        fields={"finished_at": now},
        details={
            "resource": deletion.resource.code,
            "versions": sorted(one.number for one in chosen),
            "removed": len(_lines(deletion)),
            "kept": len(deletion.ledger) - len(_lines(deletion)),
            "ledger_sha256": hashlib.sha256(ledger).hexdigest(),
        },
        signal=signals.deletion_moved,
    )


def _without_rows(result: dict[str, Any]) -> dict[str, Any]:
    """Keep the figures of a result, and nothing that tells of single rows or values."""
    facts = {name: value for name, value in (result.get("facts") or {}).items() if isinstance(value, int | float)}
    return result | {"lines": [], "keys": [], "facts": facts}
