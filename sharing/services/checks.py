"""Checks of what a request says: forbidden content at any time, the five statements of art 20 when submitting."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.data.errors import PlanInvalid
from catalog.messages import message
from catalog.models import Item, Resource
from portal.kernel.classification import SharingType
from portal.kernel.errors import Invalid
from sharing.models import METHODS, Request
from sharing.policies import shareable
from sharing.services.plans import build_plan, columns_of, problem_of

LONGEST_YEARS = 5
_STATEMENTS = ("title", "legal_basis", "use_scenario", "scope")


def check_items(resource: Resource, codes: Iterable[str]) -> list[str]:
    """Return the column names in the resource's order. Raises ``Invalid`` for an unknown or never shared item."""
    wanted = set(codes)
    items = [item for item in resource.items.all() if item.code in wanted]
    problems = [
        _("There is no item “%s” in this resource.") % code for code in sorted(wanted - {i.code for i in items})
    ]
    problems += [_why_not(item) for item in items if not shareable(item)]
    if problems:
        raise Invalid(fields={"items": problems}, code="item_not_shared")
    return [item.code for item in items]


def _why_not(item: Item) -> str:
    """Say why an item cannot be asked for: not shared on its stated basis (art 14), or graded above the ceiling."""
    if item.sharing_type != SharingType.NOT_SHARED:
        return _("“%(item)s” is graded %(grade)s, which is above what may be shared.") % {
            "item": item.name_zh,
            "grade": item.get_grade_display(),
        }
    basis = " ".join(part for part in (item.basis_document, item.basis_article) if part)
    return _("“%(item)s” is not shared. Basis: %(basis)s. Reason: %(reason)s") % {
        "item": item.name_zh,
        "basis": basis or _("not stated"),
        "reason": item.reason or _("not stated"),
    }


def check_rows(resource: Resource, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the conditions in their stored shape.

    Raises ``Invalid`` for an unknown item or operation, a value that does not fit the item's type, and an item that
    may not be shared or is masked: a condition on it would tell what the mask hides.
    """
    items = list(resource.items.all())
    by_code = {item.code: item for item in items}
    found = [_shaped(row) for row in rows]
    for row in found:
        item = by_code.get(row["item"])
        if item is None:
            raise _wrong(_("There is no item “%s” in this resource.") % row["item"])
        if item.mask or not shareable(item):
            raise _wrong(_("Rows cannot be chosen by “%s”: it is masked or not shared.") % item.name_zh)
    problem = _plan_problem(items, found)
    if problem:
        raise _wrong(_("A condition on rows does not fit: %s") % problem)
    return found


def _plan_problem(items: list[Item], rows: list[dict[str, Any]]) -> str:
    allowed = [item for item in items if shareable(item)]
    if not rows or not allowed:
        return ""
    try:
        problem = problem_of(build_plan(allowed, rows), columns_of(items))
    except PlanInvalid as error:
        problem = error
    return str(message(problem.code, problem.params)) if problem else ""


def _shaped(row: Mapping[str, Any]) -> dict[str, Any]:
    if set(row) != {"item", "op", "value"}:
        raise _wrong(_("A condition names an item, an operation and a value."))
    value = row["value"]
    if row["op"] == "in" and isinstance(value, str):
        value = [part.strip() for part in value.replace("，", ",").split(",") if part.strip()]
    if row["op"] == "null" and isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower(), value)
    return {"item": str(row["item"]), "op": str(row["op"]), "value": value}


def _wrong(text: str) -> Invalid:
    return Invalid(fields={"rows": [text]}, code="rows_invalid")


def check_complete(request: Request) -> None:
    """Check that a request says everything art 20 asks for; raises one ``Invalid`` with every gap."""
    gaps: dict[str, list[str]] = {
        name: [_("Please fill this in: Order 809, art 20 asks for it.")]
        for name in _STATEMENTS
        if not str(getattr(request, name)).strip()
    }
    if not request.items:
        gaps["items"] = [_("Choose at least one item.")]
    if request.method not in dict(METHODS):
        gaps["method"] = [_("Choose how the data are to be handed over.")]
    if problem := _date_problem(request.valid_until):
        gaps["valid_until"] = [problem]
    if gaps:
        raise Invalid(_("The request is not complete."), fields=gaps, code="incomplete")


def _date_problem(day: date | None) -> str:
    today = timezone.localdate()
    if day is None:
        return _("Say until when the data are needed: Order 809, art 20 asks for it.")
    if day < today:
        return _("This day has passed.")
    if day.year > today.year + LONGEST_YEARS:
        return _("At most %d years ahead; a longer need is asked for again.") % LONGEST_YEARS
    return ""
