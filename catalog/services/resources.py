"""Writes on a resource's description: register, edit, set its data items. Drafts may have gaps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Item, Resource
from catalog.policies import decide, decide_create
from catalog.selectors.amendments import Work, content_to_json, items_to_json, work_of
from catalog.services.codes import next_code
from catalog.services.extensions import checked_extensions
from catalog.services.indexing import reindex
from catalog.services.items import choices_of, ensure_free, read_items, write_items
from portal.accounts.models import Department
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed, NotFound, Text

EDITABLE = frozenset({
    "title_zh", "title_en", "abstract_zh", "abstract_en", "keywords", "category", "theme", "format", "update_cycle",
    "sharing_method", "use_conditions", "source_note", "secrecy_assessment", "privacy_assessment", "extensions",
    "related",
})  # fmt: skip
MOST_KEYWORDS = 20


@transaction.atomic
def create_resource(actor: Actor, *, provider: Department, title_zh: str, **fields: Any) -> Resource:
    """Register a draft of ``provider`` and give it its code for good.

    ``fields`` are those of ``EDITABLE``. Writes an audit entry ``catalog.create``.
    Raises ``NotAllowed`` when the actor is no data officer of the provider, ``Invalid`` for a field.
    """
    if not (decision := decide_create(actor, provider.pk)):
        raise NotAllowed(decision.reason, code=decision.code)
    related = fields.pop("related", None)
    values = _clean({"title_zh": title_zh, **fields})
    resource = Resource(code="", provider=provider, created_by_id=_person(actor), **values)
    _check_choices(resource)
    resource.code = next_code(resource.category)
    resource.save(force_insert=True)
    if related is not None:
        resource.related.set(related)
    reindex(resource)
    record(actor, action="catalog.create", obj=resource, details={"code": resource.code})
    return resource


@transaction.atomic
def edit_resource(actor: Actor, *, resource: Resource, **fields: Any) -> Resource:
    """Change the description of a draft or returned resource, or of the open amendment of a published one.

    Only what differs is written; what is published stays as it is. Locks the row. Writes an audit entry
    ``catalog.edit`` with the names of the fields.
    Raises ``NotAllowed``, ``Invalid`` for a field, ``NotFound`` when it is gone.
    """
    locked = _locked(actor, resource)
    work = work_of(locked)
    related = fields.pop("related", None)
    values = _clean(fields)
    if "extensions" in values:
        kept = {code: value for code, value in work.resource.extensions.items() if code not in fields["extensions"]}
        values["extensions"] = kept | values["extensions"]
    changed = [name for name, value in values.items() if getattr(work.resource, name) != value]
    for name in changed:
        setattr(work.resource, name, values[name])
    _check_choices(work.resource)
    keys = sorted(work.related if related is None else {other.pk for other in related})
    if keys != sorted(work.related):
        changed.append("related")
    if changed:
        _write(work, changed, keys)
        record(actor, action="catalog.edit", obj=locked, details={"fields": sorted(changed), **_where(work)})
    return locked


def _write(work: Work, changed: Sequence[str], related: Sequence[int]) -> None:
    if work.amendment is not None:
        work.amendment.content = content_to_json(work.resource, related)
        work.amendment.save(update_fields=["content", "updated_at"])
        return
    work.resource.save(update_fields=[*(name for name in changed if name != "related"), "updated_at"])
    if "related" in changed:
        work.resource.related.set(related)
    reindex(work.resource)


def _where(work: Work) -> dict[str, Any]:
    """Return what the record says of an act on an amendment rather than on the resource itself."""
    return {"amendment": work.amendment.pk} if work.amendment else {}


@transaction.atomic
def set_items(actor: Actor, *, resource: Resource, items: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Make the data items of a resource, or of its open amendment, those given, in that order.

    ``items`` hold fields of ``ITEM_FIELDS``; one with the same ``code`` is kept; a missing ``code`` is made from the
    English name or from pinyin; ``former_code`` renames an item and keeps all else that is known of it.
    A resource takes the strictest sharing and opening attribute and the highest grade of its items.
    Locks the resource. Writes an audit entry ``catalog.set_items``.
    Raises ``NotAllowed``, ``Invalid`` with keys such as ``items.3.code`` (counted from 0).
    """
    locked = _locked(actor, resource)
    work = work_of(locked)
    present = {item.code: item for item in work.items}
    wanted = read_items(locked, items, present)
    if work.amendment is not None:
        kept = {item.pk for item in wanted}
        ensure_free([item for item in locked.items.all() if item.pk not in kept])
        work.amendment.items = items_to_json(wanted)
        work.amendment.save(update_fields=["items", "updated_at"])
    else:
        write_items(locked, wanted)
        reindex(locked)
    removed = sorted(set(present) - {item.code for item in wanted})
    details = {"items": len(wanted), "removed": removed, **_where(work)}
    record(actor, action="catalog.set_items", obj=locked, details=details)
    return wanted


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowed(_("Only a person may do this."), code="no_person")
    return actor.user_id


def _locked(actor: Actor, resource: Resource) -> Resource:
    locked = (
        Resource.objects.select_for_update(of=("self",))
        .select_related("provider", "category", "theme", "amendment")
        .filter(pk=resource.pk)
        .first()
    )
    if locked is None:
        raise NotFound(_("This no longer exists."))
    if not (decision := decide(actor, "edit", locked)):
        raise NotAllowed(decision.reason, code=decision.code)
    return locked


def _clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - EDITABLE:
        raise Invalid(fields={name: [_("A resource or data item has no such field.")] for name in sorted(unknown)})
    values = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    problems: dict[str, list[Text]] = {}
    if "title_zh" in values and not values["title_zh"]:
        problems["title_zh"] = [_("A resource needs at least a name in Chinese.")]
    if "keywords" in values:
        values["keywords"] = list(dict.fromkeys(str(word).strip() for word in values["keywords"] if str(word).strip()))
        if len(values["keywords"]) > MOST_KEYWORDS:
            problems["keywords"] = [_("At most 20 keywords.")]
    if problems:
        raise Invalid(fields=problems)
    if "extensions" in values:
        values["extensions"] = checked_extensions(dict(fields["extensions"]))
    return values


def _check_choices(resource: Resource) -> None:
    """Refuse values outside the code lists and texts longer than their column."""
    problems: dict[str, list[Text]] = {}
    for name in ("title_zh", "title_en"):
        if len(getattr(resource, name)) > 200:  # noqa: PLR2004 - the column's length
            problems[name] = [_("At most 200 characters.")]
    for name in ("format", "sharing_method", "update_cycle"):
        choices = choices_of(Resource, name)
        value = getattr(resource, name)
        if value is not None and value not in choices:
            problems[name] = [_("This is not in the code list.")]
    if isinstance(resource.theme, Category) and resource.theme.kind != 2:  # noqa: PLR2004 - kind of themes
        problems["theme"] = [_("This class is not a theme.")]
    if problems:
        raise Invalid(fields=problems)
