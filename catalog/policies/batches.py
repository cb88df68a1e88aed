"""Who may work with batches and extension fields."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Batch
from catalog.policies.resources import nobody
from catalog.workflow import BATCHES
from portal.kernel.actors import Actor, Duty, Level
from portal.kernel.decisions import ALLOW, Decision, deny

_SOURCES = {row.verb: row.sources for row in BATCHES.transitions}


def decide_start_batch(actor: Actor) -> Decision:
    """Decide whether ``actor`` may import or bulk-edit: data officers, for the resources of their departments."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if not actor.holds(Duty.DATA_OFFICER):
        return deny("no_duty", _("Only a data officer may import or change many resources."))
    return ALLOW


def own_batches(actor: Actor) -> Q:
    """Return which batches ``actor`` may see: those she began."""
    return Q() if actor.is_system else Q(created_by_id=actor.user_id or 0)


def decide_batch(actor: Actor, action: str, obj: Batch) -> Decision:
    """Decide ``view`` or a verb of the table; what each line may do is decided by the services it calls."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if not actor.is_system and obj.created_by_id != actor.user_id:
        return deny("not_visible", _("This batch is not open to you."))
    if action == "view":
        return ALLOW
    if obj.state not in _SOURCES.get(action, ()):
        return deny("wrong_state", _("This cannot be done in the present state of the batch."))
    return ALLOW if actor.is_system else decide_start_batch(actor)


def decide_extensions(actor: Actor) -> Decision:
    """Decide on defining extension fields: one set for the installation, kept by the province's coordinator."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    keeps = any(s.is_authority and s.level == Level.PROVINCE and Duty.COORDINATOR in s.duties for s in actor.standings)
    return ALLOW if keeps else deny("no_duty", _("Only the coordinator of the province defines extension fields."))
