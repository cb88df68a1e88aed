"""Who may register departments, open accounts and give duties; nothing else decides.

Accounts are opened by system administrators, duties are given by security administrators (三员分立, GB/T 22239-2019
level 3: neither can make somebody powerful alone). An authority's administrators reach every department of its region
and below, others their own department. Nobody manages herself, and nobody resets the password of one of the three
administrators, because that would let one of them sign in as another: the operator of the machine does it
(``manage.py changepassword``).
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Department, Membership, Region, User
from portal.kernel.actors import SEPARATED_DUTIES, Actor, Duty
from portal.kernel.decisions import ALLOW, Decision, deny

#: Which administrator does what.
ADMINISTRATOR = {
    "create_department": Duty.SYSTEM_ADMIN,
    "create_user": Duty.SYSTEM_ADMIN,
    "close_user": Duty.SYSTEM_ADMIN,
    "reset_password": Duty.SYSTEM_ADMIN,
    "give_duty": Duty.SECURITY_ADMIN,
    "take_duty": Duty.SECURITY_ADMIN,
}


def reach(actor: Actor, *duties: Duty) -> Q:
    """Return the condition on departments within reach of the actor's administrator ``duties``."""
    if actor.is_system:
        return Q()
    if not actor.is_official:
        return Q(pk__in=[])
    standings = [standing for standing in actor.standings if standing.duties.intersection(duties)]
    regions = [standing.region_code for standing in standings if standing.is_authority]
    return (
        Q(pk__in=[standing.department_id for standing in standings])
        | Q(region_id__in=regions)
        | Q(region__parent_id__in=regions)
        | Q(region__parent__parent_id__in=regions)
    )


def may_register_in(actor: Actor, region: Region) -> bool:
    """Say whether ``actor`` may register departments in ``region``: as an authority's administrator, there or above."""
    if actor.is_system:
        return True
    above = {region.code, region.parent_id, region.parent.parent_id if region.parent else None}
    return any(
        standing.is_authority and Duty.SYSTEM_ADMIN in standing.duties and standing.region_code in above
        for standing in actor.standings
    )


def decide_manage(actor: Actor) -> Decision:
    """Say whether ``actor`` manages people at all, as a system or a security administrator."""
    if actor.is_system or (actor.is_official and actor.departments(Duty.SYSTEM_ADMIN, Duty.SECURITY_ADMIN)):
        return ALLOW
    return deny("not_administrator", _("Only system and security administrators manage people."))


def visible(actor: Actor) -> Q:
    """Return the condition on people: those in departments within reach; for authorities also those without a duty."""
    if actor.is_system:
        return Q()
    if not decide_manage(actor):
        return Q(pk__in=[])
    within = Department.objects.filter(reach(actor, Duty.SYSTEM_ADMIN, Duty.SECURITY_ADMIN))
    without_duty = Q(memberships=None) if any(standing.is_authority for standing in actor.standings) else Q(pk__in=[])
    return Q(memberships__department__in=within) | without_duty


def _is_administrator(user: User) -> bool:
    return Membership.objects.filter(user=user, is_active=True, duty__in=SEPARATED_DUTIES).exists()


def decide(actor: Actor, action: str, department: Department | None = None, user: User | None = None) -> Decision:
    """Say whether ``actor`` may do ``action`` in ``department`` (None: without one yet) and to ``user``."""
    if actor.is_system:
        return ALLOW
    if not actor.is_official or not actor.holds(ADMINISTRATOR[action]):
        return deny("not_administrator", _("Only an administrator of the right kind may do this."))
    if user is not None and user.pk == actor.user_id:
        return deny("own_account", _("Nobody manages an account of one’s own."))
    if action == "create_user" and not any(standing.is_authority for standing in actor.standings):
        return deny("not_authority", _("Accounts are opened by administrators of a data authority."))
    if action == "reset_password" and user is not None and _is_administrator(user):
        reason = _("The password of an administrator is reset on the machine, by its operator.")
        return deny("administrators_apart", reason)
    if (
        department is not None
        and not Department.objects.filter(reach(actor, ADMINISTRATOR[action]), pk=department.pk).exists()
    ):
        return deny("out_of_reach", _("This department is not in your reach."))
    return ALLOW
