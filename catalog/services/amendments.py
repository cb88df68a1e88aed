"""The verbs of an amendment: a draft beside the published description, which takes its place in one transaction."""

from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import policies, signals
from catalog.models import Amendment, Resource
from catalog.selectors.amendments import (
    DRAFTED,
    Work,
    amendment_changes,
    content_to_json,
    drafted,
    items_to_json,
    work_of,
)
from catalog.selectors.completeness import gaps
from catalog.selectors.contents import amended_fields
from catalog.services.indexing import reindex
from catalog.services.items import write_items
from catalog.services.snapshots import keep_snapshot
from catalog.workflow import AMENDMENTS, RESOURCES
from portal.audit.wording import Sentence, kept_of
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import Invalid, NotFound, TransitionRefused
from portal.workflow import deadlines
from portal.workflow.move import move

_UPDATE = "catalog.update"
UPDATE_EXTENSION = 5


@transaction.atomic
def amend(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Open a draft beside the published description; it must be in force in ten working days (Order 809 art 16).

    What is published stays visible and in force until the draft is published itself.
    Raises ``NotAllowed`` (code ``amendment_open`` when one is in work), ``ReasonMissing``, ``TransitionRefused``.
    """
    moved = move(
        RESOURCES,
        actor,
        resource,
        "amend",
        decide=policies.decide,
        reason=reason,
        signal=signals.resource_moved,
    )
    work = work_of(moved)
    amendment = Amendment.objects.create(
        resource=moved,
        content=content_to_json(moved, work.related),
        items=items_to_json(work.items),
        reason=reason.strip(),
        wording=kept_of(reason),
        created_by_id=actor.user_id or moved.created_by_id,
    )
    moved.amendment = amendment
    moved.save(update_fields=["amendment"])
    deadlines.start(amendment, _UPDATE)
    return moved


def _locked(resource: Resource) -> Resource:
    """Lock the resource before its amendment, so that two people never wait for each other."""
    found = (
        Resource.objects.select_for_update(of=("self",))
        .select_related("amendment", "provider__region", "category", "theme", "current_version")
        .filter(pk=resource.pk)
        .first()
    )
    if found is None:
        raise NotFound(_("This no longer exists."))
    if found.amendment is not None:
        found.amendment.resource = found
    return found


def _open(resource: Resource, verb: str) -> Amendment:
    if resource.amendment is None:
        state = resource.state
        message = Sentence(_("This cannot be done now: it stands at “%(state)s”."), state=RESOURCES.states[state])
        raise TransitionRefused(message, verb=verb, state=state)
    return resource.amendment


def _decide_complete(actor: Actor, action: str, amendment: Amendment) -> Decision:
    """Decide on submitting and, where it is allowed, refuse a draft with gaps or without any change."""
    decision = policies.decide_amendment(actor, action, amendment)
    if decision:
        work = drafted(amendment.resource, amendment)
        if found := gaps(work.resource, work.items):
            raise Invalid(_("Some things are missing before this can be submitted."), code="incomplete", fields=found)
        if not amendment_changes(amendment.resource, work) and not _relates_anew(amendment.resource, work):
            raise Invalid(_("The amendment changes nothing yet."), code="unchanged")
    return decision


def _relates_anew(resource: Resource, work: Work) -> bool:
    return set(work.related) != set(resource.related.values_list("pk", flat=True))


def _move(actor: Actor, resource: Resource, verb: str, *, reason: str = "", **fields: Any) -> Resource:
    """Move the open amendment of a locked resource and return the resource as it is then."""
    amendment = _open(resource, verb)
    decide = _decide_complete if verb == "submit" else policies.decide_amendment
    moved = move(
        AMENDMENTS,
        actor,
        amendment,
        verb,
        decide=decide,
        reason=reason,
        fields=fields,
        details={"code": resource.code},
        signal=signals.amendment_moved,
    )
    resource.amendment = None if moved.state in AMENDMENTS.final else moved
    if resource.amendment is None:
        resource.save(update_fields=["amendment", "updated_at"])
    return resource


@transaction.atomic
def submit_amendment(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Hand a complete draft to the office head; what it says is kept for comparison.

    Raises ``Invalid`` (``incomplete`` with everything that is missing, ``unchanged``), ``NotAllowed``.
    """
    locked = _locked(resource)
    fields = {"submitted_by_id": actor.user_id, "submitted_at": timezone.now()}
    moved = _move(actor, locked, "submit", reason=reason, **fields)
    work = work_of(moved)
    keep_snapshot(actor, work.resource, work.items)
    return moved


@transaction.atomic
def publish_amendment(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Let the draft take the place of the published description, whole or not at all.

    Writes the resource and its items, the search index. Emits ``resource_amended``. A suspended resource stays so.
    Raises ``Invalid`` when an item that falls away came into use meanwhile.
    """
    locked = _locked(resource)
    amendment = _open(locked, "publish")
    work = drafted(locked, amendment)
    changes = amended_fields(locked, list(locked.items.all()), work.resource, work.items)
    moved = _move(actor, locked, "publish", reason=reason)
    _apply(moved, work)
    signals.resource_amended.send(sender=Resource, actor=actor, resource=moved, amendment=amendment, changes=changes)
    return moved


def _apply(resource: Resource, work: Work) -> None:
    for name in DRAFTED:
        setattr(resource, name, getattr(work.resource, name))
    resource.save(update_fields=[*DRAFTED, "updated_at"])
    for item in work.items:
        item.resource = resource
    write_items(resource, work.items)
    resource.related.set(Resource.objects.filter(pk__in=work.related))
    reindex(resource)


class Verb(Protocol):
    """An act on what is in hand of a resource."""

    def __call__(self, actor: Actor, *, resource: Resource, reason: str = "") -> Resource: ...


def _verb(name: str) -> Verb:
    @transaction.atomic
    def act(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
        return _move(actor, _locked(resource), name, reason=reason)

    act.__doc__ = f"Do ``{name}`` to the open amendment of ``resource``; what is published stays as it is."
    return act


@transaction.atomic
def extend_amendment(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Give the provider five working days more, once, as its data authority (Order 809 art 16).

    Raises ``Conflict`` (code ``extended_before``), ``NotAllowed``, ``ReasonMissing``.
    """
    moved = _move(actor, _locked(resource), "extend", reason=reason)
    deadlines.extend(_open(moved, "extend"), _UPDATE, working_days=UPDATE_EXTENSION)
    return moved


withdraw_amendment = _verb("withdraw")
approve_amendment = _verb("approve")
return_amendment = _verb("return")
cancel_amendment = _verb("cancel")

AMENDMENT_VERBS: dict[str, Verb] = {
    "submit": submit_amendment,
    "withdraw": withdraw_amendment,
    "approve": approve_amendment,
    "return": return_amendment,
    "publish": publish_amendment,
    "extend": extend_amendment,
    "cancel": cancel_amendment,
}
