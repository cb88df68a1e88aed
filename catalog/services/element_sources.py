"""Writes of the source register: name the source department of a data element, end it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Element, ElementSource, Resource
from catalog.policies import decide_source, visible
from portal.accounts.models import Department, Region
from portal.accounts.people import people_with
from portal.audit.record import record
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.notices.services import notify

_NAMED = _("Your department is named the source of the data element “%(name)s”: %(basis)s")
_ENDED = _("Your department is no longer the source of the data element “%(name)s”: %(reason)s")


def _ask(actor: Actor, action: str, region: Region) -> int:
    decision = decide_source(actor, action, region.code)
    if actor.user_id is None or not decision:
        raise NotAllowed(decision.reason, code=decision.code)
    return actor.user_id


@transaction.atomic
def name_source(
    actor: Actor, *, identifier: str, region: Region, department: Department, basis: str, resource_code: str = ""
) -> ElementSource:
    """Name the source department of a data element in a region; whoever it was before ends today.

    Writes an audit entry ``catalog.name_source`` and tells both departments' data offices (Order 809 art 19).
    Raises ``NotAllowed``, ``Invalid`` for an unknown element or resource, no basis, or a source that stands already.
    """
    person = _ask(actor, "name", region)
    element = Element.objects.filter(identifier=identifier, state="in_force").first()
    if element is None:
        raise Invalid(fields={"identifier": [_("There is no data element in force of this identifier.")]})
    if not basis.strip():
        raise Invalid(fields={"basis": [_("Name the decision or document that names the source.")]})
    resource = _resource(actor, department, resource_code)
    before = ElementSource.objects.select_for_update().filter(identifier=identifier, region=region, ended_on=None)
    for old in before:
        if old.department_id == department.pk and old.resource_id == (resource.pk if resource else None):
            raise Invalid(fields={"department": [_("This department is the source already.")]})
        _end(old, _("Another source was named."), element)
    made = ElementSource.objects.create(
        identifier=identifier,
        region=region,
        department=department,
        resource=resource,
        basis=basis.strip()[:200],
        named_by_id=person,
    )
    details = {"element": identifier, "region": region.code, "department": department.uscc, "basis": made.basis}
    record(actor, action="catalog.name_source", obj=made, label=identifier, details=details)
    _tell(made.department, "named", {"name": element.name_zh, "basis": made.basis})
    return made


@transaction.atomic
def end_source(actor: Actor, *, source: ElementSource, reason: str) -> None:
    """End a source without naming another. Writes an audit entry ``catalog.end_source`` and tells the department."""
    _ask(actor, "end", source.region)
    locked = ElementSource.objects.select_for_update(of=("self",)).filter(pk=source.pk, ended_on=None).first()
    if locked is None:
        raise NotFound(_("This source has ended already."))
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Give the reason.")]})
    _end(locked, reason.strip(), Element.objects.filter(identifier=locked.identifier).first())
    details = {"element": locked.identifier, "region": locked.region_id, "department": locked.department.uscc}
    record(actor, action="catalog.end_source", obj=locked, label=locked.identifier, reason=reason, details=details)


def _resource(actor: Actor, department: Department, code: str) -> Resource | None:
    if not code.strip():
        return None
    found = Resource.objects.filter(visible(actor), provider=department, code=code.strip().replace("~", "/")).first()
    if found is None:
        raise Invalid(fields={"resource_code": [_("The department has no resource of this code that you may see.")]})
    return found


def _end(source: ElementSource, reason: object, element: Element | None) -> None:
    source.ended_on = timezone.localdate()
    source.end_reason = str(reason)[:200]
    source.save(update_fields=["ended_on", "end_reason"])
    name = element.name_zh if element else source.identifier
    _tell(source.department, "ended", {"name": name, "reason": source.end_reason})


def _tell(department: Department, what: str, context: dict[str, str]) -> None:
    notify(
        people_with(Duty.DATA_OFFICER, Duty.OFFICE_HEAD, departments=[department.pk]),
        kind=f"catalog.source.{what}",
        title_msg=_NAMED if what == "named" else _ENDED,
        url="/catalog/element-sources/",
        context=context,
    )
