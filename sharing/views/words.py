"""What the pages of sharing say: steps, holders, checks, tabs, buttons and answers, as finished lists."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.actors import Actor
from portal.kernel.errors import DomainError, Invalid, ReasonMissing, Text
from portal.web.bilingual import name_with_code
from portal.web.verbs import Verb, verbs_for
from portal.web.words import register
from sharing import policies, selectors
from sharing.models import Grant, Request
from sharing.selectors.content import LABELS, name_of
from sharing.selectors.desk import holder_of
from sharing.selectors.requests import Check, RequestPage
from sharing.workflow import GRANTS, REQUESTS

register(
    {
        "sharing.request.draft": gettext_lazy("Draft written"),
        "sharing.request.open": gettext_lazy("Data delivered"),
        "sharing.request.extend": gettext_lazy("Time to reply extended"),
        "sharing.request.return": gettext_lazy("Returned to be supplemented"),
        "sharing.grant.open": gettext_lazy("Grant opened"),
    }
)
_STEPS: dict[str, tuple[int, Text, Text]] = {
    "draft": (1, gettext_lazy("Write the request"), gettext_lazy("submit to your office head")),
    "returned": (1, gettext_lazy("Supplement the request"), gettext_lazy("submit again")),
    "consent_pending": (2, gettext_lazy("Consent of the own office head"), gettext_lazy("decision of the provider")),
    "with_provider": (3, gettext_lazy("Decision of the provider"), gettext_lazy("delivery")),
    "approved": (4, gettext_lazy("Delivery"), gettext_lazy("the data can be used")),
    "delivered": (4, gettext_lazy("Delivery"), ""),
}
_CHECKS: dict[str, tuple[Text, Text]] = {
    "grades": (gettext_lazy("Every item may be shared"), gettext_lazy("Items that may not be shared:")),
    "basis": (gettext_lazy("A legal basis is stated"), gettext_lazy("No legal basis is stated.")),
    "minimal": (
        gettext_lazy("Only a part of the items is asked for"),
        gettext_lazy("Every item of the resource is asked for: are all needed for the purpose?"),
    ),
    "rows": (gettext_lazy("The rows are limited"), gettext_lazy("All rows are asked for.")),
    "earlier": (gettext_lazy("Earlier grants of this resource to the department:"), ""),
}


def step_of(request: Request) -> str:
    """Return "Step 2 of 4: …", or nothing for what is over without a delivery."""
    if request.state not in _STEPS:
        return ""
    number, name, _next = _STEPS[request.state]
    return _("Step %(number)d of 4: %(name)s") % {"number": number, "name": name}


def request_context(actor: Actor, page: RequestPage, error: Exception | None = None) -> dict[str, Any]:
    """Return everything that ``sharing/request.html`` prints."""
    request = page.request
    is_open = request.state in {"draft", "returned"}
    may_edit = is_open and bool(policies.decide(actor, "edit", request))
    step = _STEPS.get(request.state)
    return {
        "page": page,
        "asked": request,
        "grant": getattr(request, "grant", None),
        "step": step_of(request),
        "next_step": step[2] if step else "",
        "holder": holder_of(request),
        "answers": answers(page, may_edit=may_edit, error=error),
        "checks": [check_in_words(check) for check in page.checks],
        "verbs": request_verbs(actor, request),
        "refusals": refusals(actor, request),
        "problems": problems_of(error),
        "reason_error": str(error) if isinstance(error, ReasonMissing) else "",
        "may_edit": may_edit,
        "todo": _steps_to_come(request),
    }


def answers(page: RequestPage, *, may_edit: bool, error: Exception | None) -> list[dict[str, Any]]:
    """Return what the request says, by field, with a link to change it and what is wrong with it."""
    request = page.request
    values: dict[str, str] = {
        "title": request.title,
        "items": "\n".join(name_with_code(name_of(item), item.code) for item in page.items),
        "legal_basis": request.legal_basis,
        "use_scenario": request.use_scenario,
        "scope": request.scope,
        "rows": "\n".join(page.rows) or str(_("all rows")),
        "method": request.get_method_display(),
        "valid_until": date_format(request.valid_until, "DATE_FORMAT") if request.valid_until else "",
    }
    wrong = error.fields if isinstance(error, Invalid) else {}
    edit = reverse("sharing:request_edit", args=[request.number]) if may_edit else ""
    return [
        {
            "label": LABELS[name],
            "value": values[name],
            "change_url": f"{edit}#id_{name}" if edit else "",
            "problem": " ".join(str(text) for text in wrong.get(name, [])),
        }
        for name in LABELS
    ]


def problems_of(error: Exception | None) -> list[tuple[str, str]]:
    """Return the texts of the error summary with the places they point to."""
    if isinstance(error, Invalid) and error.fields:
        return [
            (f"{LABELS.get(name, name)}: {text}", "answers") for name, texts in error.fields.items() for text in texts
        ]
    if isinstance(error, ReasonMissing):
        return [(str(error), "act-reason")]
    return [(str(error), "")] if isinstance(error, DomainError) else []


def check_in_words(check: Check) -> dict[str, Any]:
    """Return one check as state, label and facts."""
    good, bad = _CHECKS[check.code]
    return {"is_ok": check.is_ok, "label": good if check.is_ok else bad, "facts": check.facts or [], "code": check.code}


def request_verbs(actor: Actor, request: Request) -> list[Verb]:
    """Return the buttons for the reader; changing has a page of its own, opening is the system's."""
    return verbs_for(
        actor,
        request,
        REQUESTS,
        policies.decide,
        lambda verb: reverse("sharing:request_verb", args=[request.number, verb]),
        leave_out=frozenset({"edit", "open"}),
    )


def grant_verbs(actor: Actor, grant: Grant) -> list[Verb]:
    """Return the buttons for the reader of a grant; expiry is the system's."""
    return verbs_for(
        actor,
        grant,
        GRANTS,
        policies.decide,
        lambda verb: reverse("sharing:grant_verb", args=[grant.number, verb]),
        leave_out=frozenset({"expire"}),
    )


def refusals(actor: Actor, request: Request) -> list[Text]:
    """Say why a decision that the reader's duty would allow is not offered, e.g. on her own request."""
    verb = {"consent_pending": "consent", "with_provider": "approve"}.get(request.state)
    if verb is None:
        return []
    found = [policies.decide(actor, verb, request)]
    if verb == "approve" and found[0]:
        found = [policies.decide(actor, "return", request)]
    return [
        d.reason for d in found if d.code in {"own_request", "above_ceiling", "resource_withdrawn", "returned_before"}
    ]


def _steps_to_come(request: Request) -> list[Text]:
    now = _STEPS.get(request.state)
    if now is None or request.state == "delivered":
        return []
    later = {number: name for number, name, _next in _STEPS.values() if number > now[0]}
    return [later[number] for number in sorted(later)]


def list_tabs(actor: Actor, current: str, waiting: int | None = None) -> list[dict[str, Any]]:
    """Return the tabs of the list: everything, and what waits for the reader with its count (counted if not given)."""
    if waiting is None and current not in {"grants", "corrections"}:
        waiting = selectors.requests(actor, waiting=True).count()
    base = reverse("sharing:requests")
    return [
        {"label": _("All requests"), "url": base, "is_current": current == "all"},
        {
            "label": _("Waiting for me"),
            "url": f"{base}?tab=todo",
            "is_current": current == "todo",
            "count": waiting,
        },
        {"label": _("Grants"), "url": reverse("sharing:grants"), "is_current": current == "grants"},
        {"label": _("Corrections"), "url": reverse("sharing:corrections"), "is_current": current == "corrections"},
    ]
