"""Data as an asset: the stages of its life with their dates, its storage, cost, use and worth; the register of all."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import COST_KINDS, STAGES, AssetCost, AssetSheet, DataFile, Derivation, Resource, StagePlan
from catalog.policies import decide_register, kept_assets
from catalog.selectors.dependents import Dependent, Use, dependents_of, uses_of
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed, Text

#: How far back uses are counted on pages.
USE_DAYS = 365
LONGEST_QUERY = 200
#: Stages whose day only a person knows; the others are read from the records.
ENTERED = frozenset({"collected", "archived"})


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the life cycle: the day it was reached (None: not yet) and the day it is planned for."""

    code: str
    label: Text
    reached_on: date | None
    planned_on: date | None
    note: Text = ""

    @property
    def state(self) -> str:
        """One of done, late, planned, open."""
        if self.reached_on is not None:
            return "done"
        if self.planned_on is None:
            return "open"
        return "late" if self.planned_on < timezone.localdate() else "planned"


@dataclass(frozen=True, slots=True)
class YearCost:
    """The costs of one year by kind, in yuan."""

    year: int
    amounts: list[Decimal | None]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Asset:
    """Everything the asset page of one resource shows; costs only for its keepers."""

    sheet: AssetSheet | None
    stages: list[Stage]
    versions: int
    stored_bytes: int
    use: Use
    costs: list[YearCost]
    made_into: int

    @property
    def total_cost(self) -> Decimal:
        """All recorded costs in yuan."""
        return sum((year.total for year in self.costs), Decimal())


def asset_of(resource: Resource, *, with_costs: bool) -> Asset:
    """Gather the asset page of a resource (about 8 queries and the apps' own)."""
    stored = stored_of([resource.pk]).get(resource.pk, Stored())
    return Asset(
        sheet=AssetSheet.objects.filter(resource=resource).select_related("updated_by").first(),
        stages=life_cycle(resource, dependents_of(resource)),
        versions=stored.versions,
        stored_bytes=stored.bytes,
        use=uses_of([resource.pk], use_start())[resource.pk],
        costs=_costs(resource) if with_costs else [],
        made_into=Derivation.objects.filter(source=resource).values("target").distinct().count(),
    )


def use_start() -> date:
    """Return the first day of the year whose uses are counted."""
    return timezone.localdate() - timedelta(days=USE_DAYS)


@dataclass(frozen=True, slots=True)
class Stored:
    """What of a resource lies in the store: its versions and their bytes, and when the first one was made."""

    versions: int = 0
    bytes: int = 0
    first_on: date | None = None


def stored_of(resource_ids: Collection[int]) -> dict[int, Stored]:
    """Return what lies in the store for each resource (2 queries)."""
    made = (
        Resource.objects.filter(pk__in=resource_ids)
        .annotate(n=Count("versions"), first=Min("versions__created_at"))
        .values_list("pk", "n", "first")
    )
    sizes = dict(_kept_files(resource_ids).values_list("resource").annotate(Sum("byte_count")))
    return {pk: Stored(n, sizes.get(pk, 0), _day(first)) for pk, n, first in made}


def _kept_files(resource_ids: Any) -> QuerySet[DataFile]:
    """Return the files that lie in the store; versions share them, so that versions' bytes must not be added up."""
    return DataFile.objects.filter(resource__in=resource_ids, deleted_at=None).order_by()


def life_cycle(resource: Resource, dependents: Iterable[Dependent]) -> list[Stage]:
    """Return the stages in their order; days come from the records, from the officer where no record can tell."""
    plans = {plan.stage: plan for plan in StagePlan.objects.filter(resource=resource)}
    reached = _reached(resource, list(dependents))
    stages = []
    for code, label in STAGES:
        plan = plans.get(code)
        day = reached.get(code) or (plan.reached_on if plan else None)
        stages.append(Stage(code, label, day, plan.planned_on if plan else None))
    return stages


def _reached(resource: Resource, dependents: list[Dependent]) -> dict[str, date | None]:
    first = resource.versions.aggregate(first=Min("created_at"))["first"]
    begun = {kind: _earliest(one.since for one in dependents if one.kind == kind) for kind in ("grant", "edition")}
    used = _earliest(one.since for one in dependents if one.kind in {"grant", "resource"} and one.since)
    return {
        "cataloged": _day(resource.published_at),
        "integrated": _day(first),
        "shared": begun["grant"],
        "opened": begun["edition"],
        "used": used,
        "retired": timezone.localdate(resource.updated_at) if resource.state == "retired" else None,
    }


def _earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _day(moment: Any) -> date | None:
    return timezone.localdate(moment) if moment else None


