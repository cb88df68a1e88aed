"""Cells of named rows, read through the gate: for the machine that compares versions, or for a holder who reports."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.data.errors import PlanInvalid
from catalog.data.plan import Condition, DeliveryPlan, Group, Part, PlanColumn
from catalog.data.plan.conditions import fit_value
from catalog.data.plan.model import ANY_VERSION
from catalog.data.schema import Column, ItemType, columns_from_json
from catalog.gate import Delivery, Warrant, WarrantKind, release
from catalog.models import Version
from portal.kernel.actors import Actor
from portal.kernel.decisions import ALLOW, Decision, deny

#: A row by values of some of its columns, by column id or by name; null is an empty cell.
Key = Mapping[str, str | None]
_MOST_CONDITIONS = 50
_MOST_ROWS = 1000
_MACHINE_ONLY = deny("system_only", _("The system does this itself."))


def text_of(value: object, kind: ItemType) -> str | None:
    """Write a value in the one form in which values of its type are compared; None is an empty cell.

    What is no value of the type stays the text it is.
    """
    if value is None:
        return None
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        fitted = str(fit_value(Condition("", "eq", text), kind, "value").value)
    except PlanInvalid:
        return text
    return format(Decimal(fitted).normalize(), "f") if kind.is_number else fitted


def fits(value: str | None, kind: ItemType) -> bool:
    """Say whether a text is a value of the type; an empty cell is one of every type."""
    try:
        fit_value(Condition("", "eq", value or ""), kind, "value")
    except PlanInvalid:
        return value is None
    return True


def columns_by_id(version: Version) -> dict[str, Column]:
    """Return the columns of a version by their ids, in order."""
    return {column.id: column for column in columns_from_json(version.columns)}


def cells_of(
    actor: Actor, version: Version, keys: Sequence[Key], ids: Sequence[str], where: Sequence[Part] = ()
) -> list[list[dict[str, str | None]]]:
    """Read for each key the rows that fit it, as the source holds them, for the machine alone: nothing leaves.

    ``keys`` and ``ids`` name columns by id; all must be columns of the version and the key values fit their types.
    ``where`` restricts the rows further, as a grant does. Raises what the gate raises (``Gone`` for deleted data).
    """
    columns = columns_by_id(version)
    asked = dict.fromkeys([name for key in keys for name in key] + list(ids))
    plan_columns = tuple(PlanColumn(columns[name].name) for name in asked)
    found: list[list[dict[str, str | None]]] = []
    for chunk in _chunks(keys):
        named = [{columns[name].name: value for name, value in key.items()} for key in chunk]
        plan = DeliveryPlan(version=ANY_VERSION, columns=plan_columns, where=(*where, any_of(named)), limit=_MOST_ROWS)
        rows = _texts(release(actor, _machine_warrant(version, plan)))
        by_id = [{name: row[columns[name].name] for name in asked} for row in rows]
        found += [[row for row in by_id if _is_row(row, key, columns)] for key in chunk]
    return found


def delivered_rows(
    actor: Actor, warrant: Warrant, keys: Sequence[Key], names: Sequence[str]
) -> list[list[dict[str, Any]]]:
    """Read for each key (by column names) the rows that fit it, as a warrant delivers them; recorded as any use."""
    columns = {column.name: column for column in columns_from_json(warrant.version.columns)}
    asked = tuple(PlanColumn(name) for name in dict.fromkeys([*(name for key in keys for name in key), *names]))
    found: list[list[dict[str, Any]]] = []
    for chunk in _chunks(keys):
        plan = DeliveryPlan(version=ANY_VERSION, columns=asked, where=(any_of(chunk),), limit=_MOST_ROWS)
        rows = release(actor, warrant, plan).page().rows
        found += [
            [row for row in rows if _is_row({n: text_of(row[n], columns[n].type) for n in key}, key, columns)]
            for key in chunk
        ]
    return found


def any_of(keys: Sequence[Key]) -> Group:
    """Return the condition that a row has one of the keys."""
    return Group("or", tuple(Group("and", tuple(_is(name, value) for name, value in key.items())) for key in keys))


def _is(name: str, value: str | None) -> Condition:
    return Condition(name, "null", value=True) if value is None else Condition(name, "eq", value)


def _is_row(row: Mapping[str, str | None], key: Key, columns: Mapping[str, Column]) -> bool:
    return all(row[name] == text_of(value, columns[name].type) for name, value in key.items())


def _chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Give the keys in lots that stay below the conditions a plan may have."""
    size = max(1, _MOST_CONDITIONS // max((len(key) for key in keys), default=1))
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _texts(delivery: Delivery) -> list[dict[str, str | None]]:
    kinds = {field["id"]: ItemType(field["type"]) for field in delivery.fields}
    return [{name: text_of(value, kinds[name]) for name, value in row.items()} for row in delivery.page().rows]


def _machine_warrant(version: Version, plan: DeliveryPlan) -> Warrant:
    """Give the right by which the machine compares versions: a look at what was uploaded, by nobody's eyes."""

    def decide(actor: Actor) -> Decision:
        return ALLOW if actor.is_system else _MACHINE_ONLY

    number = version.resource.code
    return Warrant(kind=WarrantKind.PREVIEW, number=number, version=version, plan=plan, decide=decide, recorded=False)
