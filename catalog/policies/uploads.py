"""Who may see and stop the check of a file handed in."""

from django.utils.translation import gettext_lazy as _

from catalog.models import Upload
from catalog.policies.resources import nobody
from catalog.workflow import UPLOADS
from portal.kernel.actors import Actor, Duty
from portal.kernel.decisions import ALLOW, Decision, deny

#: Whether rows are left out of the data of a department is decided by a person of it.
OF_PERSONS = frozenset({"accept_fitting", "refuse"})


def decide_upload(actor: Actor, action: str, obj: Upload) -> Decision:
    """Decide on an upload: the machine checks, the provider's data officers cancel, its members look."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    is_own = obj.resource.provider_id in actor.departments()
    if action == "view":
        return ALLOW if actor.is_system or is_own else deny("not_visible", _("This upload is not open to you."))
    is_officer = actor.holds(Duty.DATA_OFFICER, obj.resource.provider_id)
    if action == "rejects":
        return ALLOW if is_officer else deny("no_duty", _("Only a data officer of the provider may do this."))
    if obj.state not in next((row.sources for row in UPLOADS.transitions if row.verb == action), ()):
        return deny("wrong_state", _("This cannot be done in the present state of the upload."))
    if is_officer or (actor.is_system and action not in OF_PERSONS):
        return ALLOW
    return deny("no_duty", _("Only a data officer of the provider may do this."))
