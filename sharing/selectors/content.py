"""What a request says, as a person reads it: for snapshots, comparison and the page."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Item
from portal.kernel.errors import Text
from portal.web.bilingual import text_of
from portal.workflow.snapshots import Change, changes_since_last
from sharing.models import METHODS, Request

#: The fields of a request in the order in which pages show them; the labels of art 20's five statements among them.
LABELS: dict[str, Text] = {
    "title": _("Purpose in one line"),
    "items": _("Data items"),
    "legal_basis": _("Legal basis"),
    "use_scenario": _("Use scenario"),
    "scope": _("Scope"),
    "rows": _("Rows"),
    "method": _("Sharing method"),
    "valid_until": _("Needed until"),
}
OPERATIONS: dict[str, Text] = {
    "eq": pgettext_lazy("condition", "is"),
    "ne": pgettext_lazy("condition", "is not"),
    "lt": pgettext_lazy("condition", "is below"),
    "le": pgettext_lazy("condition", "is at most"),
    "gt": pgettext_lazy("condition", "is above"),
    "ge": pgettext_lazy("condition", "is at least"),
    "in": pgettext_lazy("condition", "is one of"),
    "like": pgettext_lazy("condition", "looks like"),
    "null": pgettext_lazy("condition", "is empty"),
}


def name_of(obj: object) -> str:
    """Return the name of a department or item in the language of the page."""
    return text_of(obj, "name")


def rows_in_words(rows: Iterable[Mapping[str, Any]], items: Iterable[Item]) -> list[str]:
    """Return conditions on rows as texts, e.g. ``City code is 2201``."""
    names = {item.code: name_of(item) for item in items}
    return [
        f"{names.get(row['item'], row['item'])} {OPERATIONS.get(row['op'], row['op'])} {_value(row['value'])}"
        for row in rows
    ]


def _value(value: object) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)


def content_of(request: Request) -> dict[str, Any]:
    """Return what the request says, in plain JSON under stable names (what a snapshot keeps)."""
    by_code = {item.code: item.name_zh for item in request.resource.items.all()}
    return {
        "title": request.title,
        "items": "、".join(f"{by_code.get(code, '')}（{code}）" for code in request.items),
        "legal_basis": request.legal_basis,
        "use_scenario": request.use_scenario,
        "scope": request.scope,
        "rows": "；".join(f"{row['item']} {row['op']} {_value(row['value'])}" for row in request.rows),
        "method": request.method,
        "valid_until": request.valid_until.isoformat() if request.valid_until else "",
    }


def labeled_changes(request: Request) -> list[Change]:
    """Return what changed between the last two submissions, with the fields' labels; methods in words (1 query)."""
    methods = dict(METHODS)
    changes = []
    for change in changes_since_last(request):
        before, after = change.before, change.after
        if change.field == "method":
            before, after = methods.get(before, before), methods.get(after, after)
        changes.append(Change(str(LABELS.get(change.field, change.field)), before, after))
    return changes
