"""Who may see and move an amendment: the provider works on it, the data authority sees what was handed to it."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Amendment, Resource
from catalog.policies.resources import (
    COORDINATOR,
    HEAD,
    OFFICER,
    coordinates,
    decide,
    has_duty,
    nobody,
    people_holding,
)
from catalog.workflow import AMENDMENTS
from portal.accounts.models import User
from portal.kernel.actors import Actor
from portal.kernel.decisions import ALLOW, Decision, deny

_SOURCES = {row.verb: frozenset(row.sources) for row in AMENDMENTS.transitions}
_DUTIES: dict[str, frozenset[str]] = {
    "submit": frozenset({OFFICER}),
    "withdraw": frozenset({OFFICER}),
    "approve": frozenset({HEAD}),
    "publish": frozenset({COORDINATOR}),
    "extend": frozenset({COORDINATOR}),
    "cancel": frozenset({OFFICER, HEAD}),
}
_NOT_BY_SUBMITTER = frozenset({"approve", "publish"})
_HANDED_TO_AUTHORITY = frozenset({"in_review", "published"})


def _duties_for(action: str, amendment: Amendment) -> frozenset[str]:
    if action == "return":
        return frozenset({HEAD if amendment.state == "submitted" else COORDINATOR})
    return _DUTIES.get(action, frozenset())


def _sees(actor: Actor, amendment: Amendment) -> bool:
    resource = amendment.resource
    if actor.is_system or resource.provider_id in actor.departments():
        return True
    return amendment.state in _HANDED_TO_AUTHORITY and coordinates(actor, resource)


def decide_amendment(actor: Actor, action: str, obj: Amendment) -> Decision:
    """Decide ``view`` or a verb of the amendment's table; whoever submitted it never consents to it or publishes it."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    # The authority answers for the clock of a draft that it does not see yet.
    if not _sees(actor, obj) and not (action == "extend" and coordinates(actor, obj.resource)):
        return deny("not_visible", _("This amendment is not open to you."))
    if action == "view":
        return ALLOW
    if obj.state not in _SOURCES.get(action, ()):
        return deny("wrong_state", _("This cannot be done in the present state of the amendment."))
    if not has_duty(actor, _duties_for(action, obj), obj.resource):
        return deny("no_duty", _("This needs a duty that you do not hold for this resource."))
    if action in _NOT_BY_SUBMITTER and actor.user_id == obj.submitted_by_id:
        return deny("own_submission", _("Whoever submitted an amendment cannot decide on it."))
    return ALLOW


def decide_work(actor: Actor, verb: str, resource: Resource) -> Decision:
    """Decide a verb on what is in hand of a resource: its open amendment if there is one, else the resource itself."""
    if resource.amendment is not None and verb in _SOURCES:
        return decide_amendment(actor, verb, resource.amendment)
    return decide(actor, verb, resource)


def people_for_amendment(action: str, obj: Amendment) -> QuerySet[User]:
    """Return the people whose duty lets them do ``action`` to an amendment in its present state."""
    people = people_holding(_duties_for(action, obj), obj.resource)
    return people.exclude(pk=obj.submitted_by_id or 0) if action in _NOT_BY_SUBMITTER else people
