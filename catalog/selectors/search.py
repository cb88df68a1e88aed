"""The one search of the catalogue: words, pinyin, exact titles first, facets with counts.

The public side uses it too: it passes its own base queryset and the ``path`` from its rows to the resource.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.models import FORMATS, OPENING_TYPES, SHARING_TYPES, UPDATE_CYCLES
from catalog.selectors.asking import Words, asked_text
from catalog.selectors.words import normalized
from portal.accounts.models import GRADES
from portal.kernel.errors import Invalid, Text


@dataclass(frozen=True, slots=True)
class FacetSpec:
    """A facet: its key in the address, its label, the field it counts and where its values' labels come from.

    Either ``choices`` gives the labels, or ``labels`` names the fields of the Chinese and the English one.
    """

    name: str
    label: Text
    field: str
    choices: Sequence[tuple[Any, Text]] = ()
    labels: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet with how many results it would give."""

    value: str
    label: Text
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, the most frequent first."""

    name: str
    label: Text
    options: list[Option]


class KnownLength(Sequence[Any]):
    """Results whose number the facets have counted already, for paging without another count."""

    def __init__(self, results: QuerySet[Any], total: int) -> None:
        self._results, self._total = results, total

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, at: Any) -> Any:
        return self._results[at]


@dataclass(frozen=True)
class Found:
    """What a search gives: ``results`` in order (not yet fetched), facets, the number of results."""

    results: QuerySet[Any]
    facets: list[Facet]
    total: int

    def chosen_labels(self) -> list[tuple[str, str, Text]]:
        """Return (facet name, value, label) of every value chosen."""
        return [(f.name, o.value, o.label) for f in self.facets for o in f.options if o.is_selected]


def resource_facets(path: str = "") -> tuple[FacetSpec, ...]:
    """Return the facets of resources, for rows from which ``path`` leads to the resource."""
    provider, region = f"{path}provider", f"{path}provider__region"
    return (
        FacetSpec(
            "provider", _("Provider"), f"{provider}__slug", labels=(f"{provider}__name_zh", f"{provider}__name_en")
        ),
        FacetSpec("region", _("Region"), f"{region}_id", labels=(f"{region}__name_zh", f"{region}__name_en")),
        FacetSpec("theme", _("Theme"), f"{path}theme__slug", labels=(f"{path}theme__name_zh", f"{path}theme__name_en")),
        FacetSpec(
            "category",
            _("Class"),
            f"{path}category__slug",
            labels=(f"{path}category__name_zh", f"{path}category__name_en"),
        ),
        FacetSpec("sharing", _("Sharing"), f"{path}sharing_type", SHARING_TYPES),
        FacetSpec("opening", _("Opening"), f"{path}opening_type", OPENING_TYPES),
        FacetSpec("cycle", _("Update cycle"), f"{path}update_cycle", UPDATE_CYCLES),
        FacetSpec("format", _("Format"), f"{path}format", FORMATS),
        FacetSpec("grade", _("Grade"), f"{path}grade", GRADES),
    )


#: A word that so many rows hold ranks none above another; the day does.
RANKED_UP_TO = 2000
SORTS: dict[str, Text] = {
    "relevance": _("Best match"),
    "-published": _("Newest first"),
    "title": _("By name"),
}


def search(
    base: QuerySet[Any],
    *,
    words: str = "",
    chosen: Mapping[str, Sequence[str]] | None = None,
    facets: Sequence[FacetSpec] | None = None,
    path: str = "",
    sort: str = "",
) -> Found:
    """Search ``base``, which the caller has narrowed to what may be seen.

    ``words`` are ANDed, the last may be a beginning; Chinese, pinyin and initials all work, and the labels of codes
    find what is bound to their code set. ``chosen`` maps a facet to its values: ORed within, ANDed between. ``sort``
    is a key of ``SORTS``. 2 queries when evaluated: one for facets and total, one for the page; with words one more.
    Raises ``Invalid`` for an unknown sort or a value that no facet can have.
    """
    specs = facets if facets is not None else resource_facets(path)
    if sort and sort not in SORTS:
        raise Invalid(_("There is no such order."), fields={"sort": [_("Unknown order.")]})
    asked = asked_text(words)
    matched = _with_text(base, asked, path)
    results = with_choices(matched, specs, chosen or {})
    counted, total = _count(matched, specs, chosen or {})
    return Found(_ordered(results, words, asked, path, sort, is_ranked=total <= RANKED_UP_TO), counted, total)


def with_words(base: QuerySet[Any], words: str, path: str = "") -> QuerySet[Any]:
    """Narrow ``base`` to the rows whose index holds all ``words``; nothing to search for narrows nothing."""
    return _with_text(base, asked_text(words), path)


def _with_text(base: QuerySet[Any], asked: str, path: str) -> QuerySet[Any]:
    return base.filter(**{f"{path}search_vector": Words(Value(asked))}) if asked else base


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


def _count(
    matched: QuerySet[Any], specs: Sequence[FacetSpec], chosen: Mapping[str, Sequence[str]]
) -> tuple[list[Facet], int]:
    """Count every facet under the choices in all others, in one pass over the matched rows (GROUPING SETS)."""
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

    Each row of the inner query carries its facet values and, for each facet chosen in, whether it fits there;
    a facet counts the rows that fit everywhere else.
    """
    columns: dict[str, Any] = {}
    for at, spec in enumerate(specs):
        columns[f"f{at}"] = F(spec.field)
        if spec.labels:
            columns |= {f"f{at}_zh": F(spec.labels[0]), f"f{at}_en": F(spec.labels[1])}
    fits = {at: f"m{at}" for at, spec in enumerate(specs) if chosen.get(spec.name)}
    for at, name in fits.items():
        condition = _condition(specs[at], chosen[specs[at].name])
        columns[name] = Case(When(condition, then=Value(value=True)), default=Value(value=False))
    try:
        inner, params = matched.order_by().values().annotate(**columns).values(*columns).query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.cursor() as cursor:
        cursor.execute(_counting_sql(inner, specs, fits), params)
        for sets, *values in cursor.fetchall():
            yield _read_group(sets, values, specs)


