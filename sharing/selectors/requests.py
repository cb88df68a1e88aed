"""Reads on requests: lists by what waits and what is late, and all that one request's page shows."""

from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from catalog.models import Item, Resource
from catalog.policies import standing_in_catalog
from catalog.policies import visible as visible_resources
from portal.audit.selectors import TimelineEntry, timeline
from portal.kernel.actors import Actor
from portal.web.fetch import fetch
from portal.workflow.deadlines import open_deadline
from portal.workflow.models import Deadline
from portal.workflow.snapshots import Change
from sharing import policies
from sharing.models import Delivery, Grant, Request
from sharing.selectors.content import labeled_changes, rows_in_words

_CLOCK = Deadline.objects.filter(
    subject_type="sharing.request", subject_id=Cast(OuterRef("pk"), CharField()), stopped_at=None
).order_by("due_on")
_EARLIER = (
    Grant.objects.filter(grantee=OuterRef("requester"), resource=OuterRef("resource"))
    .exclude(request=OuterRef("pk"))
    .order_by("-id")
)
_RELATED = ("resource", "requester__region", "provider__region", "applicant", "grant")


def requests(actor: Actor, *, waiting: bool = False, state: str = "", q: str = "") -> QuerySet[Request]:
    """Return the requests an actor may see, those with the most urgent clock first; each has ``due_on``.

    ``waiting`` keeps those that wait for the actor's own act; ``q`` looks in number, purpose and resource.
    """
    found = Request.objects.filter(policies.visible(actor)).select_related("resource", "requester", "provider")
    if waiting:
        found = found.filter(policies.waits_for(actor))
    if state:
        found = found.filter(state=state)
    if q:
        found = found.filter(Q(number__icontains=q) | Q(title__icontains=q) | Q(resource__title_zh__icontains=q))
    return found.annotate(due_on=Subquery(_CLOCK.values("due_on")[:1])).order_by(
        F("due_on").asc(nulls_last=True), "-updated_at", "-id"
    )


def fetch_request(actor: Actor, number: str) -> Request:
    """Return one request with what its page needs. Raises ``NotFound`` for what the actor may not see."""
    found = Request.objects.filter(policies.visible(actor)).select_related(*_RELATED)
    found = found.annotate(earlier=ArraySubquery(_EARLIER.values("number")[:5]))
    return fetch(found.prefetch_related("resource__items"), number=number)


def fetch_grant(actor: Actor, number: str) -> Grant:
    """Return one grant with what its page and its warrant need. Raises ``NotFound`` for what the actor may not see."""
    found = Grant.objects.filter(policies.visible_grants(actor)).select_related(
        "request", "resource__current_version", "grantee", "provider__region"
    )
    return fetch(found.prefetch_related("resource__items"), number=number)


def resource_to_ask(actor: Actor, code: str) -> Resource:
    """Return a visible resource with its items, to be asked for. Raises ``NotFound``."""
    found = Resource.objects.filter(visible_resources(actor)).select_related("provider__region")
    return fetch(found.prefetch_related("items"), code=code)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check the system makes for the reviewer: its code, whether it is satisfied, the facts."""

    code: str
    is_ok: bool
    facts: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """Everything the page of one request shows."""

    request: Request
    items: list[Item]
    rows: list[str]
    deadline: Deadline | None
    changes: list[Change]
    checks: list[Check]
    timeline: list[TimelineEntry]


def request_page(request: Request) -> RequestPage:
    """Gather the page of a request fetched by ``fetch_request`` (2 queries, 3 after a resubmission)."""
    items = policies.chosen(request.resource, request.items)
    record = timeline(request)
    was_resubmitted = sum(entry.action.endswith(".submit") for entry in record) > 1
    deadline = open_deadline(request)
    return RequestPage(
        request=request,
        items=items,
        rows=rows_in_words(request.rows, request.resource.items.all()),
        deadline=deadline,
        changes=labeled_changes(request) if was_resubmitted else [],
        checks=_checks(request, items),
        timeline=record,
    )


def _checks(request: Request, items: list[Item]) -> list[Check]:
    above = [item.name_zh for item in items if not policies.shareable(item)]
    total = len(request.resource.items.all())
    return [
        Check(code="grades", is_ok=bool(items) and not above, facts=above),
        Check(code="basis", is_ok=bool(request.legal_basis.strip())),
        Check(code="minimal", is_ok=len(items) < total or total == 1, facts=[f"{len(items)}/{total}"]),
        Check(code="rows", is_ok=bool(request.rows)),
        Check(code="earlier", is_ok=True, facts=list(getattr(request, "earlier", ())[:5])),
    ]


def pending_openings() -> list[int]:
    """Return approved requests whose grant waits to be opened, leaving out those that failed on the present version."""
    failed = Delivery.objects.filter(grant__request=OuterRef("pk"), state="failed").filter(
        Q(version=OuterRef("resource__current_version"))
        | Q(version__isnull=True, grant__resource__current_version__isnull=True)
    )
    waiting = Request.objects.filter(standing_in_catalog("resource__"), state="approved").exclude(Exists(failed))
    return list(waiting.order_by("id").values_list("pk", flat=True))
