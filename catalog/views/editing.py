"""Registering and editing a resource: the task list and its sections; drafts are saved with gaps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog import policies, selectors, services
from catalog.forms import (
    ITEMS_PREFIX,
    AssessmentsForm,
    AttributesForm,
    BasicForm,
    DraftForm,
    ItemTable,
    ProposeForm,
    RegisterForm,
    item_rows,
    rows_of,
)
from catalog.models import Item, Resource
from catalog.selectors.progress import answers, problems, sections
from catalog.selectors.quality import metadata_points
from catalog.selectors.quality.metadata import TOTAL
from catalog.services.items import MOST_ITEMS
from catalog.services.versions import propose_items as propose
from catalog.views.detail import resource_of, returned_because, title_of, url_of
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.web.context import actor_of

_ROWS_ADDED = 3


def draft_of(request: HttpRequest, code: str, action: str = "edit") -> Resource:
    """Return a resource that the reader may work on. Raises ``NotFound`` unseen, ``NotAllowed`` without the duty."""
    resource = resource_of(request, code)
    if not (decision := policies.decide(actor_of(request), action, resource)):
        raise NotAllowed(decision.reason, code=decision.code)
    return resource


def _crumbs(resource: Resource, title: str = "") -> dict[str, Any]:
    links = [(_("My department's resources"), "/catalog/mine/"), (title_of(resource), url_of(resource, "tasks"))]
    return {"resource": resource, "crumbs": [*links, (title, "")] if title else [links[0], (title_of(resource), "")]}


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """Ask for whose resource it is and its name, then open the draft."""
    departments = policies.departments_to_register_for(actor_of(request))
    if not departments.exists():
        raise NotAllowed(_("Only a data officer may register resources."), code="no_duty")
    form = RegisterForm(request.POST or None, departments=departments)
    if form.is_valid():
        try:
            resource = services.create_resource(actor_of(request), **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The draft is saved. Fill in the sections in any order."))
            return redirect(url_of(resource, "tasks"))
    crumbs = [(_("My department's resources"), reverse("catalog:mine")), (_("Register a resource"), "")]
    return render(
        request, "catalog/register.html", {"form": form, "crumbs": crumbs}, status=400 if form.errors else 200
    )


@login_required
def tasks(request: HttpRequest, code: str) -> HttpResponse:
    """Show the sections of the registration and how complete each is."""
    resource = draft_of(request, code)
    work = selectors.work_of(resource)

    def address(name: str) -> str:
        return url_of(resource, name)

    context = {"tasks": sections(work.resource, work.items, address), "work": work, "possible": TOTAL}
    context["returned_because"] = returned_because(resource)
    context["points"] = sum(point.points for point in metadata_points(resource, address) if point.is_met)
    return render(request, "catalog/tasks.html", _crumbs(work.resource) | context)


def _edit(request: HttpRequest, code: str, form_class: type[DraftForm], template: str, title: str) -> HttpResponse:
    resource = draft_of(request, code)
    form = form_class(request.POST or None, initial=form_class.initial_of(selectors.work_of(resource).resource))  # type: ignore[attr-defined]  # both have it
    if form.is_valid():
        try:
            services.edit_resource(actor_of(request), resource=resource, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("“%(section)s” is saved.") % {"section": title})
            return redirect(url_of(resource, "tasks"))
    context = {"form": form, "heading": title, "back_url": url_of(resource, "tasks")}
    return render(request, template, _crumbs(resource, title) | context, status=400 if form.errors else 200)


@login_required
def edit_basic(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the basic information."""
    return _edit(request, code, BasicForm, "catalog/edit_basic.html", _("Basic information"))


