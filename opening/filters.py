"""The shape of the questions in public addresses: every parameter is known and checked, none silently ignored."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.data.plan import AskedPlan, Condition
from catalog.gate import read_query
from catalog.gate.faults import translated
from opening.selectors.searching import FACETS
from portal.kernel.errors import Invalid, Text

FACET_NAMES = tuple(facet.name for facet in FACETS)
SEARCH_PARAMETERS = frozenset({"q", "sort", "page", *FACET_NAMES})
DUMP_PARAMETERS = frozenset({"format", "filters", "filter", "q", "fields", "sort", "limit", "offset", "bom"})
DUMP_FORMS = ("csv", "tsv", "json", "xml", "xlsx", "parquet")
EXPLORER_OWN = frozenset({"at", "add_column", "add_op", "add_value"})
EXPLORER_ROWS = 50
EXPLORER_MOST = 200
_TRUTHS = {"": False, "false": False, "0": False, "no": False, "true": True, "1": True, "yes": True}
_SORT = re.compile(r"\s*(\S+?)(?:\s+(asc|desc))?\s*", re.IGNORECASE)
#: Operations as the filter form words them → how they are written in the address.
OPERATIONS: dict[str, Text] = {
    "eq": _("is"),
    "ne": _("is not"),
    "like": _("contains"),
    "gt": _("is greater or later than"),
    "ge": _("is at least or from"),
    "lt": _("is less or earlier than"),
    "le": _("is at most or until"),
    "in": _("is one of (with commas)"),
    "empty": _("is empty"),
    "filled": _("has a value"),
}


@dataclass(frozen=True)
class SearchQuestion:
    """A search of editions as its address says it."""

    words: str = ""
    sort: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)


def refuse_unknown(params: QueryDict, known: Collection[str]) -> None:
    """Raise ``Invalid`` naming the first parameter nobody reads here."""
    for name in params:
        if name not in known:
            raise Invalid(
                _("There is no parameter “%(name)s” at this address.") % {"name": name[:60]},
                code="unknown_parameter",
                fields={name[:60]: [_("Take it out of the address and try again.")]},
            )


def single(params: QueryDict, name: str, *, longest: int = 200) -> str:
    """Return the one value of a parameter. Raises ``Invalid`` when it stands twice or is too long."""
    values = params.getlist(name)
    if len(values) > 1:
        raise _wrong(name, _("It may be given only once."))
    if values and len(values[0]) > longest:
        raise _wrong(name, _("It is too long."))
    return values[0].replace("\x00", "").strip() if values else ""


def read_search(request: HttpRequest) -> SearchQuestion:
    """Read the address of the search page. Raises ``Invalid`` naming the parameter at fault."""
    params = request.GET
    refuse_unknown(params, SEARCH_PARAMETERS)
    chosen = {name: values for name in FACET_NAMES if (values := [v[:100] for v in params.getlist(name) if v])}
    return SearchQuestion(single(params, "q"), single(params, "sort", longest=20), chosen)


def read_explorer(request: HttpRequest) -> AskedPlan:
    """Read the address of the explorer: the parameters of the row API, and where the page begins."""
    asked = read_query(request.GET, ignore=EXPLORER_OWN)
    limit = asked.limit or EXPLORER_ROWS
    if limit > EXPLORER_MOST:
        raise _wrong("limit", _("A page shows at most %(most)s rows.") % {"most": EXPLORER_MOST})
    return AskedPlan(
        columns=asked.columns,
        filters=asked.filters,
        search=asked.search,
        order=asked.order,
        cursor=asked.cursor,
        offset=asked.offset,
        limit=limit,
    )


def first_row(params: QueryDict) -> int:
    """Return the number of the first row on the explorer's page, which paging by key carries along."""
    text = single(params, "at", longest=15) or "1"
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise _wrong("at", _("It must be a whole number from 1."))
    return int(text)


def with_new_filter(params: QueryDict) -> str | None:
    """Return the query with the filter of the form added to it, or None when the form was not used."""
    if not (EXPLORER_OWN - {"at"}) & set(params):
        return None
    column, op = single(params, "add_column", longest=63), single(params, "add_op", longest=10)
    value = single(params, "add_value", longest=1000)
    changed = params.copy()
    for name in (*EXPLORER_OWN, "cursor"):
        changed.pop(name, None)
    for name in [key for key, values in changed.lists() if not any(values)]:
        del changed[name]
    if column and (value or op in {"empty", "filled"}):
        if op not in OPERATIONS:
            raise _wrong("add_op", _("There is no such comparison."))
        asked = {"empty": "null:true", "filled": "null:false"}.get(op, f"{op}:{value}")
        changed.appendlist("filter", f"{column}:{asked}")
    return changed.urlencode()


@dataclass(frozen=True)
class DumpQuestion:
    """A dump as its address says it: what is asked, in which form, with a byte order mark or not."""

    asked: AskedPlan
    form: str
    bom: bool


def read_dump(params: QueryDict) -> DumpQuestion:
    """Read the parameters of ``/datastore/dump/``; CKAN's, and ``filter`` as in the row API."""
    refuse_unknown(params, DUMP_PARAMETERS)
    form = single(params, "format") or "csv"
    if form not in DUMP_FORMS:
        raise _wrong("format", _("Choose one of: %(known)s.") % {"known": ", ".join(DUMP_FORMS)})
    bom = _TRUTHS.get(single(params, "bom").lower())
    if bom is None:
        raise _wrong("bom", _("It is true or false."))
    own = QueryDict(mutable=True)
    own.setlist("filter", params.getlist("filter"))
    asked = AskedPlan(
        columns=tuple(name.strip() for name in single(params, "fields", longest=4000).split(",") if name.strip())
        or None,
        filters=(*read_query(own).filters, *_filters(single(params, "filters", longest=8000))),
        search=single(params, "q"),
        order=_order(single(params, "sort", longest=2000)),
        offset=_whole(params, "offset", 0) or 0,
        limit=_whole(params, "limit", 1),
    )
    return DumpQuestion(asked, form, bom)


def _filters(text: str) -> tuple[Condition, ...]:
    if not text:
        return ()
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong("filters", _("It must be a JSON object of column and value.")) from None
    if not isinstance(given, dict):
        raise _wrong("filters", _("It must be a JSON object of column and value."))
    with translated():
        return tuple(_condition(name, value) for name, value in given.items())


def _condition(name: str, value: Any) -> Condition:
    return Condition.from_json([name, "in" if isinstance(value, list) else "eq", value], "filters")


def _order(text: str) -> tuple[str, ...]:
    order = []
    for part in filter(str.strip, text.split(",")):
        match = _SORT.fullmatch(part)
        if match is None:
            raise _wrong("sort", _("Write columns with asc or desc, separated by commas."))
        order.append(f"-{match[1]}" if (match[2] or "").lower() == "desc" else match[1])
    return tuple(order)


def _whole(params: QueryDict, name: str, least: int) -> int | None:
    text = single(params, name, longest=15)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        raise _wrong(name, _("It must be a whole number from %(least)s.") % {"least": least})
    return int(text)


def _wrong(name: str, text: Text) -> Invalid:
    return Invalid(
        _("The parameter “%(name)s” cannot be used as it is.") % {"name": name},
        code="invalid_parameter",
        fields={name: [text]},
    )