def _costs(resource: Resource) -> list[YearCost]:
    years: dict[int, dict[str, Decimal]] = {}
    for cost in AssetCost.objects.filter(resource=resource):
        years.setdefault(cost.year, {})[cost.kind] = cost.amount
    kinds = [kind for kind, _label in COST_KINDS]
    return [
        YearCost(year, [found.get(kind) for kind in kinds], sum(found.values(), Decimal()))
        for year, found in sorted(years.items(), reverse=True)
    ]


def assets(actor: Actor) -> QuerySet[Resource]:
    """Return the resources whose assets the actor accounts for, retired ones too, by code."""
    return (
        Resource.objects.filter(kept_assets(actor))
        .select_related("provider__region", "category", "current_version", "asset_sheet")
        .defer("search_vector", "search_title", "secrecy_assessment", "privacy_assessment")
        .order_by("code")
    )


@dataclass(frozen=True, slots=True)
class AssetLine:
    """One resource in the register of assets; ``cost`` in yuan over all years."""

    resource: Resource
    stored: Stored
    use: Use
    cost: Decimal

    @property
    def rows(self) -> int:
        """Rows of the current version."""
        return self.resource.current_version.row_count if self.resource.current_version else 0

    @property
    def value_statement(self) -> str:
        """What the officer says it is worth."""
        sheet = getattr(self.resource, "asset_sheet", None)
        return sheet.value_statement if sheet else ""


def asset_lines(found: Collection[Resource]) -> list[AssetLine]:
    """Return the register's lines for some resources, all counted together (3 queries and the apps' own)."""
    ids = [resource.pk for resource in found]
    stored, uses = stored_of(ids), uses_of(ids, use_start())
    costs = dict(
        AssetCost.objects.filter(resource_id__in=ids).order_by().values_list("resource").annotate(Sum("amount"))
    )
    return [AssetLine(one, stored[one.pk], uses[one.pk], costs.get(one.pk, Decimal())) for one in found]


@dataclass(frozen=True, slots=True)
class AssetTotals:
    """The register in one line: resources, rows and bytes they hold, costs in yuan, when something last came in."""

    resources: int
    rows: int
    bytes: int
    cost: Decimal
    last_version: date | None


def asset_totals(found: QuerySet[Resource]) -> AssetTotals:
    """Add the register up (3 queries)."""
    base = Resource.objects.filter(pk__in=found.order_by().values("pk"))
    row = base.aggregate(n=Count("pk"), rows=Sum("current_version__row_count"), last=Max("current_version__created_at"))
    size = _kept_files(base).aggregate(size=Sum("byte_count"))["size"]
    cost = AssetCost.objects.filter(resource__in=base).aggregate(cost=Sum("amount"))["cost"]
    return AssetTotals(row["n"], row["rows"] or 0, size or 0, cost or Decimal(), _day(row["last"]))


def asked(actor: Actor, words: str) -> QuerySet[Resource]:
    """Return the assets that have all words in their name, code or provider.

    Raises ``NotAllowed`` for whoever has no data office and no data authority, ``Invalid`` (``q``) for too many words.
    """
    if not (decision := decide_register(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    if len(words) > LONGEST_QUERY:
        raise Invalid(_("The search words are too long."), fields={"q": [_("At most 200 characters.")]})
    found = assets(actor)
    for word in words.split():
        found = found.filter(
            Q(title_zh__icontains=word)
            | Q(title_en__icontains=word)
            | Q(code__icontains=word)
            | Q(provider__name_zh__icontains=word)
        )
    return found


def register_rows(found: QuerySet[Resource], batch: int = 500) -> Iterator[list[Any]]:
    """Yield the register as a table for spreadsheets: a header, then one row a resource."""
    yield [
        _("Code"), _("Name in Chinese"), _("Name in English"), _("Provider"), _("Provider code"), _("Region"),
        _("Class"), _("Grade"), _("State"), _("Rows"), _("Versions"), _("Bytes stored"), _("Last version"),
        _("Active grants"), _("Departments served"), _("Rows delivered in a year"), _("Public downloads in a year"),
        _("Cost in yuan"), _("Value statement"), _("Kept until"),
    ]  # fmt: skip
    ids = list(found.values_list("pk", flat=True))
    for at in range(0, len(ids), batch):
        chunk = list(found.filter(pk__in=ids[at : at + batch]))
        yield from map(_register_row, asset_lines(chunk))


def _register_row(line: AssetLine) -> list[Any]:
    one, sheet = line.resource, getattr(line.resource, "asset_sheet", None)
    made = one.current_version.created_at if one.current_version else None
    return [
        one.code, one.title_zh, one.title_en, one.provider.name_zh, one.provider.uscc, one.provider.region.name_zh,
        one.category or "", one.get_grade_display(), one.get_state_display(), line.rows, line.stored.versions,
        line.stored.bytes, _day(made) or "", line.use.grants, line.use.departments, line.use.rows, line.use.downloads,
        line.cost, line.value_statement, (sheet and sheet.keep_until) or "",
    ]  # fmt: skip
