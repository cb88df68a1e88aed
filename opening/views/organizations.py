"""Public pages of departments and of themes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import Category
from opening.filters import refuse_unknown
from opening.selectors import open_editions, organization_figures, organizations_with_counts, themes_with_counts
from opening.views.dataset import is_chinese
from portal.accounts.selectors import active_departments
from portal.web.bilingual import bilingual
from portal.web.fetch import fetch
from portal.web.paging import paginate

PER_PAGE = 20
ORGANIZATIONS_PER_PAGE = 120


@require_safe
def organization_list(request: HttpRequest) -> HttpResponse:
    """List the departments that opened data, by region."""
    refuse_unknown(request.GET, ("page",))
    page = paginate(request, organizations_with_counts(), ORGANIZATIONS_PER_PAGE)
    return render(request, "opening/organization_list.html", {"page": page})


@require_safe
def organization(request: HttpRequest, name: str) -> HttpResponse:
    """Show who a department is, its figures and its open data."""
    refuse_unknown(request.GET, ("page",))
    department = fetch(active_departments(), slug=name)
    editions = open_editions().filter(resource__provider=department).order_by("title_zh", "pk")
    context = {
        "department": department,
        "figures": organization_figures(department),
        "page": paginate(request, editions, PER_PAGE),
        "crumbs": [
            (_("Find data"), reverse("dataset_list")),
            (_("Organizations"), reverse("organization_list")),
            (bilingual(department, "name", chinese=is_chinese()).text, ""),
        ],
    }
    return render(request, "opening/organization.html", context)


@require_safe
def group(request: HttpRequest, theme: str) -> HttpResponse:
    """Show the open data of one theme."""
    refuse_unknown(request.GET, ("page",))
    category = fetch(Category.objects.filter(kind=2), slug=theme)
    editions = open_editions().filter(resource__theme=category).order_by("title_zh", "pk")
    context = {
        "theme": category,
        "themes": themes_with_counts(),
        "page": paginate(request, editions, PER_PAGE),
        "crumbs": [
            (_("Find data"), reverse("dataset_list")),
            (bilingual(category, "name", chinese=is_chinese()).text, ""),
        ],
    }
    return render(request, "opening/group.html", context)
