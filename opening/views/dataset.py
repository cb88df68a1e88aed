"""The public page of a dataset: overview, data and API, fields, versions."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opening.filters import refuse_unknown
from opening.models import FILE_FORMS
from opening.selectors import Dataset, dataset_of, edition_at, editions, versions_of
from opening.selectors.citation import citation_of
from opening.selectors.programs import programs_for
from opening.selectors.structured_data import structured_data
from opening.services import count_use
from portal.web.bilingual import bilingual

_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def load_dataset(request: HttpRequest, name: str, **more: Any) -> Dataset:
    """Return the edition at a public address: open to all, or a preview for those who prepare it."""
    publication = edition_at(editions(request.actor).prefetch_related("items"), name=name, **more)  # type: ignore[attr-defined]  # set by accounts' middleware
    return dataset_of(publication)


def crumbs_of(dataset: Dataset, last: str = "") -> list[tuple[str, str]]:
    """Return where a page of this dataset lies."""
    publication = dataset.publication
    title = bilingual(publication, "title", chinese=is_chinese()).text
    provider = publication.resource.provider
    department = bilingual(provider, "name", chinese=is_chinese()).text
    here = reverse("dataset", args=[publication.name])
    crumbs = [(_("Find data"), reverse("dataset_list")), (department, reverse("organization", args=[provider.slug]))]
    return [*crumbs, (title, here), (last, "")] if last else [*crumbs, (title, "")]


def is_chinese() -> bool:
    """Say whether the page is in Chinese."""
    return (get_language() or "").startswith("zh")


def _page(request: HttpRequest, name: str, tab: str, **more: Any) -> HttpResponse:
    refuse_unknown(request.GET, ())
    dataset = load_dataset(request, name)
    if dataset.is_open and request.method == "GET":
        count_use(dataset.publication, "view")
    address = request.build_absolute_uri(reverse("dataset", args=[name]))
    context = {
        "dataset": dataset,
        "edition": dataset.publication,
        "tabs": _tabs(dataset, tab),
        "crumbs": crumbs_of(dataset),
        "files": [(form, label, dataset.files.get(form)) for form, label in FILE_FORMS],
        "citation": citation_of(dataset, address=address, today=timezone.localdate(), chinese=is_chinese()),
        **{key: value(dataset) for key, value in more.items()},
    }
    return render(request, f"opening/{tab}.html", context)


def _tabs(dataset: Dataset, current: str) -> list[dict[str, Any]]:
    labels = {
        "dataset": pgettext("tab of a dataset", "Overview"),
        "dataset_data": _("Data and API"),
        "dataset_fields": _("Fields"),
        "dataset_versions": _("Versions"),
    }
    counts = {"dataset_fields": len(dataset.items)}
    return [
        {
            "label": label,
            "url": reverse(name, args=[dataset.publication.name]),
            "is_current": name == current,
            "count": counts.get(name),
        }
        for name, label in labels.items()
    ]


@require_safe
def dataset(request: HttpRequest, name: str) -> HttpResponse:
    """What it is, what one may do with it, and where to get it."""
    site = request.build_absolute_uri("/").rstrip("/")
    return _page(request, name, "dataset", structured=lambda found: _embedded(structured_data(found, site=site)))


@require_safe
def dataset_data(request: HttpRequest, name: str) -> HttpResponse:
    """Every file with size, rows and hash, and how to read the rows by API."""
    address = request.build_absolute_uri(f"/api/v1/opening/editions/{name}/rows")
    return _page(
        request,
        name,
        "dataset_data",
        api_url=lambda found: address,
        api_filtered=lambda found: _example(address, found),
        programs=lambda found: programs_for(found.publication, request.build_absolute_uri("/").rstrip("/")),
        dump_url=lambda found: request.build_absolute_uri(reverse("datastore_dump", args=[found.publication.file_id])),
    )


def _example(address: str, dataset: Dataset) -> str:
    first = dataset.items[0].code if dataset.items else ""
    return f"{address}?order={first}&limit=100" if first else address


@require_safe
def dataset_fields(request: HttpRequest, name: str) -> HttpResponse:
    """The data dictionary: the chosen items only."""
    return _page(request, name, "dataset_fields")


@require_safe
def dataset_versions(request: HttpRequest, name: str) -> HttpResponse:
    """Every version since the edition was opened, each with its files."""
    return _page(request, name, "dataset_versions", versions=lambda found: list(versions_of(found.publication)))


def _embedded(data: dict[str, Any]) -> SafeString:
    """Write JSON so that nothing in it can end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308 - <, > and & are escaped above
