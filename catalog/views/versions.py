"""Pages of one version of the data, and of what differs between two."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from catalog import policies, selectors
from catalog.data.changes import KINDS, Difference, came_and_went
from catalog.data.exports.values import plain
from catalog.data.schema import columns_from_json
from catalog.gate import Comparison, comparison_at_hand, preview_warrant, read_query, release
from catalog.models import Resource, Version
from catalog.selectors.columns import field_heads, headings
from catalog.selectors.manifest import version_files
from catalog.views.detail import detail_context, resource_of
from portal.kernel.errors import Invalid
from portal.web.context import actor_of
from portal.web.fetch import fetch

_ROWS_A_PAGE = 50
_FILES_SHOWN = 100


@login_required
def version(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Show what a version is made of, and its rows to those who may see them."""
    found = resource_of(request, code)
    chosen = _version(found, version)
    files = version_files(chosen)
    context = {
        "version": chosen,
        "columns": headings(found, columns_from_json(chosen.columns)),
        "files": list(files[:_FILES_SHOWN]),
        "file_count": files.count(),
        "others": [one for one in selectors.versions(found) if one.pk != chosen.pk and one.deleted_at is None],
        "may_see_rows": bool(policies.decide(actor_of(request), "preview_rows", found)),
    }
    if context["may_see_rows"] and chosen.deleted_at is None:
        context |= _rows(request, chosen)
    return render(request, "catalog/version.html", detail_context(request, found, "versions") | context)


def _rows(request: HttpRequest, version: Version) -> dict[str, Any]:
    cursor = request.GET.get("cursor", "")
    asked = read_query({"limit": str(_ROWS_A_PAGE)} | ({"cursor": cursor} if cursor else {}))
    page = release(actor_of(request), preview_warrant(version), asked).page()
    heads = field_heads(version, page.fields)
    return {"fields": heads, "rows": page.rows, "next_cursor": page.next_cursor, "is_first": not cursor}


@login_required
def compare(request: HttpRequest, code: str, version: int, other: int) -> HttpResponse:
    """Show the columns that came and went, and, to those who may see rows, every row that differs."""
    found = resource_of(request, code)
    before, after = _version(found, version), _version(found, other)
    kind = request.GET.get("kind", "")
    if kind and kind not in KINDS:
        raise Invalid(fields={"kind": [_("This is added, changed or removed.")]})
    came, went = came_and_went(columns_from_json(before.columns), columns_from_json(after.columns))
    context = {"before": before, "after": after, "kind": kind, "comparison": None}
    context |= {"came": headings(found, came), "went": headings(found, went)}
    if policies.decide(actor_of(request), "preview_rows", found):
        comparison = comparison_at_hand(actor_of(request), before, after)
        context |= {"comparison": comparison, "is_under_way": comparison is None}
        context |= _differences(request, comparison, kind) if comparison else {}
        context["headings"] = headings(found, comparison.columns) if comparison else []
    return render(request, "catalog/compare.html", detail_context(request, found, "versions") | context)


@login_required
def differences(request: HttpRequest, code: str, version: int, other: int, form: str) -> HttpResponseBase:
    """Send all rows that differ as one file; back to the page where the comparison is not done yet."""
    found = resource_of(request, code)
    comparison = comparison_at_hand(actor_of(request), _version(found, version), _version(found, other))
    if comparison is None:
        return redirect("catalog:compare", code, version, other)
    stream = comparison.export(form)
    headers = {"Content-Disposition": f'attachment; filename="{stream.filename}"'}
    return StreamingHttpResponse(stream.chunks, content_type=stream.content_type, headers=headers)


def _differences(request: HttpRequest, comparison: Comparison, kind: str) -> dict[str, Any]:
    behind = request.GET.get("after", "0")
    number = int(behind) if behind.isdecimal() else 0
    rows = comparison.rows(kind=kind, after=number, limit=_ROWS_A_PAGE + 1)
    shown = rows[:_ROWS_A_PAGE]
    return {
        "differences": [_line(comparison, one) for one in shown],
        "next_after": shown[-1].number if len(rows) > _ROWS_A_PAGE else None,
        "is_first": not number,
    }


def _line(comparison: Comparison, one: Difference) -> dict[str, Any]:
    """Return a row that differs with its cells, each with what it was and what it is."""
    cells = []
    for column in comparison.columns:
        before = plain((one.before or {}).get(column.id))
        after = plain((one.after or {}).get(column.id))
        is_changed = one.kind == "changed" and before != after
        cells.append({"before": before, "now": before if one.kind == "removed" else after, "is_changed": is_changed})
    return {"kind": one.kind, "cells": cells}


def _version(resource: Resource, number: int) -> Version:
    found: Version = fetch(selectors.versions(resource), number=number)
    found.resource = resource
    return found
