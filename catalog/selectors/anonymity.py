"""How well people hide in a version: as its rows lie there, and as its items' masks deliver them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.data.errors import EngineLimit, PlanInvalid
from catalog.data.masking import delivered_type
from catalog.data.plan import PlanColumn
from catalog.data.privacy.anonymity import Anonymity, Planned, measure
from catalog.data.privacy.roles import OF_A_PERSON, QUASI, STRICT
from catalog.data.schema import Column, columns_from_json
from catalog.models import Element, Item, Version
from catalog.selectors.manifest import locations
from portal.kernel.classification import SharingType
from portal.kernel.errors import Text

_BIRTH = "DE00004"
_OF_AGE = 18
_KEPT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Hiding:
    """One way to deliver the rows, with what was measured (None: no quasi-identifier leaves); `diversity` by item."""

    label: Text
    found: Anonymity | None
    diversity: list[tuple[Item, int]]

    @property
    def is_enough(self) -> bool:
        """Whether as many people as wanted share each combination."""
        return self.found is None or self.found.k >= self.found.wanted


@dataclass(frozen=True, slots=True)
class HidingReport:
    """What the profile page says: the items that group people, how many people are wanted, and each way to deliver.

    `ways` is empty without quasi-identifiers, and when the groups did not fit the memory (`is_too_much`).
    """

    quasi: list[Item]
    wanted: int
    is_strict: bool
    ways: list[Hiding]
    is_too_much: bool = False

    @property
    def has_sensitive(self) -> bool:
        """Whether some way to deliver shows an item that must not be known of a person."""
        return any(way.diversity for way in self.ways)


def about_the_vulnerable(items: Iterable[Item], version: Version) -> bool:
    """Say whether a table is about health or minors, where people must hide among more others (1 query).

    Its items declare it, its theme is one of ``OPENING_STRICT_THEMES``, or somebody in it is not of age.
    """
    found = list(items)
    if any(item.privacy_role in STRICT for item in found):
        return True
    if not any(item.privacy_role in OF_A_PERSON for item in found):
        return False
    if version.resource.theme_id in settings.OPENING_STRICT_THEMES:
        return True
    bound = {item.element_id for item in found if item.element_id is not None}
    born = set(Element.objects.filter(pk__in=bound, identifier=_BIRTH).values_list("pk", flat=True)) if bound else set()
    return _is_minor(version, {item.column_id for item in found if item.element_id in born})


def _is_minor(version: Version, births: set[str]) -> bool:
    today = timezone.localdate()
    limit = today.replace(year=today.year - _OF_AGE, day=min(today.day, 28))
    names = {str(column["name"]) for column in version.columns if column["id"] in births and column["type"] in "DT"}
    latest = [facts.get("maximum") for facts in version.profile.get("columns", ()) if facts["name"] in names]
    return any(date.fromisoformat(str(day)[:10]) > limit for day in latest if day)


def least_k(items: Iterable[Item], version: Version) -> int:
    """Return how many people must share their quasi-identifiers before a table may be opened."""
    strict = about_the_vulnerable(items, version)
    return settings.OPENING_STRICT_K if strict else settings.OPENING_LEAST_K


def hiding_in(version: Version, items: Sequence[Item]) -> HidingReport:
    """Measure how well people hide in a version, under the roles that `items` declare; kept for a day."""
    columns = {column.id: column for column in columns_from_json(version.columns)}
    declared = [item for item in items if item.privacy_role and item.column_id in columns]
    quasi = [item for item in declared if item.privacy_role == QUASI]
    strict = about_the_vulnerable(declared, version)
    wanted = settings.OPENING_STRICT_K if strict else settings.OPENING_LEAST_K
    plans = {_("As stored"): [(columns[i.column_id], PlanColumn(i.code)) for i in declared]}
    if any(item.mask or item.sharing_type == SharingType.NOT_SHARED for item in declared):
        masked = [(columns[item.column_id], _masked(item, columns[item.column_id])) for item in declared]
        plans[_("As shared")] = masked
    roles = {columns[item.column_id].name: item.privacy_role for item in declared}
    try:
        found = _measured(version, list(plans.values()), roles, wanted) if quasi else []
    except EngineLimit:
        return HidingReport(quasi, wanted, strict, [], is_too_much=True)
    named = {columns[item.column_id].name: item for item in declared}
    ways = [Hiding(label, one, _diversity(one, named)) for label, one in zip(plans, found, strict=False)]
    return HidingReport(quasi, wanted, strict, ways)


def _diversity(found: Anonymity | None, named: dict[str, Item]) -> list[tuple[Item, int]]:
    return [(named[name], least) for name, least in found.diversity.items()] if found else []


def _masked(item: Item, column: Column) -> PlanColumn:
    """Return what sharing does to an item; nothing of it leaves where the mask does not fit an old version's type."""
    if item.sharing_type == SharingType.NOT_SHARED:
        return PlanColumn(item.code, "drop")
    params = dict(item.mask or {})
    planned = PlanColumn(item.code, str(params.pop("op", "pass")), params)
    try:
        delivered_type(column, planned.op)
    except PlanInvalid:
        return PlanColumn(item.code, "drop")
    return planned


def _measured(version: Version, plans: list[Planned], roles: dict[str, str], wanted: int) -> list[Anonymity | None]:
    said = [[(column.id, item.to_json()) for column, item in plan] for plan in plans]
    asked = json.dumps([version.sha256, said, sorted(roles.items()), wanted])
    key = f"catalog:anonymity:{hashlib.sha256(asked.encode()).hexdigest()}"
    kept: list[Anonymity | None] | None = cache.get(key)
    if kept is None:
        columns = columns_from_json(version.columns)
        kept = measure(locations(version), columns, version.layout, plans, roles, rows=version.row_count, wanted=wanted)
        cache.set(key, kept, _KEPT_SECONDS)
    return kept
