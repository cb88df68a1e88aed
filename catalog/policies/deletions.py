"""Who may propose and decide that data is deleted: never one person alone."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Deletion, Resource, Version
from catalog.policies.resources import decide as decide_resource
from catalog.policies.resources import stands_in_catalog
from catalog.workflow import DELETIONS
from portal.accounts.models import User
from portal.accounts.people import people_with
from portal.kernel.actors import Actor, Duty
from portal.kernel.decisions import ALLOW, Decision, deny

_SOURCES = {row.verb: frozenset(row.sources) for row in DELETIONS.transitions}
_NO_DUTY = deny("no_duty", _("This needs a duty that you do not hold for this resource."))


def decide_deletions(actor: Actor, action: str, obj: Resource) -> Decision:
    """Decide on the deletions of a resource: ``view`` (its keepers), ``propose`` (data officers of the provider)."""
    if not (decision := decide_resource(actor, "history", obj)):
        return decision
    if action == "view":
        return ALLOW
    return ALLOW if actor.holds(Duty.DATA_OFFICER, obj.provider_id) else _NO_DUTY


def decide_version_deletion(resource: Resource, version: Version) -> Decision:
    """Decide whether the data of a version may go at all.

    The current version of a resource that stands in the catalogue is what everybody reads: the resource is suspended
    or retired first, openly and with a reason, so that those concerned are told.
    """
    if version.deleted_at is not None:
        return deny("version_deleted", _("The data of this version was deleted."))
    if version.pk == resource.current_version_id and stands_in_catalog(resource):
        return deny(
            "version_in_use",
            _("The current version of a published resource is in use. Suspend or retire the resource first."),
        )
    return ALLOW


def decide_deletion(actor: Actor, action: str, obj: Deletion) -> Decision:
    """Decide ``view`` or a verb of the table: the office head decides, but not on her own proposal."""
    if not (decision := decide_deletions(actor, "view", obj.resource)):
        return decision
    if action == "view":
        return ALLOW
    if obj.state not in _SOURCES.get(action, ()):
        return deny("wrong_state", _("This cannot be done in the present state of the deletion."))
    if action == "finish" or actor.is_system:
        return ALLOW if action == "finish" and actor.is_system else _NO_DUTY
    if action == "withdraw":
        return ALLOW if actor.user_id == obj.proposed_by_id else _NO_DUTY
    if not actor.holds(Duty.OFFICE_HEAD, obj.resource.provider_id):
        return _NO_DUTY
    if actor.user_id == obj.proposed_by_id:
        return deny("own_proposal", _("Whoever proposed a deletion cannot decide on it."))
    return ALLOW


def people_for_deletion(action: str, obj: Deletion) -> QuerySet[User]:
    """Return the people who may decide on a deletion, or those who wait for the decision."""
    if action == "approve":
        people = people_with(Duty.OFFICE_HEAD, departments=[obj.resource.provider_id])
        return people.exclude(pk=obj.proposed_by_id)
    return people_with(Duty.DATA_OFFICER, Duty.OFFICE_HEAD, departments=[obj.resource.provider_id])