@login_required
def edit_assessments(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the two assessments."""
    return _edit(request, code, AssessmentsForm, "catalog/edit_assessments.html", _("Assessments"))


@login_required
def edit_items(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the table of data items; the button “Add rows” works without script."""
    resource = draft_of(request, code)
    table = ItemTable(_with_rows(request), prefix=ITEMS_PREFIX) if request.method == "POST" else _table_of(resource)
    wants_rows = "add_row" in request.POST
    if request.method == "POST" and not wants_rows and table.is_valid():
        try:
            services.set_items(actor_of(request), resource=resource, items=rows_of(table))
        except Invalid as error:
            return _show_items(request, resource, table, _in_rows(table, error))
        messages.success(request, _("The data items are saved."))
        return redirect(url_of(resource, "tasks"))
    return _show_items(request, resource, table, () if wants_rows else _table_problems(table))


def _with_rows(request: HttpRequest) -> Any:
    """Return what was posted, with three empty rows more when that was asked for."""
    data = request.POST.copy()
    if "add_row" in data:
        name = f"{ITEMS_PREFIX}-TOTAL_FORMS"
        given = request.POST.get(name, "")
        total = min(int(given), MOST_ITEMS) if given.isdecimal() else 0
        data[name] = str(total + _ROWS_ADDED)
        for at in range(total, total + _ROWS_ADDED):
            data[f"{ITEMS_PREFIX}-{at}-is_nullable"] = "on"
    return data


def _table_problems(table: Any) -> list[tuple[str, str]]:
    if not table.is_bound:
        return []
    found = [(str(text), "") for text in table.non_form_errors()]
    for at, form in enumerate(table.forms):
        for name, texts in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            found += [
                (
                    _("Row %(row)s, %(label)s: %(text)s") % {"row": at + 1, "label": label, "text": text},
                    f"id_{form.prefix}-{name}",
                )
                for text in texts
            ]
    return found


def _in_rows(table: Any, error: Invalid) -> list[tuple[str, str]]:
    """Return the messages of a refused save with the cells they point at."""
    kept = [f for f in table.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]
    found = [(str(error.message), "")] if error.message else []
    for name, texts in error.fields.items():
        _items, _dot, rest = name.partition(".")
        at, _dot, field = rest.partition(".")
        anchor = f"id_{kept[int(at)].prefix}-{field}" if at.isdigit() and int(at) < len(kept) else ""
        row = _("Row %(row)s: ") % {"row": int(at) + 1} if at.isdigit() else ""
        found += [(f"{row}{text}", anchor) for text in texts]
    return found


def _without_file(form: ProposeForm) -> list[tuple[str, str]]:
    return [(f"{form[name].label}: {text}", form[name].id_for_label) for name, ts in form.errors.items() for text in ts]


def _show_items(
    request: HttpRequest, resource: Resource, table: Any, found: Any, form: ProposeForm | None = None
) -> HttpResponse:
    context = {
        "table": table,
        "propose_form": form or ProposeForm(),
        "problems": found,
        "back_url": url_of(resource, "tasks"),
    }
    status = 400 if found else 200
    return render(request, "catalog/edit_items.html", _crumbs(resource, _("Data items")) | context, status=status)


@login_required
def propose_items(request: HttpRequest, code: str) -> HttpResponse:
    """Propose data items from a file; nothing is saved before the table is."""
    resource = draft_of(request, code)
    if request.method != "POST":
        return redirect(url_of(resource, "edit_items"))
    form = ProposeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_items(request, resource, _table_of(resource), _without_file(form), form)
    try:
        columns = propose(form.cleaned_data["file"], form.cleaned_data["file"].name)
    except Invalid as error:
        return _show_items(
            request, resource, _table_of(resource), [(str(t), "") for ts in error.fields.values() for t in ts]
        )
    rows = [_proposed(column) for column in columns]
    messages.info(request, _("Proposed from the file. Check names and types, then save; nothing is saved yet."))
    return _show_items(request, resource, ItemTable(initial=rows, prefix=ITEMS_PREFIX), ())


def _table_of(resource: Resource) -> Any:
    return ItemTable(initial=item_rows(selectors.work_of(resource).items), prefix=ITEMS_PREFIX)


def _proposed(column: Any) -> dict[str, Any]:
    return {
        "name_zh": column.title or column.name,
        "code": column.name,
        "type": str(column.type.value),
        "length": column.length,
        "is_key": column.primary_key,
        "is_nullable": column.nullable,
    }


@login_required
def edit_attributes(request: HttpRequest, code: str) -> HttpResponse:
    """List the items with their attributes, and set one description for all of them."""
    resource = draft_of(request, code)
    found = selectors.work_of(resource).items
    form = AttributesForm(request.POST or None, initial=AttributesForm.initial_of_all(found))
    if form.is_valid():
        return _set_attributes(request, resource, dict.fromkeys((item.code for item in found), form.cleaned_data))
    context = {"form": form, "lines": answers(found), "back_url": url_of(resource, "tasks")}
    status = 400 if form.errors else 200
    return render(
        request, "catalog/edit_attributes.html", _crumbs(resource, _("Sharing and opening")) | context, status=status
    )


@login_required
def edit_item(request: HttpRequest, code: str, column: str) -> HttpResponse:
    """Set grade, sharing and opening of one item, with reason and legal basis."""
    resource = draft_of(request, code)
    item = _item(resource, column)
    form = AttributesForm(request.POST or None, initial=AttributesForm.initial_of(item))
    if form.is_valid():
        return _set_attributes(request, resource, {item.code: form.cleaned_data})
    context = {"form": form, "item": item, "back_url": url_of(resource, "edit_attributes"), "wanting": problems(item)}
    status = 400 if form.errors else 200
    return render(request, "catalog/edit_item.html", _crumbs(resource, item.name_zh) | context, status=status)


def _item(resource: Resource, column: str) -> Item:
    for item in selectors.work_of(resource).items:
        if item.code == column:
            return item
    raise NotFound(_("There is no such data item."))


def _set_attributes(request: HttpRequest, resource: Resource, values: dict[str, dict[str, Any]]) -> HttpResponse:
    items = selectors.work_of(resource).items
    rows = [{"code": item.code, "name_zh": item.name_zh, **values.get(item.code, {})} for item in items]
    services.set_items(actor_of(request), resource=resource, items=rows)
    names = [item.name_zh for item in items if item.code in values]
    said = _("Sharing and opening of “%(name)s” are saved.") % {"name": names[0]}
    messages.success(request, said if len(names) == 1 else _("Sharing and opening of all data items are saved."))
    return redirect(url_of(resource, "edit_attributes"))
