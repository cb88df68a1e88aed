"""Facets of a search: what they count, under which names their values stand, and the counting in one pass."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.models import FORMATS, OPENING_TYPES, SHARING_TYPES, UPDATE_CYCLES, Category
from portal.accounts.models import GRADES, Department, Region
from portal.kernel.errors import Invalid, Text


@dataclass(frozen=True, slots=True)
class Named:
    """Where the values of a facet have their names.

    The rows are counted by ``column``, which they hold themselves; ``names`` gives (that key, the value in addresses,
    its Chinese and its English name) and is asked for the keys counted only: joining names to every row took longer
    than all the counting.
    """

    column: str
    names: QuerySet[Any, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class FacetSpec:
    """A facet: its key in the address, its label, the field that a choice filters, the labels of its values.

    Either ``choices`` gives the labels and ``field`` is counted, or ``named`` says by what it is counted.
    """

    name: str
    label: Text
    field: str
    choices: Sequence[tuple[Any, Text]] = ()
    named: Named | None = None

    @property
    def counted(self) -> str:
        """The column that rows are counted by."""
        return self.named.column if self.named else self.field


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet with how many results it would give."""

    value: str
    label: Text
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, the most frequent first; ``hidden`` counts those left out."""

    name: str
    label: Text
    options: list[Option]
    hidden: int = 0

    def trimmed(self, shown: int) -> "Facet":
        """Return the facet with its first values and the chosen ones."""
        kept = [option for at, option in enumerate(self.options) if at < shown or option.is_selected]
        return replace(self, options=kept, hidden=len(self.options) - len(kept))


def resource_facets(path: str = "") -> tuple[FacetSpec, ...]:
    """Return the facets of resources, for rows from which ``path`` leads to the resource."""
    return (
        provider_facet("provider", _("Provider"), path),
        region_facet(path),
        theme_facet(path),
        FacetSpec(
            "category", _("Class"), f"{path}category__slug", named=Named(f"{path}category_id", _names(Category, "slug"))
        ),
        FacetSpec("sharing", _("Sharing"), f"{path}sharing_type", SHARING_TYPES),
        FacetSpec("opening", _("Opening"), f"{path}opening_type", OPENING_TYPES),
        FacetSpec("cycle", _("Update cycle"), f"{path}update_cycle", UPDATE_CYCLES),
        FacetSpec("format", _("Format"), f"{path}format", FORMATS),
        FacetSpec("grade", _("Grade"), f"{path}grade", GRADES),
    )


def provider_facet(name: str, label: Text, path: str) -> FacetSpec:
    """Return the facet of the providers of resources."""
    named = Named(f"{path}provider_id", _names(Department, "slug"))
    return FacetSpec(name, label, f"{path}provider__slug", named=named)


def region_facet(path: str) -> FacetSpec:
    """Return the facet of the regions of their providers."""
    column = f"{path}provider__region_id"
    return FacetSpec("region", _("Region"), column, named=Named(column, _names(Region, "code")))


def theme_facet(path: str) -> FacetSpec:
    """Return the facet of the themes of resources."""
    return FacetSpec(
        "theme", _("Theme"), f"{path}theme__slug", named=Named(f"{path}theme_id", _names(Category, "slug"))
    )


def _names(model: type[Department] | type[Region] | type[Category], value: str) -> QuerySet[Any, tuple[Any, ...]]:
    return model._default_manager.order_by().values_list("pk", value, "name_zh", "name_en")


def with_choices(base: QuerySet[Any], specs: Sequence[FacetSpec], chosen: Mapping[str, Sequence[str]]) -> QuerySet[Any]:
    """Narrow ``base`` to the values chosen in each facet. Raises ``Invalid`` for a value no facet can have."""
    return base.filter(*(_condition(spec, values) for spec in specs if (values := chosen.get(spec.name))))


def _condition(spec: FacetSpec, values: Sequence[str]) -> Q:
    if spec.choices:
        known = {str(value): value for value, _label in spec.choices}
        if unknown := [value for value in values if value not in known]:
            raise Invalid(
                _("“%(value)s” is no value of this filter.") % {"value": unknown[0]},
                fields={spec.name: [_("Unknown value.")]},
            )
        return Q(**{f"{spec.field}__in": [known[value] for value in values]})
    return Q(**{f"{spec.field}__in": list(values)})


def count_facets(
    matched: QuerySet[Any], specs: Sequence[FacetSpec], chosen: Mapping[str, Sequence[str]]
) -> tuple[list[Facet], int]:
    """Count every facet under the choices in all others, in one pass over the matched rows (GROUPING SETS, 1 query)."""
    wanted = [frozenset(chosen.get(spec.name, ())) for spec in specs]
    counts: list[Counter[Any]] = [Counter() for _spec in specs]
    labels: list[dict[Any, Text]] = [dict(spec.choices) for spec in specs]
    is_chinese = (get_language() or "").startswith("zh")
    total = 0
    for at, value, zh, en, count in _grouped(matched, specs, chosen):
        if at < 0:
            total = count
        elif count:
            counts[at][value] = count
            if not specs[at].choices and value is not None:
                labels[at][value] = (zh or en if is_chinese else en or zh) or str(value)
    return [_facet(*parts) for parts in zip(specs, counts, labels, wanted, strict=True)], total


def _grouped(
    matched: QuerySet[Any], specs: Sequence[FacetSpec], chosen: Mapping[str, Sequence[str]]
) -> Iterator[tuple[int, Any, str, str, int]]:
    """Yield (facet, value, Chinese and English label, rows) for each value, and the total under facet -1.

    Each row of the inner query carries its facet keys and, for each facet chosen in, whether it fits there;
    a facet counts the rows that fit everywhere else.
    """
    columns: dict[str, Any] = {f"f{at}": F(spec.counted) for at, spec in enumerate(specs)}
    fits = {at: f"m{at}" for at, spec in enumerate(specs) if chosen.get(spec.name)}
    for at, name in fits.items():
        condition = _condition(specs[at], chosen[specs[at].name])
        columns[name] = Case(When(condition, then=Value(value=True)), default=Value(value=False))
    try:
        inner, params = matched.order_by().values().annotate(**columns).values(*columns).query.sql_with_params()
    except EmptyResultSet:
        return
    names = {at: spec.named.names.query.sql_with_params() for at, spec in enumerate(specs) if spec.named}
    also = [param for _sql, several in names.values() for param in several]
    with connection.cursor() as cursor:
        cursor.execute(
            _counting_sql(inner, len(specs), fits, {at: sql for at, (sql, _p) in names.items()}), [*params, *also]
        )
        for row in cursor.fetchall():
            yield _read_group(row, len(specs), list(names))


def _counting_sql(inner: str, size: int, fits: Mapping[int, str], names: Mapping[int, str]) -> str:
    """Compose the count over ``inner``; every name in it is made here, every value stays a parameter."""
    keys = [f"f{at}" for at in range(size)]
    cases = " ".join(f"when grouping(f{at}) = 0 then {_fitting(fits, at)}" for at in fits)
    everything = _fitting(fits, None)
    count = f"case {cases} else {everything} end" if cases else everything
    marks = ", ".join(f"grouping({key})" for key in keys)
    joins = " ".join(
        f"left join ({sql}) as n{at}(key, value, zh, en) on n{at}.key = f{at}" for at, sql in names.items()
    )
    named = "".join(f", n{at}.value, n{at}.zh, n{at}.en" for at in names)
    return (
        f"with counted as (select array[{marks}] as sets, {', '.join(keys)}, {count} as rows "  # noqa: S608 - names made here, values are parameters
        f"from ({inner}) as found group by grouping sets ({', '.join(f'({key})' for key in keys)}, ())) "
        f"select sets, rows, {', '.join(keys)}{named} from counted {joins}"
    )


def _fitting(fits: Mapping[int, str], but: int | None) -> str:
    others = [name for at, name in fits.items() if at != but]
    return f"count(*) filter (where {' and '.join(others)})" if others else "count(*)"


def _read_group(row: Sequence[Any], size: int, named: Sequence[int]) -> tuple[int, Any, str, str, int]:
    """Find which facet a row of the count is about: the one whose column was grouped by."""
    sets, count, keys, names = row[0], row[1], row[2 : 2 + size], row[2 + size :]
    if 0 not in sets:
        return -1, None, "", "", count
    at = sets.index(0)
    if at not in named:
        return at, keys[at], "", "", count
    start = 3 * named.index(at)
    value, zh, en = names[start : start + 3]
    return at, value, zh or "", en or "", count


def _facet(spec: FacetSpec, counts: Counter[Any], labels: Mapping[Any, Text], wanted: Iterable[str]) -> Facet:
    options = [
        Option(str(value), labels.get(value, str(value)), count, str(value) in wanted)
        for value, count in counts.most_common()
        if value is not None and value != ""
    ]
    shown = {option.value for option in options}
    options += [Option(value, value, 0, is_selected=True) for value in wanted if value not in shown]
    return Facet(spec.name, spec.label, options)
