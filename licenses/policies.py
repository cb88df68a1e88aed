"""Who may see and do what with license types and licenses; nothing else decides."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from licenses.models import HolderKind, License, LicenseType, State, TypeState
from licenses.workflow import LICENSE_TABLE, TYPE_TABLE
from portal.accounts.models import Department, User
from portal.accounts.people import people_with
from portal.kernel.actors import Actor, Duty
from portal.kernel.classification import Grade
from portal.kernel.decisions import ALLOW, Decision, deny

_NOBODY = Q(pk__in=())
_EVERYBODY = Q()

INACTIVE = deny("inactive", _("Your account or department is not active."))
CLEARANCE = deny("clearance", _("Your clearance does not reach the grade of these licenses."))
NOT_PUBLISHED = deny("type_not_published", _("Licenses are issued only of a published type."))
NOT_AN_ISSUER = deny("not_an_issuer", _("Your department may not issue licenses of this type."))
NOT_THE_DEFINER = deny("not_the_definer", _("Only license officers of the defining department may do this."))
NOT_THE_ISSUER = deny("not_the_issuer", _("Only license officers of the issuing department may do this."))


def grade_of(kind: str) -> Grade:
    """Give the grade of what licenses of a type say: persons' at level 3, organizations' at level 2."""
    return Grade.GENERAL_2 if kind == HolderKind.ORGANIZATION else Grade.GENERAL_3


def visible(actor: Actor) -> Q:
    """Say which licenses an actor may see: those her department issues as license officer; all for an auditor."""
    if not actor.is_official or actor.clearance < Grade.GENERAL_2:
        return _NOBODY
    ceiling = _EVERYBODY if actor.clearance >= Grade.GENERAL_3 else Q(type__holder_kind=HolderKind.ORGANIZATION)
    if actor.holds(Duty.AUDIT_ADMIN):
        return ceiling
    return ceiling & Q(issuer__in=actor.departments(Duty.LICENSE_OFFICER))


def visible_types(actor: Actor) -> Q:
    """Say which license types an actor may see.

    License officers see the types their department defines and the published ones it may issue; coordinators and
    auditors see all.
    """
    if not actor.is_official:
        return _NOBODY
    if actor.holds(Duty.AUDIT_ADMIN) or actor.holds(Duty.COORDINATOR):
        return _EVERYBODY
    mine = actor.departments(Duty.LICENSE_OFFICER)
    issued = LicenseType.issuers.through.objects.filter(department_id__in=mine).values("licensetype_id")
    return Q(department__in=mine) | (Q(pk__in=issued) & ~Q(state=TypeState.DRAFT))


def decide(actor: Actor, action: str, obj: LicenseType | License | Department) -> Decision:
    """Say whether an actor may do `action` to a type, a license, or (to `define`) a department's list of types.

    Actions on types: define, read, query, change, publish, retire. On licenses: read, reveal, print and the verbs of
    the license table. To `reveal` is to see what the license says about its holder.
    """
    if not actor.is_official:
        return INACTIVE
    if isinstance(obj, Department):
        return _by_duty(actor, obj.pk, otherwise=NOT_THE_DEFINER)
    if isinstance(obj, LicenseType):
        return _decide_type(actor, action, obj)
    return _decide_license(actor, action, obj)


def _decide_type(actor: Actor, action: str, type_: LicenseType) -> Decision:
    if action == "read":
        is_seen = LicenseType.objects.filter(visible_types(actor), pk=type_.pk).exists()
        return ALLOW if is_seen else NOT_THE_DEFINER
    if action == "query":
        return _decide_query(actor, type_)
    return _by_duty(actor, type_.department_id, otherwise=NOT_THE_DEFINER)


def _decide_query(actor: Actor, type_: LicenseType) -> Decision:
    if actor.clearance < grade_of(type_.holder_kind):
        return CLEARANCE
    mine = actor.departments(Duty.LICENSE_OFFICER)
    is_mine = type_.department_id in mine or type_.issuers.filter(pk__in=mine).exists()
    return ALLOW if is_mine else NOT_AN_ISSUER


def _decide_license(actor: Actor, action: str, license_: License) -> Decision:
    if actor.clearance < grade_of(license_.type.holder_kind):
        return CLEARANCE
    if action == "issue":
        return _decide_issue(actor, license_)
    if action == "read" and actor.holds(Duty.AUDIT_ADMIN):
        return ALLOW
    if action == "print" and license_.standing_state != State.VALID:
        return deny("not_valid", _("Only a valid license can be printed."))
    return _by_duty(actor, license_.issuer_id, otherwise=NOT_THE_ISSUER)


def _decide_issue(actor: Actor, license_: License) -> Decision:
    if license_.type.state != TypeState.PUBLISHED:
        return NOT_PUBLISHED
    if not license_.type.issuers.filter(pk=license_.issuer_id).exists():
        return NOT_AN_ISSUER
    return _by_duty(actor, license_.issuer_id, otherwise=NOT_THE_ISSUER)


def _by_duty(actor: Actor, department_id: int, *, otherwise: Decision) -> Decision:
    return ALLOW if actor.holds(Duty.LICENSE_OFFICER, department_id) else otherwise


def people_who_can(action: str, obj: LicenseType | License) -> QuerySet[User]:
    """Name the people who may do `action`: the license officers of the defining or the issuing department."""
    department = obj.department_id if isinstance(obj, LicenseType) else obj.issuer_id
    duties = (Duty.LICENSE_OFFICER, Duty.AUDIT_ADMIN) if action == "read" else (Duty.LICENSE_OFFICER,)
    if action != "read":
        return people_with(*duties, departments=[department])
    return people_with(Duty.LICENSE_OFFICER, departments=[department]) | people_with(Duty.AUDIT_ADMIN)


def verbs_for(actor: Actor, obj: LicenseType | License) -> list[str]:
    """List the verbs an actor may use on a type or license now, in the order of the table."""
    table = TYPE_TABLE if isinstance(obj, LicenseType) else LICENSE_TABLE
    return [row.verb for row in table.verbs_from(obj.state) if decide(actor, row.verb, obj)]
