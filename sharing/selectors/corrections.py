"""Reads on corrections: lists with what is late, all that one correction's page shows, what of it waits on the desk."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.data.plan import DeliveryPlan
from catalog.models import Version
from portal.audit.selectors import TimelineEntry, timeline
from portal.kernel.actors import Actor
from portal.kernel.errors import Text
from portal.kernel.working_days import working_days_between
from portal.web.bilingual import text_of
from portal.web.fetch import fetch
from portal.workflow.deadlines import open_deadline
from portal.workflow.desk import Task
from portal.workflow.models import Deadline
from sharing import policies
from sharing.models import Correction, CorrectionDocument, CorrectionLine, CorrectionReceipt, Grant
from sharing.selectors.content import name_of
from sharing.workflow import CORRECTIONS

SIDES = ("filed", "received", "told")
_LONGEST = 200
_OPEN = tuple(state for state in CORRECTIONS.states if state not in CORRECTIONS.final)
_CLOCK = Deadline.objects.filter(
    subject_type="sharing.correction", subject_id=Cast(OuterRef("pk"), CharField()), stopped_at=None
).order_by("due_on")
_KIND, _KIND_NEWS = gettext_lazy("Correction of data"), gettext_lazy("News of a correction")
_RELATED = (
    "resource",
    "version",
    "grant",
    "department__region",
    "provider__region",
    "filer",
    "corrected_in",
    "checked_in",
)


def corrections(
    actor: Actor, *, state: str = "", side: str = "", q: str = "", late: bool = False, waiting: bool = False
) -> QuerySet[Correction]:
    """Return the corrections an actor may see, the most urgent clock first; each has ``due_on`` and ``cells``.

    ``side`` is ``filed`` by her departments, ``received`` by them as provider, or ``told`` to them as another holder;
    ``late`` keeps those past their day, ``waiting`` those that wait for her own act; ``q`` looks in the numbers of the
    correction and the grant, and in the code and name of the resource.
    """
    found = Correction.objects.filter(policies.visible_corrections(actor)).select_related(*_RELATED[:5])
    if waiting:
        found = found.filter(policies.waiting_corrections(actor))
    if side == "filed":
        found = found.filter(department__in=actor.departments())
    elif side == "received":
        found = found.filter(provider__in=actor.departments())
    elif side == "told":
        told = CorrectionReceipt.objects.filter(grant__grantee__in=actor.departments())
        found = found.filter(pk__in=told.values("correction"))
    if state:
        found = found.filter(state=state)
    if q:
        words = Q(number__icontains=q) | Q(grant__number__icontains=q)
        found = found.filter(words | Q(resource__title_zh__icontains=q) | Q(resource__code=q))
    found = found.annotate(due_on=Subquery(_CLOCK.values("due_on")[:1]), cells=Count("lines"))
    if late:
        found = found.filter(due_on__lt=timezone.localdate())
    return found.order_by(F("due_on").asc(nulls_last=True), "-filed_at", "-id")


def fetch_correction(actor: Actor, number: str) -> Correction:
    """Return one correction with what its page needs. Raises ``NotFound`` for what the actor may not see."""
    found = Correction.objects.filter(policies.visible_corrections(actor)).select_related(*_RELATED)
    receipts = CorrectionReceipt.objects.select_related("grant__grantee__region", "confirmed_by")
    documents = CorrectionDocument.objects.select_related("created_by")
    related = ("lines", Prefetch("receipts", receipts), Prefetch("documents", documents))
    return fetch(found.prefetch_related("resource__items", *related), number=number)


@dataclass(frozen=True, kw_only=True)
class LineShown:
    """One line as a reader may see it: the row is None where she may not.

    ``source_url`` leads the provider's people to the row in the present data.
    """

    line: CorrectionLine
    item: str
    row: list[tuple[str, str | None]] | None
    shows_values: bool
    source_url: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrectionPage:
    """Everything the page of one correction shows."""

    correction: Correction
    lines: list[LineShown]
    shows_values: bool
    deadline: Deadline | None
    documents: list[CorrectionDocument]
    receipts: list[CorrectionReceipt]
    timeline: list[TimelineEntry]


def correction_page(actor: Actor, correction: Correction) -> CorrectionPage:
    """Gather the page of a correction fetched by ``fetch_correction`` (2 queries)."""
    shows = bool(policies.decide_correction(actor, "values", correction))
    offices = actor.departments()
    is_side = bool(offices & {correction.department_id, correction.provider_id})
    sees_all = is_side or actor.coordinates(correction.provider.region_id)
    receipts = [one for one in correction.receipts.all() if sees_all or one.grant.grantee_id in offices]
    return CorrectionPage(
        correction=correction,
        lines=shown_lines(actor, correction, shows_all=shows, counts_all=sees_all),
        shows_values=shows,
        deadline=open_deadline(correction),
        documents=list(correction.documents.all()) if shows else [],
        receipts=receipts,
        timeline=timeline(correction) if sees_all else [],
    )


def shown_lines(actor: Actor, correction: Correction, *, shows_all: bool, counts_all: bool) -> list[LineShown]:
    """Return the lines a reader may see, with what she may see of each.

    Both sides' staff see everything. Another holder sees the lines in rows that its grant gives, with the values and
    keys that the same grant delivers as they are; whoever only oversees sees which items, no row and no value.
    """
    held = [] if counts_all else _held(actor, correction)
    lines = [
        line
        for line in correction.lines.all()
        if counts_all or any(line.position in receipt.lines for receipt, _plain in held)
    ]
    names = item_names(correction)
    shown = [
        _shown(line, names, [plain for receipt, plain in held if line.position in receipt.lines], shows_all=shows_all)
        for line in lines
    ]
    is_source = shows_all and correction.provider_id in actor.departments(*policies.STAFF)
    return [replace(one, source_url=_source_url(correction, one.line)) for one in shown] if is_source else shown


def _source_url(correction: Correction, line: CorrectionLine) -> str:
    """Return the address of the row in the current version; empty where an item of its key is not declared now."""
    codes = {item.column_id: item.code for item in correction.resource.items.all()}
    if not codes.keys() >= line.key.keys():
        return ""
    filters = [
        ("filter", f"{codes[name]}:null:true" if value is None else f"{codes[name]}:eq:{value}")
        for name, value in line.key.items()
    ]
    return f"{correction.resource.get_absolute_url()}rows/?{urlencode(filters)}"


def _shown(line: CorrectionLine, names: dict[str, str], plain: list[set[str]], *, shows_all: bool) -> LineShown:
    may_row = shows_all or any(columns.issuperset(line.key) for columns in plain)
    may_value = shows_all or any(line.column_id in columns for columns in plain)
    row = [(names.get(name, name), value) for name, value in line.key.items()] if may_row else None
    return LineShown(line=line, item=names.get(line.column_id, line.column_id), row=row, shows_values=may_value)


def _held(actor: Actor, correction: Correction) -> list[tuple[CorrectionReceipt, set[str]]]:
    """Return the receipts of the actor's departments with the column ids that each grant shows her unmasked now."""
    found = []
    for receipt in correction.receipts.all():
        grant = receipt.grant
        if grant.grantee_id in actor.departments():
            grant.resource = correction.resource
            may = bool(policies.decide(actor, "use", grant))
            found.append((receipt, _plain(grant, correction) if may else set()))
    return found


