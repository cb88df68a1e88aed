"""What one line of a batch does to its resource, as a draft or an amendment."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from catalog.models import BatchLine, Resource
from catalog.selectors.amendments import work_of
from catalog.selectors.contents import amended_fields
from catalog.services.amendments import amend
from catalog.services.batches.values import class_fields, merged_items, named, state_of
from catalog.services.extensions import checked_extensions
from catalog.services.resources import create_resource, edit_resource, set_items
from portal.audit.wording import Wording
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid
from portal.workflow.snapshots import Change


@dataclass(frozen=True, slots=True)
class Done:
    """What a line does: the verdict, the description in hand before and after, what changes, without a language."""

    resource: Resource
    verdict: str
    before: dict[str, Any]
    after: dict[str, Any]
    changes: list[dict[str, Any]]


def do_line(actor: Actor, line: BatchLine) -> Done:
    """Do what a line asks for. Raises the refusals of the acts it stands for."""
    fields, items = class_fields(line.wanted["fields"]), line.wanted["items"]
    if line.resource is None:
        return _create(actor, line, fields, items)
    resource = Resource.objects.select_related("amendment", "provider__region", "category", "theme").get(
        pk=line.resource.pk
    )
    work = work_of(resource)
    if "extensions" in fields:
        fields["extensions"] = {**work.resource.extensions, **checked_extensions(fields["extensions"])}
    changed = {name: value for name, value in fields.items() if getattr(work.resource, name) != value}
    rows = merged_items(work, items) if items else None
    before = state_of(work)
    if not changed and rows is None:
        return Done(resource, "same", before, before, [])
    opened = resource.state in {"published", "suspended"} and resource.amendment is None
    if opened:
        reason = Wording(gettext_noop("Batch %(number)s: %(name)s"), **named(line.batch))
        amend(actor, resource=resource, reason=reason)
    if changed:
        edit_resource(actor, resource=resource, **changed)
    if rows is not None:
        set_items(actor, resource=resource, items=rows)
    after = work_of(Resource.objects.select_related("amendment", "category", "theme").get(pk=resource.pk))
    changes = [asdict(change) for change in amended_fields(work.resource, work.items, after.resource, after.items)]
    return Done(resource, "change" if changes else "same", before, state_of(after) | {"opened": opened}, changes)


def _create(actor: Actor, line: BatchLine, fields: dict[str, Any], items: list[dict[str, Any]] | None) -> Done:
    if line.provider is None:
        raise Invalid(fields={"provider": [_("Name the provider.")]})
    if not fields.get("title_zh"):
        raise Invalid(fields={"title_zh": [_("A resource needs at least a name in Chinese.")]})
    resource = create_resource(actor, provider=line.provider, **fields)
    if items:
        set_items(actor, resource=resource, items=items)
    resource.refresh_from_db()
    changes = [asdict(Change("items", None, len(items or ())))]
    return Done(resource, "create", {}, state_of(work_of(resource)) | {"opened": False}, changes)
