"""Who may send a file in parts: whoever began it, as long as she may hand in files for the resource."""

from django.utils.translation import gettext_lazy as _

from catalog.models import Transfer
from catalog.policies.resources import decide
from portal.kernel.actors import Actor
from portal.kernel.decisions import ALLOW, Decision, deny


def decide_transfer(actor: Actor, action: str, obj: Transfer) -> Decision:
    """Decide on ``view``, ``send`` or ``end``: her own, and only while she may upload; the system ends any."""
    if actor.is_system:
        return ALLOW
    if actor.user_id is None or actor.user_id != obj.created_by_id:
        return deny("not_visible", _("This transfer is not open to you."))
    return ALLOW if action in {"view", "end"} else decide(actor, "upload", obj.resource)
