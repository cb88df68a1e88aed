"""Hand-over of resources when departments merge or split: proposed, agreed or decided, carried out whole, undone."""

from collections.abc import Collection
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import signals
from catalog.models import ElementSource, HandOver, HandOverLine, Resource
from catalog.policies.handovers import decide_hand_over, decide_propose
from catalog.selectors.handovers import companions_of, moving, resources_to_move
from catalog.services.indexing import reindex
from catalog.workflow import HANDOVERS
from portal.accounts.models import Department
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed
from portal.workflow.move import move
from portal.workflow.numbers import next_number


@transaction.atomic
def propose_hand_over(
    actor: Actor,
    *,
    giver: Department,
    taker: Department,
    document: str,
    note: str = "",
    resources: Collection[Resource] = (),
) -> HandOver:
    """Propose that ``taker`` answers for ``resources`` of ``giver`` from now on; without any, for all it has.

    Raises ``NotAllowed``; ``Invalid`` for the same or a dissolved department, a missing document, resources that are
    not the giver's or stand in another open hand-over. Emits ``hand_over_moved``.
    """
    if not (decision := decide_propose(actor, giver, taker)):
        raise NotAllowed(decision.reason, code=decision.code)
    _check(giver, taker, document)
    hand_over = HandOver.objects.create(
        number=next_number("YJ"),
        giver=giver,
        taker=taker,
        document=document.strip(),
        note=note.strip(),
        extent="chosen" if resources else "all",
        created_by_id=actor.user_id or 0,
    )
    _write_lines(hand_over, resources)
    record(
        actor,
        action="catalog.hand_over.create",
        obj=hand_over,
        reason=document,
        details={"from": giver.uscc, "to": taker.uscc, "extent": hand_over.extent, "resources": len(resources)},
    )
    signals.hand_over_moved.send(sender=HandOver, actor=actor, obj=hand_over, verb="create", reason=document)
    return hand_over


def _check(giver: Department, taker: Department, document: str) -> None:
    if giver == taker or not taker.is_active:
        raise Invalid(fields={"taker": [_("Name another department that is active.")]})
    if not document.strip():
        raise Invalid(fields={"document": [_("Name the document that orders the merger or split.")]})


def _write_lines(hand_over: HandOver, resources: Collection[Resource]) -> None:
    if refused := [line for line in moving(hand_over, resources) if _is_not_ours(hand_over, line.resource)]:
        texts = [_("“%(title)s” is not a resource of the giving department.") % _titled(refused[0].resource)]
        raise Invalid(fields={"resources": texts})
    HandOverLine.objects.filter(hand_over=hand_over).delete()
    HandOverLine.objects.bulk_create(HandOverLine(hand_over=hand_over, resource=one) for one in resources)


def _is_not_ours(hand_over: HandOver, resource: Resource) -> bool:
    return resource.provider_id != hand_over.giver_id


def _titled(resource: Resource) -> dict[str, str]:
    return {"title": resource.title_zh}


@transaction.atomic
def propose_again(
    actor: Actor, *, hand_over: HandOver, document: str, note: str = "", resources: Collection[Resource] = ()
) -> HandOver:
    """Propose a returned hand-over anew, with what was changed. Raises as ``propose_hand_over`` does."""
    _check(hand_over.giver, hand_over.taker, document)
    extent = "chosen" if resources else "all"
    fields = {"document": document.strip(), "note": note.strip(), "extent": extent}
    moved = _move(actor, hand_over, "propose", details={"resources": len(resources)}, **fields)
    _write_lines(moved, resources)
    return moved


def _move(
    actor: Actor,
    hand_over: HandOver,
    verb: str,
    *,
    reason: str = "",
    details: dict[str, Any] | None = None,
    **fields: Any,
) -> HandOver:
    return move(
        HANDOVERS,
        actor,
        hand_over,
        verb,
        decide=decide_hand_over,
        reason=reason,
        fields=fields,
        details=details,
        signal=signals.hand_over_moved,
    )


@transaction.atomic
def carry_out(actor: Actor, *, hand_over: HandOver, reason: str = "") -> HandOver:
    """Make the taker the provider of every resource, all or none; codes, versions and grants stay as they are.

    Locks the resources. Writes one audit entry a resource, the source register, the search index.
    Emits ``resources_handed_over`` in the transaction. Raises ``Conflict`` (``obstacles``) naming what keeps it.
    """
    was_all = hand_over.extent == "all" and hand_over.carried_out_at is None
    found = list(resources_to_move(hand_over).select_for_update(of=("self",)))
    moved = _move(actor, hand_over, "carry_out", reason=reason, carried_out_at=timezone.now())
    _ensure_free(moved, found)
    if was_all:
        HandOverLine.objects.bulk_create(HandOverLine(hand_over=moved, resource=one) for one in found)
    _give(actor, moved, found, giver=moved.giver, taker=moved.taker, action="catalog.handed_over")
    marks = {resource.pk: _mark(resource) for resource in found}
    for line in moved.lines.all():
        line.carried = marks[line.resource_id]
        line.save(update_fields=["carried"])
    return moved


