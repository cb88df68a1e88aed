"""Lineage of a resource: what its data is made from and where it goes, for the whole table and for each item."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import Derivation, Item, Resource, Upload
from catalog.policies import decide
from catalog.selectors.dependents import Dependent, dependents_of
from catalog.selectors.resources import resources
from portal.kernel.actors import Actor
from portal.kernel.errors import NotFound, Text
from portal.web.bilingual import text_of
from portal.web.graphs import Graph, Node, three_columns

#: Sources drawn at most; the table below the drawing lists all.
DRAWN = 12


@dataclass(frozen=True, slots=True)
class Origin:
    """One thing a resource is made from: another resource, or the last file it came by."""

    kind: str
    kind_label: Text
    label: Text
    url: str
    #: Items made from it: the target's column name → the source's column name ("" where none is named).
    columns: Mapping[str, str]
    how: Text = ""
    derivation: Derivation | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """Upstream and downstream of one resource; ``item`` is the column looked at, or None for the table."""

    resource: Resource
    items: list[Item]
    item: Item | None
    origins: list[Origin]
    dependents: list[Dependent]

    @property
    def uses(self) -> list[tuple[Item, list[tuple[Dependent, str]]]]:
        """Each item with the dependents that use it and what is done to its values."""
        return [(item, [(one, op) for one in self.dependents if (op := _op(one, item))]) for item in self.items]

    @property
    def graph(self) -> Graph:
        """The drawing: origins on the left, the resource in the middle, dependents on the right."""
        left = [Node(str(one.label), str(one.kind_label), one.url) for one in self.origins[:DRAWN]]
        right = [Node(_to(one), str(one.kind_label), one.url, faint=not one.stands) for one in self.dependents[:DRAWN]]
        middle = text_of(self.item, "name") if self.item else text_of(self.resource, "title")
        return three_columns(left, Node(middle, self.resource.code, self.resource.get_absolute_url()), right)

    def to_json(self) -> dict[str, Any]:
        """Give what the API answers."""
        return {
            "code": self.resource.code,
            "item": self.item.code if self.item else None,
            "upstream": [
                {"kind": one.kind, "label": str(one.label), "url": one.url, "how": str(one.how), "items": one.columns}
                for one in self.origins
            ],
            "downstream": [dependent_json(one) for one in self.dependents],
        }


def dependent_json(one: Dependent) -> dict[str, Any]:
    """Give one dependent as the API answers it."""
    return {
        "kind": one.kind,
        "number": one.number,
        "label": str(one.label),
        "url": one.url,
        "state": one.state,
        "stands": one.stands,
        "department": one.department.name_zh if one.department else None,
        "items": dict(one.columns),
    }


def lineage_of(actor: Actor, resource: Resource, *, column: str = "") -> Lineage:
    """Return the lineage of ``resource``, or of its item ``column`` where one is named (5 queries and the apps' own).

    Where the data goes, and the file it came by, is for the resource's keepers; others get no dependents.
    Raises ``NotFound`` for an item that is not there.
    """
    keeps = bool(decide(actor, "history", resource))
    items = list(resource.items.all())
    item = next((one for one in items if one.code == column), None)
    if column and item is None:
        raise NotFound(_("There is no such data item."))
    origins = [*_sources(actor, resource), *(_file(resource) if keeps else ())]
    origins = [one for one in origins if item is None or item.code in one.columns or not one.columns]
    dependents = dependents_of(resource) if keeps else []
    if item is not None:
        dependents = [one for one in dependents if _op(one, item)]
    return Lineage(resource, items, item, origins, dependents)


def derived_from(resources: Collection[Resource]) -> Iterator[tuple[int, Dependent]]:
    """Yield the resources made from ``resources``; the catalogue's own answer to ``dependents_among`` (1 query)."""
    rows = Derivation.objects.filter(source__in=resources).select_related("target__provider__region", "source_item")
    grouped: dict[tuple[int, int], list[Derivation]] = {}
    for row in rows:
        grouped.setdefault((row.source_id, row.target_id), []).append(row)
    for (source_id, _target_id), found in grouped.items():
        target = found[0].target
        dependent = Dependent(
            kind="resource",
            kind_label=_("Resource"),
            number=target.code,
            label=text_of(target, "title"),
            url=target.get_absolute_url(),
            state=target.state,
            state_label=target.get_state_display(),
            department=target.provider,
            columns={row.source_item.code: row.kind for row in found if row.source_item},
            stands=target.state != "retired",
            since=found[0].created_at.date(),
        )
        yield source_id, dependent


def _op(one: Dependent, item: Item) -> str:
    """Return what a dependent does with an item: "pass", a mask, or "" when it does not use it."""
    op = one.columns.get(item.code, "") if one.columns else "pass"
    return "" if op == "drop" else op


def _sources(actor: Actor, resource: Resource) -> Iterator[Origin]:
    rows = resource.made_from.select_related("source__provider", "source_item", "target_item")
    seen = set(resources(actor).filter(made_into__target=resource).values_list("pk", flat=True))
    for row in rows:
        columns = {row.target_item.code: row.source_item.code if row.source_item else ""} if row.target_item else {}
        is_seen = row.source_id in seen
        yield Origin(
            kind="resource",
            kind_label=_("Resource"),
            label=text_of(row.source, "title") if is_seen else _("A resource that is not open to you"),
            url=row.source.get_absolute_url() if is_seen else "",
            columns=columns,
            how=row.get_kind_display(),
            derivation=row,
        )


def _file(resource: Resource) -> Iterator[Origin]:
    upload = Upload.objects.filter(resource=resource, state="accepted").order_by("-pk").first()
    if upload is not None:
        url = f"{resource.get_absolute_url()}uploads/{upload.pk}/"
        yield Origin(kind="upload", kind_label=_("File handed in"), label=upload.name, url=url, columns={})


def _to(one: Dependent) -> str:
    if one.department is None:
        return f"{one.label}"
    name = text_of(one.department, "name")
    return f"{name} · {one.number}" if one.kind != "resource" else str(one.label)
