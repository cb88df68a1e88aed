"""Prepares open editions: drafts with gaps are saved, only submitting checks."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from catalog.data.plan import DeliveryPlan, PlanColumn
from catalog.models import Item, Resource
from opening.models import NAME_FORM, DataLicense, Publication
from opening.policies import decide, why_not_open
from opening.services.index import index_publication
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed, TransitionRefused

EDITABLE = ("draft", "returned")
TEXTS = (
    "title_zh",
    "title_en",
    "summary_zh",
    "summary_en",
    "limits_zh",
    "limits_en",
    "source_note",
    "contact",
)


@transaction.atomic
def draft_publication(
    actor: Actor,
    *,
    resource: Resource,
    name: str,
    items: Iterable[str] | None = None,
    license_code: str = "",
    **texts: Any,
) -> Publication:
    """Start an open edition of ``resource`` at the address ``name``.

    ``items`` are codes of its data items (None: all that may be opened). ``texts`` are ``title_zh``, ``title_en``,
    ``summary_*``, ``limits_*``, ``source_note``, ``contact`` and ``keywords`` (list); what is left out is taken
    from the resource. Writes the edition, its plan and an audit entry.
    Raises ``NotAllowed``, ``Invalid`` (name, items, license), ``Conflict`` when the name is taken.
    """
    if not (decision := decide(actor, "create", resource)):
        raise NotAllowed(decision.reason, code=decision.code)
    _check_name(name)
    publication = Publication(
        name=name,
        resource=resource,
        created_by_id=_person(actor),
        license=_license(license_code),
        **{**_texts_of(resource), **_known(texts)},
    )
    _insert(publication)
    _choose(publication, _items(resource, items))
    index_publication(publication)
    record(actor, action="opening.draft", obj=publication, details={"resource": resource.code})
    return publication


@transaction.atomic
def edit_publication(
    actor: Actor,
    *,
    publication: Publication,
    items: Iterable[str] | None = None,
    license_code: str | None = None,
    **texts: Any,
) -> Publication:
    """Change a draft or returned edition; None leaves a part as it is. Locks the row.

    Raises ``NotAllowed``, ``TransitionRefused`` (409) when it is neither a draft nor returned, ``Invalid``.
    """
    row = (
        Publication.objects.select_for_update(of=("self",)).select_related("resource__provider").get(pk=publication.pk)
    )
    if not (decision := decide(actor, "edit", row)):
        raise NotAllowed(decision.reason, code=decision.code)
    if row.state not in EDITABLE:
        raise TransitionRefused(_("Only a draft or a returned edition can be changed; take it back to revise first."))
    for field, value in _known(texts).items():
        setattr(row, field, value)
    if license_code is not None:
        row.license = _license(license_code)
    row.save()
    if items is not None:
        _choose(row, _items(row.resource, items))
    index_publication(row)
    record(actor, action="opening.edit", obj=row, details={"fields": sorted(texts), "items": row.items.count()})
    return row


def _check_name(name: str) -> None:
    if not re.fullmatch(NAME_FORM, name):
        raise Invalid(
            fields={
                "name": [
                    _("Use 2 to 100 small letters, digits, hyphens and underscores, beginning with a letter or digit.")
                ]
            }
        )
    if Publication.objects.filter(name=name).exists():
        raise Conflict(_("This name is taken; choose another."), code="name_taken", field="name")


def _insert(publication: Publication) -> None:
    """Save a new edition; the name may have been taken since it was checked."""
    try:
        with transaction.atomic():
            publication.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("This name is taken; choose another."), code="name_taken", field="name") from error


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowed(_("Only a person may do this."), code="no_person")
    return actor.user_id


def _license(code: str) -> DataLicense | None:
    if not code:
        return None
    found = DataLicense.objects.filter(pk=code).first()
    if found is None:
        raise Invalid(fields={"license_code": [_("There is no such license here.")]})
    return found


def _texts_of(resource: Resource) -> dict[str, Any]:
    provider = resource.provider
    return {
        "title_zh": resource.title_zh,
        "title_en": resource.title_en,
        "summary_zh": resource.abstract_zh,
        "summary_en": resource.abstract_en,
        "source_note": resource.source_note,
        "keywords": resource.keywords,
        "contact": " ".join(part for part in (provider.name_zh, provider.phone) if part),
    }


def _known(texts: Mapping[str, Any]) -> dict[str, Any]:
    allowed = {*TEXTS, "keywords"}
    if unknown := sorted(set(texts) - allowed):
        raise Invalid(fields={name: [_("There is no such field.")] for name in unknown})
    known = {field: value.strip() if isinstance(value, str) else value for field, value in texts.items()}
    if known.get("title_zh") == "":
        raise Invalid(fields={"title_zh": [_("Give the edition a title in Chinese.")]})
    return known


def _items(resource: Resource, codes: Iterable[str] | None) -> list[Item]:
    known = {item.code: item for item in resource.items.order_by("position", "id")}
    if codes is None:
        return [item for item in known.values() if why_not_open(item) is None]
    wanted = set(codes)
    if unknown := sorted(wanted - set(known)):
        raise Invalid(fields={"items": [_("The resource has no item “%(code)s”.") % {"code": unknown[0]}]})
    refused = [item for code, item in known.items() if code in wanted and why_not_open(item) is not None]
    if refused:
        messages = [_("%(item)s: %(why)s") % {"item": item.name_zh, "why": why_not_open(item)} for item in refused]
        raise Invalid(code="item_not_open", fields={"items": messages})
    return [item for code, item in known.items() if code in wanted]


def _choose(publication: Publication, items: list[Item]) -> None:
    """Set the items and, from them, the plan the gate will carry out."""
    publication.items.set(items)
    if items:
        plan = DeliveryPlan(version="*", columns=tuple(PlanColumn(item.code) for item in items))
        publication.plan, publication.plan_hash = plan.to_json(), plan.hash
    else:
        publication.plan, publication.plan_hash = {}, ""
    publication.save(update_fields=["plan", "plan_hash"])