def _counting_sql(inner: str, specs: Sequence[FacetSpec], fits: Mapping[int, str]) -> str:
    """Compose the count over ``inner``; every name in it is made here, every value stays a parameter."""
    keys = [f"f{at}" for at in range(len(specs))]
    groups = [
        f"({key}, {key}_zh, {key}_en)" if spec.labels else f"({key})" for key, spec in zip(keys, specs, strict=True)
    ]
    selected = [part for key, spec in zip(keys, specs, strict=True) for part in _parts(key, spec)]
    cases = " ".join(f"when grouping(f{at}) = 0 then {_fitting(fits, at)}" for at in fits)
    everything = _fitting(fits, None)
    count = f"case {cases} else {everything} end" if cases else everything
    marks = ", ".join(f"grouping({key})" for key in keys)
    return (
        f"select array[{marks}], {', '.join(selected)}, {count} "  # noqa: S608 - names made here, values are parameters
        f"from ({inner}) as found group by grouping sets ({', '.join(groups)}, ())"
    )


def _parts(key: str, spec: FacetSpec) -> tuple[str, ...]:
    return (key, f"{key}_zh", f"{key}_en") if spec.labels else (key,)


def _fitting(fits: Mapping[int, str], but: int | None) -> str:
    others = [name for at, name in fits.items() if at != but]
    return f"count(*) filter (where {' and '.join(others)})" if others else "count(*)"


def _read_group(
    sets: Sequence[int], values: Sequence[Any], specs: Sequence[FacetSpec]
) -> tuple[int, Any, str, str, int]:
    """Find which facet a row of the count is about: the one whose column was grouped by."""
    count, at = values[-1], sets.index(0) if 0 in sets else -1
    if at < 0:
        return -1, None, "", "", count
    start = sum(3 if spec.labels else 1 for spec in specs[:at])
    zh, en = (values[start + 1], values[start + 2]) if specs[at].labels else ("", "")
    return at, values[start], zh or "", en or "", count


def _facet(spec: FacetSpec, counts: Counter[Any], labels: Mapping[Any, Text], wanted: Iterable[str]) -> Facet:
    options = [
        Option(str(value), labels.get(value, str(value)), count, str(value) in wanted)
        for value, count in counts.most_common()
        if value is not None and value != ""
    ]
    shown = {option.value for option in options}
    options += [Option(value, value, 0, is_selected=True) for value in wanted if value not in shown]
    return Facet(spec.name, spec.label, options)


def _ordered(results: QuerySet[Any], words: str, asked: str, path: str, sort: str, *, is_ranked: bool) -> QuerySet[Any]:
    """Order results: exact titles, titles that begin so, titles that hold it, then by rank and day."""
    newest = F(f"{path}published_at").desc(nulls_last=True)
    if sort == "title":
        return results.order_by(f"{path}title_zh", "pk")
    if sort == "-published" or not asked:
        return results.order_by(newest, "-pk")
    title = normalized(words)
    exact = Case(
        When(**{f"{path}search_title__contains": f"\n{title}\n"}, then=Value(0)),
        When(**{f"{path}search_title__contains": f"\n{title}"}, then=Value(1)),
        When(**{f"{path}search_title__contains": title}, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    if not is_ranked:
        titled: QuerySet[Any] = results.annotate(_exact=exact)
        return titled.order_by("_exact", newest, "-pk")
    rank = SearchRank(F(f"{path}search_vector"), Words(Value(asked)))
    ranked: QuerySet[Any] = results.annotate(_exact=exact, _rank=rank)
    return ranked.order_by("_exact", "-_rank", newest, "-pk")