def _ensure_free(hand_over: HandOver, resources: Collection[Resource]) -> None:
    if not hand_over.taker.is_active:
        raise Conflict(_("The taking department is no longer active."), code="obstacles")
    if not resources:
        raise Conflict(_("There is nothing to hand over."), code="obstacles")
    for line in moving(hand_over, resources):
        if line.obstacles:
            text = _("“%(title)s” cannot go: %(why)s") % (_titled(line.resource) | {"why": line.obstacles[0]})
            raise Conflict(text, code="obstacles")


def _give(
    actor: Actor,
    hand_over: HandOver,
    resources: Collection[Resource],
    *,
    giver: Department,
    taker: Department,
    action: str,
) -> None:
    """Write the new provider everywhere; the apps above follow by the signal, in the same transaction."""
    touched = companions_of([resource.pk for resource in resources], taker.pk)
    for resource in resources:
        resource.provider = taker
        resource.save(update_fields=["provider", "updated_at"])
        reindex(resource)
        details = {"from": giver.uscc, "to": taker.uscc, "number": hand_over.number}
        record(actor, action=action, obj=resource, reason=hand_over.document, details=details)
    _name_sources_anew(actor, hand_over, resources, giver, taker)
    signals.resources_handed_over.send(
        sender=HandOver,
        actor=actor,
        hand_over=hand_over,
        resources=list(resources),
        giver=giver,
        taker=taker,
        departments={one.department for one in touched if one.department} - {giver.pk, taker.pk},
    )


def _name_sources_anew(
    actor: Actor, hand_over: HandOver, resources: Collection[Resource], giver: Department, taker: Department
) -> None:
    """End the giver as source of data elements that these resources supply, and name the taker, on the same ground."""
    standing = ElementSource.objects.select_for_update().filter(
        resource__in=resources, department=giver, ended_on__isnull=True
    )
    for source in list(standing):
        source.ended_on, source.end_reason = timezone.localdate(), hand_over.number
        source.save(update_fields=["ended_on", "end_reason"])
        ElementSource.objects.create(
            identifier=source.identifier,
            region_id=source.region_id,
            department=taker,
            resource_id=source.resource_id,
            basis=hand_over.document,
            named_by_id=actor.user_id or source.named_by_id,
        )


def _mark(resource: Resource) -> dict[str, Any]:
    """Return what any work on a resource changes: compared before a hand-over is undone."""
    amendment = resource.amendments.order_by("-pk").first()
    upload = resource.uploads.order_by("-pk").values_list("pk", "state").first()
    return {
        "provider": resource.provider_id,
        "state": resource.state,
        "updated": resource.updated_at.isoformat(),
        "version": resource.current_version_id,
        "amendment": [amendment.pk, amendment.state, amendment.updated_at.isoformat()] if amendment else None,
        "upload": list(upload) if upload else None,
    }


@transaction.atomic
def undo_hand_over(actor: Actor, *, hand_over: HandOver, reason: str = "") -> HandOver:
    """Give every resource back on the day of the hand-over, all or none, while nobody touched any of them.

    Raises ``Conflict`` (``too_late``, or ``touched_since`` naming the first that was worked on).
    """
    found = list(resources_to_move(hand_over).select_for_update(of=("self",)))
    moved = _move(actor, hand_over, "undo", reason=reason)
    if moved.carried_out_at is None or timezone.localdate(moved.carried_out_at) != timezone.localdate():
        raise Conflict(_("A hand-over can be undone on its own day only; propose one back."), code="too_late")
    marks = dict(moved.lines.values_list("resource_id", "carried"))
    for resource in found:
        if _mark(resource) != marks[resource.pk]:
            text = _("“%(title)s” was worked on since; the hand-over can no longer be undone.")
            raise Conflict(text % _titled(resource), code="touched_since")
    _give(actor, moved, found, giver=moved.taker, taker=moved.giver, action="catalog.handed_back")
    return moved


class Verb(Protocol):
    """An act on a hand-over."""

    def __call__(self, actor: Actor, *, hand_over: HandOver, reason: str = "") -> HandOver: ...


def decide_by_document(actor: Actor, *, hand_over: HandOver, reason: str = "") -> HandOver:
    """Decide in place of the departments, as the data authority above both; ``reason`` names the document."""
    return _move(actor, hand_over, "decide", reason=reason, decision=reason)


def _verb(name: str) -> Verb:
    def act(actor: Actor, *, hand_over: HandOver, reason: str = "") -> HandOver:
        return _move(actor, hand_over, name, reason=reason)

    act.__doc__ = f"Do ``{name}`` to a hand-over; no resource moves yet."
    return act


#: ``propose`` (again) is not among them: it takes a form.
HANDOVER_VERBS: dict[str, Verb] = {
    "release": _verb("release"),
    "agree": _verb("agree"),
    "decide": decide_by_document,
    "carry_out": carry_out,
    "undo": undo_hand_over,
    "return": _verb("return"),
    "cancel": _verb("cancel"),
}
