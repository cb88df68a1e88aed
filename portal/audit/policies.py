"""Who may read the audit record; nothing else decides."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kernel.actors import Actor, Duty
from portal.kernel.decisions import ALLOW, Decision, deny


def decide(actor: Actor) -> Decision:
    """Say whether ``actor`` may read, search and verify the record: audit administrators alone (GB/T 22239-2019)."""
    if actor.is_official and actor.holds(Duty.AUDIT_ADMIN):
        return ALLOW
    return deny("not_auditor", _("Only audit administrators read the audit record."))


def visible(actor: Actor) -> Q:
    """Return which entries ``actor`` may read: all or none."""
    return Q() if decide(actor) else Q(pk__in=[])
