"""Transition tables of requests, grants and deliveries, and their deadlines (Order 809 arts 20 to 22 and 27)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.workflow.deadlines import DeadlineRule
from portal.workflow.table import Table, Transition

REPLY_UNCONDITIONAL = "sharing.reply_unconditional"
REPLY_CONDITIONAL = "sharing.reply_conditional"
DELIVERY = "sharing.delivery"
#: Which of the two runs depends on the items asked for; ``services.consent`` starts it, the table stops both.
REPLIES = (REPLY_UNCONDITIONAL, REPLY_CONDITIONAL)
#: A reply may be put off once, by at most so many working days (Order 809 art 21).
LONGEST_EXTENSION = 10

RULES = (
    DeadlineRule(REPLY_UNCONDITIONAL, 1, _("State Council Order 809, art 21"), _("Reply to a request (unconditional)")),
    DeadlineRule(REPLY_CONDITIONAL, 10, _("State Council Order 809, art 21"), _("Reply to a request (conditional)")),
    DeadlineRule(DELIVERY, 20, _("State Council Order 809, art 22"), _("Delivery after approval")),
)

REQUESTS = Table(
    name="sharing.request",
    states={
        "draft": _("Draft"),
        "consent_pending": _("Waiting for the consent of the office head"),
        "with_provider": _("With the provider"),
        "returned": _("Returned to be supplemented"),
        "approved": pgettext_lazy("request", "Approved"),
        "delivered": _("Delivered"),
        "refused": pgettext_lazy("request", "Refused"),
        "withdrawn": _("Withdrawn"),
    },
    initial="draft",
    final=frozenset({"delivered", "refused", "withdrawn"}),
    transitions=(
        Transition("edit", ("draft", "returned"), None, label=_("Change")),
        Transition("submit", ("draft", "returned"), "consent_pending", label=_("Submit")),
        Transition("consent", ("consent_pending",), "with_provider", label=_("Consent"), resumes=REPLIES),
        Transition("approve", ("with_provider",), "approved", label=_("Approve"), stops=REPLIES, starts=(DELIVERY,)),
        Transition(
            "return",
            ("consent_pending", "with_provider"),
            "returned",
            label=_("Return to be supplemented"),
            needs_reason=True,
            pauses=REPLIES,
        ),
        Transition("refuse", ("with_provider",), "refused", label=_("Refuse"), needs_reason=True, stops=REPLIES),
        Transition("extend", ("with_provider",), None, label=_("Extend the time to reply"), needs_reason=True),
        Transition(
            "withdraw",
            ("draft", "consent_pending", "with_provider", "returned", "approved"),
            "withdrawn",
            label=_("Withdraw"),
            stops=(*REPLIES, DELIVERY),
        ),
        Transition("open", ("approved",), "delivered", label=_("Open the grant"), stops=(DELIVERY,)),
    ),
)

GRANTS = Table(
    name="sharing.grant",
    states={
        "active": pgettext_lazy("grant", "Active"),
        "suspended": pgettext_lazy("grant", "Suspended"),
        "terminated": pgettext_lazy("grant", "Terminated"),
        "expired": pgettext_lazy("grant", "Expired"),
    },
    initial="active",
    final=frozenset({"terminated", "expired"}),
    transitions=(
        Transition("suspend", ("active",), "suspended", label=_("Suspend"), needs_reason=True),
        Transition("resume", ("suspended",), "active", label=_("Resume"), needs_reason=True),
        Transition("terminate", ("active", "suspended"), "terminated", label=_("Terminate"), needs_reason=True),
        Transition("expire", ("active", "suspended"), "expired", label=_("Let expire")),
    ),
)

DELIVERIES = Table(
    name="sharing.delivery",
    states={
        "preparing": _("Being prepared"),
        "ready": _("Ready"),
        "failed": _("Could not be prepared"),
    },
    initial="preparing",
    # A failed delivery stays as it is; the next version of the resource gets a delivery of its own.
    final=frozenset({"ready", "failed"}),
    transitions=(
        Transition("finish", ("preparing",), "ready", label=_("Finish")),
        Transition("fail", ("preparing",), "failed", label=_("Give up"), needs_reason=True),
    ),
)
