"""Writes on a resource as an asset: its sheet, the plan of its stages, its costs, what it is made from."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import (
    COLLECTION_METHODS,
    COST_KINDS,
    DERIVATION_KINDS,
    STAGES,
    AssetCost,
    AssetSheet,
    Derivation,
    Item,
    Resource,
    StagePlan,
)
from catalog.policies import decide_asset, visible
from catalog.selectors.assets import ENTERED
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed, NotFound, Text

SHEET_FIELDS = frozenset({
    "collection_method", "system_name", "storage_place", "value_statement", "keep_until", "keep_basis",
    "collect_again_reason",
})  # fmt: skip
FIRST_YEAR = 1990
MOST_MADE_FROM = 200


def _ask(actor: Actor, resource: Resource) -> int:
    decision = decide_asset(actor, "edit", resource)
    if actor.user_id is None or not decision:
        raise NotAllowed(decision.reason, code=decision.code)
    return actor.user_id


@transaction.atomic
def edit_asset(actor: Actor, *, resource: Resource, **fields: Any) -> AssetSheet:
    """Write the asset sheet; ``fields`` are those of ``SHEET_FIELDS``.

    Writes an audit entry ``catalog.edit_asset`` naming what changed. Raises ``NotAllowed``, ``Invalid`` for a field.
    """
    person = _ask(actor, resource)
    if unknown := set(fields) - SHEET_FIELDS:
        raise Invalid(fields={name: [_("A resource or data item has no such field.")] for name in sorted(unknown)})
    if fields.get("collection_method") and fields["collection_method"] not in dict(COLLECTION_METHODS):
        raise Invalid(fields={"collection_method": [_("This is not in the code list.")]})
    if fields.get("keep_until") and not fields.get("keep_basis"):
        raise Invalid(fields={"keep_basis": [_("Name what sets the retention period: a law, a rule, a decision.")]})
    sheet, _made = AssetSheet.objects.select_for_update(of=("self",)).get_or_create(
        resource=resource, defaults={"updated_by_id": person}
    )
    changed = sorted(name for name, value in fields.items() if getattr(sheet, name) != value)
    if changed:
        for name in changed:
            setattr(sheet, name, fields[name])
        sheet.updated_by_id = person
        sheet.save(update_fields=[*changed, "updated_by", "updated_at"])
        record(actor, action="catalog.edit_asset", obj=resource, label=resource.code, details={"fields": changed})
    return sheet


@transaction.atomic
def plan_stages(
    actor: Actor, *, resource: Resource, planned: Mapping[str, date | None], reached: Mapping[str, date | None]
) -> None:
    """Set for which day each stage is planned, and when those were reached that no record can tell.

    Writes an audit entry ``catalog.plan_stages``. Raises ``Invalid`` for a stage that does not exist, for a day
    entered where the records know it, and for a day to come that was reached.
    """
    _ask(actor, resource)
    known, today = dict(STAGES), timezone.localdate()
    problems: dict[str, list[Text]] = {}
    for stage in {*planned, *reached} - set(known):
        problems[stage] = [_("There is no such stage.")]
    for stage in set(reached) - ENTERED:
        problems[f"reached_{stage}"] = [_("The records say when this stage was reached.")]
    for stage, day in reached.items():
        if day is not None and day > today:
            problems[f"reached_{stage}"] = [_("This day is still to come.")]
    if problems:
        raise Invalid(fields=problems)
    for stage in known:
        if stage in planned or stage in reached:
            _set_stage(resource, stage, planned.get(stage), reached.get(stage))
    record(
        actor,
        action="catalog.plan_stages",
        obj=resource,
        label=resource.code,
        details={"planned": {stage: str(day) for stage, day in planned.items() if day}},
    )


def _set_stage(resource: Resource, stage: str, planned: date | None, reached: date | None) -> None:
    if planned is None and reached is None:
        StagePlan.objects.filter(resource=resource, stage=stage).delete()
        return
    StagePlan.objects.update_or_create(
        resource=resource, stage=stage, defaults={"planned_on": planned, "reached_on": reached}
    )


@transaction.atomic
def set_cost(
    actor: Actor, *, resource: Resource, year: int, kind: str, amount: Decimal | None, note: str = ""
) -> AssetCost | None:
    """Record what a resource cost in a year for one kind of work, in yuan; ``None`` takes the entry away.

    Writes an audit entry ``catalog.set_cost`` with the amount before and after. Raises ``Invalid``, ``NotAllowed``.
    """
    person = _ask(actor, resource)
    problems: dict[str, list[Text]] = {}
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        problems["year"] = [_("A year from 1990 to this one.")]
    if kind not in dict(COST_KINDS):
        problems["kind"] = [_("This is not in the code list.")]
    if amount is not None and amount < 0:
        problems["amount"] = [_("A cost is not negative.")]
    if problems:
        raise Invalid(fields=problems)
    entry = AssetCost.objects.select_for_update().filter(resource=resource, year=year, kind=kind).first()
    before = str(entry.amount) if entry else None
    if amount is None:
        if entry is not None:
            entry.delete()
        entry = None
    else:
        entry, _made = AssetCost.objects.update_or_create(
            resource=resource,
            year=year,
            kind=kind,
            defaults={"amount": amount, "note": note.strip()[:200], "recorded_by_id": person},
        )
    details = {"year": year, "kind": kind, "before": before, "after": None if amount is None else str(amount)}
    record(actor, action="catalog.set_cost", obj=resource, label=resource.code, details=details)
    return entry


@transaction.atomic
def declare_origin(
    actor: Actor,
    *,
    resource: Resource,
    source_code: str,
    kind: str,
    column: str = "",
    source_column: str = "",
    note: str = "",
) -> Derivation:
    """Declare that ``resource``, or its item ``column``, is made from another resource, or an item of that.

    Writes an audit entry ``catalog.declare_origin``. Raises ``Invalid`` for a source that the actor does not see, a
    circle of resources made from each other, or a pair that is declared already.
    """
    person = _ask(actor, resource)
    Resource.objects.select_for_update().get(pk=resource.pk)
    source = Resource.objects.filter(visible(actor), code=source_code.strip().replace("~", "/")).first()
    if source is None:
        raise Invalid(fields={"source_code": [_("There is no resource of this code that you may see.")]})
    if kind not in dict(DERIVATION_KINDS):
        raise Invalid(fields={"kind": [_("This is not in the code list.")]})
    if source.pk == resource.pk or resource.pk in _upstream(source):
        raise Invalid(fields={"source_code": [_("This resource is itself made from the one it would be made into.")]})
    item = _item(resource, column, "column")
    source_item = _item(source, source_column, "source_column")
    same = {"target": resource, "source": source, "target_item": item, "source_item": source_item}
    if Derivation.objects.filter(**same).exists():
        raise Invalid(fields={"source_code": [_("This origin is declared already.")]})
    if resource.made_from.count() >= MOST_MADE_FROM:
        raise Invalid(fields={"source_code": [_("A resource has at most 200 declared origins.")]})
    made = Derivation.objects.create(**same, kind=kind, note=note.strip()[:200], created_by_id=person)
    details = {"source": source.code, "kind": kind, "item": column, "source_item": source_column}
    record(actor, action="catalog.declare_origin", obj=resource, label=resource.code, details=details)
    return made


@transaction.atomic
def take_back_origin(actor: Actor, *, resource: Resource, derivation_id: int) -> None:
    """Take a declared origin away. Writes an audit entry ``catalog.take_back_origin``."""
    _ask(actor, resource)
    found = resource.made_from.select_related("source").filter(pk=derivation_id).first()
    if found is None:
        raise NotFound(_("This origin is not declared any more."))
    found.delete()
    record(
        actor,
        action="catalog.take_back_origin",
        obj=resource,
        label=resource.code,
        details={"source": found.source.code, "kind": found.kind},
    )


def _item(resource: Resource, column: str, field: str) -> Item | None:
    if not column:
        return None
    item = resource.items.filter(code=column).first()
    if item is None:
        raise Invalid(fields={field: [_("There is no such data item.")]})
    return item


def _upstream(resource: Resource) -> set[int]:
    """Return everything a resource is made from, over all steps."""
    seen: set[int] = set()
    front = {resource.pk}
    while front:
        front = set(Derivation.objects.filter(target_id__in=front).values_list("source_id", flat=True)) - seen
        seen |= front
    return seen
