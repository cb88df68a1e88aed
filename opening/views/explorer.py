"""The explorer: rows of an edition as a table, filtered, sorted and paged without script."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from catalog.data.plan import AskedPlan, Condition
from catalog.gate import Page, release
from opening.filters import OPERATIONS, first_row, read_explorer, with_new_filter
from opening.models import FILE_FORMS
from opening.selectors import Dataset
from opening.services import count_use, warrant_for
from opening.views.dataset import crumbs_of, is_chinese, load_dataset

_NUMBERS = frozenset("NYBIF")


@dataclass(frozen=True)
class Heading:
    """One column of the table: its label, its meaning, and where sorting by it leads."""

    name: str
    label: str
    is_numeric: bool
    sort_url: str
    sort: str
    is_shown: bool = True


@require_safe
def dataset_resource(request: HttpRequest, name: str, file_id: str) -> HttpResponse:
    """Show one page of rows under the question in the address."""
    if (query := with_new_filter(request.GET)) is not None:
        return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)
    dataset = load_dataset(request, name, file_id=file_id)
    asked, start = read_explorer(request), first_row(request.GET)
    delivery = release(request.actor, warrant_for(dataset.publication), asked)  # type: ignore[attr-defined]  # set by accounts' middleware
    page = delivery.page()
    if dataset.is_open and request.method == "GET":
        count_use(dataset.publication, "view")
    view = _View(request, dataset, asked)
    return render(request, "opening/dataset_resource.html", view.context(page, start))


@dataclass(frozen=True)
class _View:
    """The table of one page and every address that leads on from it."""

    request: HttpRequest
    dataset: Dataset
    asked: AskedPlan

    def context(self, page: Page, start: int) -> dict[str, Any]:
        shown = {field["id"] for field in page.fields}
        headings = self._headings(shown)
        return {
            "dataset": self.dataset,
            "edition": self.dataset.publication,
            "crumbs": crumbs_of(self.dataset, _("Table")),
            "headings": headings,
            "fields": [heading for heading in headings if heading.name in shown],
            "rows": page.rows,
            "total": page.total,
            "first": start if page.rows else 0,
            "last": start + len(page.rows) - 1 if page.rows else 0,
            "next_url": self._url(cursor=page.next_cursor, at=str(start + len(page.rows))) if page.next_cursor else "",
            "first_url": self._url() if start > 1 else "",
            "chips": self._chips(headings),
            "kept": self._kept(),
            "kept_for_columns": self._kept(leave_out="columns"),
            "operations": OPERATIONS.items(),
            "is_narrowed": bool(self.asked.filters or self.asked.search or self.asked.columns),
            "downloads": self._downloads(),
            "forms": FILE_FORMS,
            "api_url": self._api_url(),
            "q": self.asked.search,
        }

    def _params(self) -> QueryDict:
        params = self.request.GET.copy()
        for name in ("cursor", "at"):
            params.pop(name, None)
        return params

    def _url(self, **changes: str | None) -> str:
        params = self._params()
        for name, value in changes.items():
            params.pop(name, None)
            if value:
                params[name] = value
        query = urlencode(_pairs(params), safe=":,")
        return f"{self.request.path}?{query}" if query else self.request.path

    def _headings(self, shown: Iterable[str]) -> list[Heading]:
        wanted = set(shown)
        order = {entry.removeprefix("-"): entry.startswith("-") for entry in self.asked.order[:1]}
        return [
            Heading(
                name=item.code,
                label=(item.name_zh if is_chinese() else item.name_en) or item.name_zh,
                is_numeric=item.type in _NUMBERS,
                sort_url=self._url(order=_next_order(item.code, order)),
                sort=_direction(item.code, order),
                is_shown=item.code in wanted,
            )
            for item in self.dataset.items
        ]

    def _chips(self, headings: list[Heading]) -> list[tuple[str, str]]:
        labels = {heading.name: heading.label for heading in headings}
        chips = (
            [(_("contains “%(words)s”") % {"words": self.asked.search}, self._url(q=None))] if self.asked.search else []
        )
        texts = [text for text in self.request.GET.getlist("filter") if text]
        for text, condition in zip(texts, self.asked.filters, strict=False):
            params = self._params()
            params.setlist("filter", [kept for kept in texts if kept != text])
            query = urlencode(_pairs(params), safe=":,")
            chips.append((_words(condition, labels), f"{self.request.path}?{query}" if query else self.request.path))
        return chips

    def _kept(self, leave_out: str = "add") -> list[tuple[str, str]]:
        return [(n, v) for n, values in self._params().lists() for v in values if v and n not in {leave_out, "q"}] + (
            [("q", self.asked.search)] if self.asked.search else []
        )

    def _downloads(self) -> list[tuple[str, str]]:
        path = reverse("datastore_dump", args=[self.dataset.publication.file_id])
        params: list[tuple[str, str]] = [("filter", text) for text in self.request.GET.getlist("filter") if text]
        if self.asked.columns:
            params.append(("fields", ",".join(self.asked.columns)))
        if self.asked.order:
            params.append(("sort", ", ".join(_sorted_by(entry) for entry in self.asked.order)))
        if self.asked.search:
            params.append(("q", self.asked.search))
        boms = {"csv": [("bom", "true")]}
        return [
            (label, f"{path}?{urlencode([('format', form), *boms.get(form, []), *params])}")
            for form, label in FILE_FORMS
        ]

    def _api_url(self) -> str:
        params = _pairs(self._params())
        path = f"/api/v1/opening/editions/{self.dataset.publication.name}/rows"
        query = urlencode(params, safe=":,")
        return self.request.build_absolute_uri(f"{path}?{query}" if query else path)


def _pairs(params: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in params.lists() for value in values if value]


def _next_order(name: str, order: dict[str, bool]) -> str | None:
    """Go round: ascending, descending, as in the file."""
    if name not in order:
        return name
    return None if order[name] else f"-{name}"


def _direction(name: str, order: dict[str, bool]) -> str:
    return ("descending" if order[name] else "ascending") if name in order else ""


def _sorted_by(entry: str) -> str:
    return f"{entry[1:]} desc" if entry.startswith("-") else f"{entry} asc"


def _words(condition: Condition, labels: dict[str, str]) -> str:
    column = labels.get(condition.column, condition.column)
    if condition.op == "null":
        return f"{column} {OPERATIONS['empty' if condition.value else 'filled']}"
    value = condition.value
    joined = pgettext("between examples", ", ").join(value) if isinstance(value, tuple) else str(value)
    return f"{column} {OPERATIONS[condition.op]} “{joined}”"
