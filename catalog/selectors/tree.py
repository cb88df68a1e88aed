"""The catalogue as trees: by class and by department, with counts of what the reader may see."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import CATEGORY_KINDS, Category, Resource
from catalog.selectors.resources import resources
from portal.accounts.models import Department, Region
from portal.kernel.actors import Actor
from portal.kernel.errors import Text
from portal.workflow.models import Counter as Series

CLASSES, DEPARTMENTS = "classes", "departments"
TREES: dict[str, Text] = {CLASSES: _("By class"), DEPARTMENTS: _("By department")}
_CODE_LENGTH = 12


@dataclass(slots=True)
class Node:
    """A branch: its key in addresses, code, names, how many resources it and all below it hold, what is below."""

    key: str
    code: str
    name_zh: str
    name_en: str
    count: int = 0
    facet: str = ""
    serial: int = 0
    children: list["Node"] = field(default_factory=list)

    def walk(self, level: int = 1) -> Iterator[tuple[int, "Node"]]:
        """Yield this branch and all below it with their level."""
        yield level, self
        for child in self.children:
            yield from child.walk(level + 1)


def _published(actor: Actor) -> QuerySet[Resource]:
    return resources(actor).filter(state="published")


def class_tree(actor: Actor) -> list[Node]:
    """Return base, theme and department data with their classes; ``serial`` is the last one given (3 queries)."""
    counts: Counter[str] = Counter(dict(_published(actor).order_by().values_list("category_id").annotate(Count("pk"))))
    serials = dict(Series.objects.filter(series__startswith="catalog:").values_list("series", "value"))
    roots = {kind: Node(f"kind-{kind}", str(kind), *_both(label)) for kind, label in CATEGORY_KINDS}
    nodes: dict[str, Node] = {}
    for category in Category.objects.order_by("code"):
        serial = serials.get(f"catalog:{category.code.ljust(_CODE_LENGTH, '0')}", 0)
        node = Node(
            category.slug,
            category.code,
            category.name_zh,
            category.name_en,
            counts[category.code],
            f"category={category.slug}",
            serial,
        )
        nodes[category.code] = node
        parent = nodes.get(category.parent_id or "") or roots[category.kind]
        parent.children.append(node)
    for root in roots.values():
        _sum(root)
    return list(roots.values())


def _both(label: Text) -> tuple[str, str]:
    return str(label), str(label)


def _sum(node: Node) -> int:
    node.count += sum(_sum(child) for child in node.children)
    return node.count


def department_tree(actor: Actor) -> list[Node]:
    """Return the regions with their departments (3 queries); regions without a resource are left out."""
    counts: Counter[int] = Counter(dict(_published(actor).order_by().values_list("provider_id").annotate(Count("pk"))))
    regions = {
        region.code: Node(region.code, region.code, region.name_zh, region.name_en, facet=f"region={region.code}")
        for region in Region.objects.order_by("code")
    }
    for department in Department.objects.filter(pk__in=list(counts)).order_by("region_id", "name_zh"):
        regions[department.region_id].children.append(
            Node(
                department.slug,
                department.uscc,
                department.name_zh,
                department.name_en,
                counts[department.pk],
                f"provider={department.slug}",
            )
        )
    for region in regions.values():
        _sum(region)
    return [region for region in regions.values() if region.count]


def tree(actor: Actor, kind: str) -> list[Node]:
    """Return the tree of a kind (a key of ``TREES``)."""
    return class_tree(actor) if kind == CLASSES else department_tree(actor)


def tree_rows(nodes: list[Node]) -> Iterator[list[str]]:
    """Yield a header and a row for each branch, for the export; the numbering list has the last serial given."""
    yield [
        str(text)
        for text in (
            _("Level"),
            _("Code"),
            _("Name in Chinese"),
            _("Name in English"),
            _("Resources"),
            _("Last serial number given"),
        )
    ]
    for node in nodes:
        for level, branch in node.walk():
            row: list[Any] = [level, branch.code, branch.name_zh, branch.name_en, branch.count, branch.serial or ""]
            yield [str(value) for value in row]
