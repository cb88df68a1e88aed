"""Pages of rectification tickets: the list, one ticket with its acts, opening one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.forms.quality import TicketForm
from catalog.models import QualityTicket
from catalog.policies.quality import decide_quality, decide_ticket
from catalog.selectors import quality as selectors
from catalog.selectors.columns import worded_columns
from catalog.services import quality as services
from catalog.views.detail import catalog_crumbs, detail_context, resource_of
from catalog.workflow import TICKETS
from portal.audit.selectors import timeline
from portal.kernel.errors import Invalid, NotAllowed, NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.verbs import verbs_for
from portal.web.words import done
from portal.workflow.deadlines import deadlines_of, open_deadline


@login_required
def tickets(request: HttpRequest) -> HttpResponse:
    """List the tickets the reader may see, those still open unless asked otherwise."""
    found = selectors.tickets(actor_of(request))
    shows_all = request.GET.get("all") == "1"
    page = paginate(request, found if shows_all else found.exclude(state__in=TICKETS.final))
    clocks = deadlines_of(list(page))
    lines = [(ticket, clocks.get(str(ticket.pk))) for ticket in page]
    context = {"page": page, "lines": lines, "shows_all": shows_all}
    return render(request, "catalog/tickets.html", context | {"crumbs": catalog_crumbs(_("Rectification tickets"))})


@login_required
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """Show a ticket: what is asked, until when, what was done."""
    return _show(request, _ticket(request, number))


def _ticket(request: HttpRequest, number: str) -> QualityTicket:
    return fetch(selectors.tickets(actor_of(request)), number=number)


def _show(request: HttpRequest, found: QualityTicket, *, error: str = "", status: int = 200) -> HttpResponse:
    actor, resource = actor_of(request), found.resource
    line = selectors.rule_line(resource, worded_columns(resource), found.rule_key) if found.cause == "block" else None
    context = {
        "ticket": found,
        "resource": resource,
        "deadline": open_deadline(found),
        "rule_label": line.label if line else "",
        "crumbs": [(_("Rectification tickets"), "/catalog/tickets/"), (found.number, "")],
        "timeline": timeline(found),
        "verbs": verbs_for(
            actor, found, TICKETS, decide_ticket, lambda verb: f"{found.get_absolute_url()}act/{verb}/",
            tones={"mend": "p", "verify": "p"},
        ),
        "reason_error": error,
        "reason": reason_of(request),
    }  # fmt: skip
    return render(request, "catalog/ticket.html", context, status=status)


@require_POST
@login_required
def ticket_act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do a verb to a ticket."""
    if verb not in services.VERBS:
        raise NotFound(_("There is no such act."))
    found = _ticket(request, number)
    try:
        services.move_ticket(actor_of(request), ticket=found, verb=verb, reason=reason_of(request))
    except ReasonMissing as error:
        return _show(request, found, error=str(error), status=400)
    messages.success(request, done(f"catalog.ticket.{verb}", number))
    return redirect(found)


@login_required
def ticket_open(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the source to put its data right, as the coordinator of its region."""
    found = resource_of(request, code)
    if not (decision := decide_quality(actor_of(request), "open_ticket", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    form = TicketForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.open_ticket(actor_of(request), resource=found, note=form.cleaned_data["note"])
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(
                request, _("Ticket %(number)s is opened, and the department is told.") % {"number": made.number}
            )
            return redirect(made)
    page = detail_context(request, found, "quality") | {"form": form}
    return render(request, "catalog/ticket_open.html", page, status=400 if form.errors else 200)
