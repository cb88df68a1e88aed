"""Hand-overs of resources between departments: the list, proposing, one with its preview, its acts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.forms.handovers import HandOverForm
from catalog.models import HandOver
from catalog.policies.handovers import decide_hand_over, decide_see_hand_overs, givers
from catalog.selectors import handovers as selectors
from catalog.services import handovers as services
from catalog.workflow import HANDOVERS
from portal.audit.selectors import timeline
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.verbs import Verb, verbs_for
from portal.web.words import done


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Catalog"), reverse("catalog:resources")), (_("Hand-overs"), reverse("catalog:handovers")), *more]


def _hand_over(request: HttpRequest, number: str) -> HandOver:
    return fetch(selectors.hand_overs(actor_of(request)), number=number)


@login_required
def handovers(request: HttpRequest) -> HttpResponse:
    """List the hand-overs the reader may see."""
    actor = actor_of(request)
    if not (decision := decide_see_hand_overs(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    context = {"page": paginate(request, selectors.hand_overs(actor)), "crumbs": _crumbs()}
    return render(request, "catalog/handovers.html", context)


@login_required
def handover_new(request: HttpRequest) -> HttpResponse:
    """Propose a hand-over; its page shows what would move before anybody agrees."""
    actor = actor_of(request)
    if not (decision := decide_see_hand_overs(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    own = givers(actor).first()
    form = HandOverForm(request.POST or None, initial={"giver": own.name_zh if own else ""})
    if form.is_valid():
        try:
            made = services.propose_hand_over(actor, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            return redirect(made)
    context = {"form": form, "crumbs": _crumbs((_("Propose a hand-over"), ""))}
    return render(request, "catalog/handover_new.html", context, status=400 if form.errors else 200)


@login_required
def handover_revise(request: HttpRequest, number: str) -> HttpResponse:
    """Change a hand-over that came back, and propose it again."""
    actor, found = actor_of(request), _hand_over(request, number)
    if not (decision := decide_hand_over(actor, "propose", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    initial = {"document": found.document, "note": found.note, "extent": found.extent}
    initial["resources"] = "\n".join(found.lines.values_list("resource__code", flat=True))
    form = HandOverForm(request.POST or None, initial=initial, hand_over=found)
    if form.is_valid():
        try:
            return redirect(services.propose_again(actor, hand_over=found, **form.cleaned_data))
        except Invalid as error:
            form.add_invalid(error)
    context = {"form": form, "hand_over": found, "crumbs": _crumbs((found.number, found.get_absolute_url()))}
    return render(request, "catalog/handover_new.html", context, status=400 if form.errors else 200)


@login_required
def handover(request: HttpRequest, number: str) -> HttpResponse:
    """Show what a hand-over moves, what keeps it, and take the decision."""
    return _show(request, _hand_over(request, number))


def _show(request: HttpRequest, found: HandOver, *, error: str = "", status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    lines = selectors.moving(found, selectors.resources_to_move(found))
    context: dict[str, Any] = {
        "hand_over": found,
        "is_open": found.state in selectors.OPEN,
        "page": paginate(request, lines),
        "totals": selectors.totals(lines),
        "obstacles": [line for line in lines if line.obstacles],
        "may_revise": bool(decide_hand_over(actor, "propose", found)),
        "may_read_history": bool(decide_hand_over(actor, "history", found)),
        "verbs": _verbs(actor, found),
        "timeline": timeline(found),
        "reason": reason_of(request),
        "reason_error": error,
        "crumbs": _crumbs((found.number, "")),
    }
    return render(request, "catalog/handover.html", context, status=status)


def _verbs(actor: Actor, found: HandOver) -> list[Verb]:
    return verbs_for(
        actor,
        found,
        HANDOVERS,
        decide_hand_over,
        lambda verb: reverse("catalog:handover_act", args=[found.number, verb]),
        tones={"release": "p", "carry_out": "p", "undo": "d"},
        leave_out=frozenset({"propose"}),
    )


@require_POST
@login_required
def handover_act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do a verb to a hand-over."""
    if verb not in services.HANDOVER_VERBS:
        raise NotFound(_("There is no such act."))
    found = _hand_over(request, number)
    try:
        services.HANDOVER_VERBS[verb](actor_of(request), hand_over=found, reason=reason_of(request))
    except ReasonMissing as error:
        return _show(request, found, error=str(error), status=400)
    except Conflict as error:
        messages.error(request, str(error))
        return _show(request, found, status=409)
    messages.success(request, done(f"catalog.hand_over.{verb}", number))
    return redirect(found)


@login_required
def handover_history(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Show what happened to a resource until it was handed over, to the department that had it."""
    found = _hand_over(request, number)
    if not (decision := decide_hand_over(actor_of(request), "history", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    resource = fetch(selectors.resources_to_move(found), code=code.replace("~", "/"))
    context = {
        "hand_over": found,
        "resource": resource,
        "timeline": selectors.history_until(found, resource),
        "crumbs": _crumbs((found.number, found.get_absolute_url()), (_("History"), "")),
    }
    return render(request, "catalog/handover_history.html", context)
