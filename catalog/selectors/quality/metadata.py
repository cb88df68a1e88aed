"""Points for the description itself, apart from the data: what is stated, and where what is not is stated.

The groups and their weights follow the Metadata Quality Assessment of data.europa.eu (405 points in all), with the
elements of the catalogue in the places of DCAT's. Each point is one condition of the database, used for one resource
and for lists alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Item, Resource
from catalog.policies import kept_assets
from portal.kernel.actors import Actor
from portal.kernel.errors import Text

LONG_ENOUGH = 60
"""Characters of an abstract from which it says more than the name."""
GROUPS: dict[str, Text] = {
    "findability": _("Findability"),
    "accessibility": pgettext_lazy("of data", "Accessibility"),
    "interoperability": _("Interoperability"),
    "reusability": _("Reusability"),
    "contextuality": _("Context"),
}


@dataclass(frozen=True)
class _Point:
    key: str
    group: str
    points: int
    label: Text
    page: str
    condition: Q


@dataclass(frozen=True, kw_only=True)
class MetadataPoint:
    """One point of a resource: whether it is earned, and the address of the page that mends it."""

    key: str
    group: Text
    label: Text
    points: int
    is_met: bool
    url: str


def _items(**conditions: object) -> Exists:
    return Exists(Item.objects.filter(resource=OuterRef("pk"), **conditions))


_HAS_ITEMS = Q(_items())
_POINTS: tuple[_Point, ...] = (
    _Point("keywords", "findability", 30, _("Keywords are stated"), "edit_basic", ~Q(keywords=[])),
    _Point("class", "findability", 20, _("A class of the catalog is chosen"), "edit_basic", Q(category__isnull=False)),
    _Point("theme", "findability", 20, _("A theme is chosen"), "edit_basic", Q(theme__isnull=False)),
    _Point("abstract", "findability", 20, _("The abstract says more than the name"), "edit_basic",
           Q(abstract_length__gte=LONG_ENOUGH)),
    _Point("cycle", "findability", 10, _("The update cycle is stated"), "edit_basic", Q(update_cycle__isnull=False)),
    _Point("published", "accessibility", 50, _("Published in the catalog"), "check",
           Q(published_at__isnull=False) & ~Q(state__in=("suspended", "retired"))),
    _Point("data", "accessibility", 30, _("There is a data file"), "upload", Q(current_version__isnull=False)),
    _Point("checked", "accessibility", 20, _("The data was checked"), "quality", Q(quality__score__isnull=False)),
    _Point("items", "interoperability", 30, _("Data items are declared"), "edit_items", _HAS_ITEMS),
    _Point("key", "interoperability", 20, _("The key is declared"), "edit_items", Q(_items(is_key=True))),
    _Point("meanings", "interoperability", 20, _("Every data item has its meaning"), "edit_items",
           _HAS_ITEMS & ~Q(_items(description=""))),
    _Point("lengths", "interoperability", 10, _("Every text item has a length"), "edit_items",
           _HAS_ITEMS & ~Q(_items(type="C", length__isnull=True))),
    _Point("machine", "interoperability", 30, _("The format can be read by machines"), "edit_basic",
           Q(format__in=("database", "spreadsheet", "text", "service"))),
    _Point("conditions", "reusability", 20, _("The conditions of use are stated"), "edit_basic",
           ~Q(use_conditions="") | Q(sharing_type=1)),
    _Point("basis", "reusability", 10, _("What is not shared has its legal basis"), "edit_attributes",
           ~Q(_items(sharing_type=3, basis_document=""))),
    _Point("assessed", "reusability", 15, _("Both assessments are attached"), "edit_assessments",
           ~Q(secrecy_assessment="") & ~Q(privacy_assessment="")),
    _Point("contact", "reusability", 20, _("The provider states a telephone number"), "", ~Q(provider__phone="")),
    _Point("source", "reusability", 10, _("The source of the data is stated"), "edit_basic", ~Q(source_note="")),
    _Point("english", "contextuality", 10, _("There is an English name"), "edit_basic", ~Q(title_en="")),
    _Point("item_names", "contextuality", 10, _("Every data item has an English name"), "edit_items",
           _HAS_ITEMS & ~Q(_items(name_en=""))),
)  # fmt: skip
TOTAL = sum(point.points for point in _POINTS)


def with_metadata_score(resources: QuerySet[Resource]) -> QuerySet[Any]:
    """Annotate resources with ``metadata_points``, out of ``TOTAL``."""
    total = sum((_earned(point) for point in _POINTS), start=Value(0, output_field=IntegerField()))
    return resources.annotate(abstract_length=Length("abstract_zh")).annotate(metadata_points=total)


def _earned(point: _Point) -> Case:
    return Case(When(point.condition, then=Value(point.points)), default=Value(0), output_field=IntegerField())


def metadata_points(resource: Resource, url_for: Callable[[str], str]) -> list[MetadataPoint]:
    """Return every point of a resource, with the address that mends it made by ``url_for`` (1 query)."""
    base = Resource.objects.filter(pk=resource.pk).annotate(abstract_length=Length("abstract_zh"))
    earned = base.values_list(*(_earned(point) for point in _POINTS)).get()
    return [
        MetadataPoint(
            key=point.key,
            group=GROUPS[point.group],
            label=point.label,
            points=point.points,
            is_met=bool(points),
            url=url_for(point.page) if point.page else "",
        )
        for point, points in zip(_POINTS, earned, strict=True)
    ]


def worst_described(actor: Actor) -> QuerySet[Resource]:
    """Return the resources whose descriptions ``actor`` answers for, those with the fewest points first."""
    kept = Resource.objects.filter(kept_assets(actor)).exclude(state="retired")
    found = with_metadata_score(kept).select_related("provider__region")
    return found.order_by("metadata_points", "provider_id", "code")