def _plain(grant: Grant, correction: Correction) -> set[str]:
    plan = DeliveryPlan.from_json(grant.plan)
    given = {column.name for column in plan.columns if column.op == "pass"}
    items = correction.resource.items.all()
    return {item.column_id for item in items if item.code in given and not item.mask and policies.shareable(item)}


def item_names(correction: Correction) -> dict[str, str]:
    """Return the names of columns by id: the item's of today, or that of the version where it is not declared now."""
    then = {column["id"]: column["title"] or column["name"] for column in correction.version.columns}
    return then | {item.column_id: name_of(item) for item in correction.resource.items.all()}


def versions_received(grant: Grant) -> list[Version]:
    """Return the versions in which errors can be reported: the current one, and those received (1 query)."""
    used = Q(pk__in=grant.uses.values("version")) | Q(pk=grant.resource.current_version_id)
    return list(Version.objects.filter(used, resource_id=grant.resource_id, deleted_at=None).order_by("-number"))


def tasks_of_corrections(actor: Actor) -> list[Correction]:
    """Return the open corrections, and news, that belong on the actor's desk, at most 400 (1 query).

    Each has ``due_on`` and ``waits``: whether it waits for her own act; the others she filed herself.
    """
    mine = Q(filer=actor.user_id, state__in=_OPEN)
    waits = policies.waiting_corrections(actor)
    found = corrections(actor).filter(waits | mine).annotate(waits=ExpressionWrapper(waits, BooleanField()))
    return list(found[: 2 * _LONGEST])


def task_of(actor: Actor, one: Correction, days: Mapping[date, bool]) -> Task:
    """Return the line of the desk for one of ``tasks_of_corrections``; the clock is shown to those it runs for."""
    due, waits = one.due_on, one.waits  # type: ignore[attr-defined]  # annotated
    is_news = waits and one.provider_id not in actor.departments(*policies.STAFF)
    if is_news:
        due = None
    return Task(
        group="todo" if waits else "started",
        number=one.number,
        title=text_of(one.resource, "title"),
        url=reverse("sharing:correction", args=[one.number]),
        kind=_KIND_NEWS if is_news else _KIND,
        state=one.state,
        state_label=one.get_state_display(),
        since=one.updated_at,
        holder=holder_of_correction(one),
        due_on=due,
        # The clock of a correction never pauses, so that its due day says all.
        days_left=working_days_between(timezone.localdate(), due, days) if due else None,
    )


def holder_of_correction(correction: Correction) -> Text:
    """Say who holds a correction now: the provider until it is closed."""
    return name_of(correction.provider) if correction.state in _OPEN else ""


def export_rows(found: Iterable[Correction]) -> Iterator[list[Any]]:
    """Yield a header and one row for each correction; no row of data and no value stands in it."""
    yield [
        _("Number"), _("State"), _("Resource code"), _("Resource"), _("Version"), _("Values reported"), _("Grant"),
        _("Reported by"), _("Provider"), _("Filed"), _("Due"), _("Confirmed"), _("Closed"), _("Corrected in version"),
        _("Answer"),
    ]  # fmt: skip
    for one in found:
        due: Any = getattr(one, "due_on", None)
        yield [
            one.number, one.get_state_display(), one.resource.code, one.resource.title_zh, one.version.number,
            getattr(one, "cells", ""), one.grant.number if one.grant else "",
            one.department.name_zh if one.department else "", one.provider.name_zh,
            _day(one.filed_at), due.isoformat() if due else "", _day(one.confirmed_at), _day(one.closed_at),
            one.corrected_in.number if one.corrected_in else "", one.answer,
        ]  # fmt: skip


def _day(moment: Any) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""
