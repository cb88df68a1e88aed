"""Who may see and keep the sources of a resource: its provider; its data officers change and run them."""

from django.utils.translation import gettext_lazy as _

from catalog.models import Resource, Source, SourceRun
from catalog.policies.resources import nobody
from catalog.workflow import UPLOADS
from catalog.workflow.sources import SOURCES
from portal.kernel.actors import Actor, Duty
from portal.kernel.decisions import ALLOW, Decision, deny

_STOPPABLE = UPLOADS.transition("cancel").sources


def decide_data_sources(actor: Actor, action: str, resource: Resource) -> Decision:
    """Decide on the sources of a resource: ``view`` for the provider's members, ``create`` for its data officers."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if actor.is_system:
        return ALLOW
    if resource.provider_id not in actor.departments():
        return deny("not_visible", _("The sources of this resource are not open to you."))
    if action == "view":
        return ALLOW
    if resource.state == "retired":
        return deny("wrong_state", _("This cannot be done in the present state of the resource."))
    if actor.holds(Duty.DATA_OFFICER, resource.provider_id):
        return ALLOW
    return deny("no_duty", _("Only a data officer of the provider may do this."))


def decide_data_source(actor: Actor, action: str, obj: Source) -> Decision:
    """Decide on one source: ``view``, ``edit``, ``test``, ``run`` or a verb of its table."""
    decision = decide_data_sources(actor, "view" if action == "view" else "create", obj.resource)
    if not decision or action == "view":
        return decision
    if obj.state == "retired" or (action == "run" and obj.state != "active"):
        return deny("wrong_state", _("This cannot be done in the present state of the source."))
    verbs = {row.verb: row.sources for row in SOURCES.transitions}
    if action in verbs and obj.state not in verbs[action]:
        return deny("wrong_state", _("This cannot be done in the present state of the source."))
    return ALLOW


def decide_source_run(actor: Actor, action: str, obj: SourceRun) -> Decision:
    """Decide on one run of a source: ``view``, ``cancel`` while it fetches or its file is checked, or a verb.

    What a run comes to is the system's to say; people only cancel.
    """
    decision = decide_data_sources(actor, "view" if action == "view" else "create", obj.source.resource)
    if not decision or action == "view" or actor.is_system:
        return decision
    if action != "cancel":
        return deny("system_only", _("The system does this itself."))
    is_checked = obj.state == "landed" and obj.upload is not None and obj.upload.state in _STOPPABLE
    if obj.state == "running" or is_checked:
        return ALLOW
    return deny("wrong_state", _("This run has ended, or waits for a decision on its file."))
