"""Pages that set departments and descriptions side by side."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.selectors import quality as selectors
from catalog.selectors.export import CONTENT_TYPES, render_rows
from catalog.selectors.quality.departments import comparison_rows
from catalog.selectors.quality.metadata import TOTAL, worst_described
from catalog.views.detail import catalog_crumbs
from portal.kernel.errors import NotFound
from portal.web.bilingual import bilingual
from portal.web.context import actor_of
from portal.web.paging import paginate

_COLUMNS = ("resources", "score", "poor", "overdue", "tickets")
_CHARTED = 12
_LINES_A_PAGE = 50


@login_required
def quality_departments(request: HttpRequest) -> HttpResponse:
    """Compare departments by the quality of their data."""
    sort = request.GET.get("sort", "-score")
    lines = selectors.department_lines(actor_of(request), sort)
    chinese = (get_language() or "").startswith("zh")
    charted = [
        (bilingual(line.department, "name", chinese=chinese).text, round(line.score, 1))
        for line in lines
        if line.score is not None
    ]
    context = {
        "page": paginate(request, lines, _LINES_A_PAGE),
        "heads": _heads(sort),
        "charted": charted[:_CHARTED],
        "crumbs": catalog_crumbs(_("Quality by department")),
    }
    return render(request, "catalog/quality_departments.html", context)


def _heads(sort: str) -> dict[str, dict[str, str]]:
    """Return for each column the address that sorts by it (once more: the other way round) and how it is sorted."""
    return {
        name: {
            "url": f"?sort={name if sort == f'-{name}' else f'-{name}'}",
            "sort": {name: "ascending", f"-{name}": "descending"}.get(sort, ""),
        }
        for name in _COLUMNS
    }


@login_required
def quality_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Send the comparison as CSV or XLSX."""
    if form not in CONTENT_TYPES:
        raise NotFound(_("There is no such file format."))
    rows = comparison_rows(selectors.department_lines(actor_of(request), request.GET.get("sort", "-score")))
    name = f"quality-{timezone.localdate():%Y%m%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(render_rows(rows, form), content_type=CONTENT_TYPES[form], headers=headers)


@login_required
def quality_descriptions(request: HttpRequest) -> HttpResponse:
    """List the resources the reader answers for, the worst described first."""
    page = paginate(request, worst_described(actor_of(request)))
    crumbs = [
        *catalog_crumbs("")[:1],
        (_("Quality by department"), reverse("catalog:quality_departments")),
        (_("Worst described first"), ""),
    ]
    return render(request, "catalog/quality_descriptions.html", {"page": page, "possible": TOTAL, "crumbs": crumbs})
