"""Reads what a list of the catalogue is asked for from its address; what nobody reads is an error."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.selectors import SORTS, FacetSpec, Found, resource_facets
from catalog.selectors.quality import OVERDUE
from catalog.workflow import RESOURCES
from portal.kernel.errors import Invalid, Text

LONGEST_QUERY = 200


@dataclass(frozen=True)
class ListQuery:
    """What is asked of a list: words, chosen values by facet, order."""

    words: str = ""
    sort: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)


def office_facets() -> tuple[FacetSpec, ...]:
    """Return the facets of the internal catalogue: those of every catalogue, state and lateness.

    The rows must come from ``catalog.selectors.quality.with_lateness``.
    """
    return (
        *resource_facets(),
        FacetSpec("state", _("State"), "state", RESOURCES.choices()),
        FacetSpec("update", _("Promised update"), "lateness", ((OVERDUE, _("Overdue")),)),
    )


def read_list(params: QueryDict, specs: Sequence[FacetSpec]) -> ListQuery:
    """Read ``q``, ``sort``, ``page`` and the keys of ``specs``. Raises ``Invalid`` (400) naming what is wrong."""
    names = {spec.name for spec in specs}
    for name in params:
        if name not in names | {"q", "sort", "page"}:
            raise Invalid(_("There is no such filter: “%(name)s”.") % {"name": name}, fields={name: [_("Unknown.")]})
    words, sort = params.get("q", "").strip(), params.get("sort", "")
    if len(words) > LONGEST_QUERY:
        raise Invalid(_("The search words are too long."), fields={"q": [_("At most 200 characters.")]})
    if sort and sort not in SORTS:
        raise Invalid(_("There is no such order."), fields={"sort": [_("Unknown order.")]})
    chosen = {name: [v for v in params.getlist(name) if v] for name in params if name in names}
    return ListQuery(words, sort, {name: values for name, values in chosen.items() if values})


def chips(found: Found, params: QueryDict) -> list[tuple[Text, str]]:
    """Return the filters in force, each with the address without it."""
    shown: list[tuple[Text, str]] = []
    for name, value, label in found.chosen_labels():
        rest = params.copy()
        rest.pop("page", None)
        rest.setlist(name, [v for v in rest.getlist(name) if v != value])
        shown.append((label, f"?{rest.urlencode()}"))
    return shown
