"""Tells people of rectification tickets: those who must act next, those who wait, and both when time runs out."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import QualityTicket
from catalog.policies.quality import people_for_ticket
from portal.accounts.models import User
from portal.kernel.actors import Actor
from portal.kernel.errors import Text
from portal.notices.services import notify
from portal.workflow.models import Deadline

_TEXTS: dict[str, tuple[str, Text]] = {
    "open": ("mend", _("Ticket %(number)s asks to put the data of “%(title)s” right.")),
    "accept": ("verify", _("Ticket %(number)s on “%(title)s” was accepted by the source.")),
    "mend": ("verify", _("Ticket %(number)s on “%(title)s” is reported as mended: %(reason)s")),
    "verify": ("mend", _("Ticket %(number)s on “%(title)s” is verified and closed.")),
    "return": ("mend", _("Ticket %(number)s on “%(title)s” was returned: %(reason)s")),
    "waive": ("mend", _("Ticket %(number)s on “%(title)s” was waived: %(reason)s")),
}
_NEAR = _("Ticket %(number)s on “%(title)s” is due on %(due)s.")
_LATE = _("Ticket %(number)s on “%(title)s” is late: it was due on %(due)s.")


def _context(ticket: QualityTicket) -> dict[str, str]:
    return {"number": ticket.number, "title": ticket.resource.title_zh, "title_en": ticket.resource.title_en}


def tell_of_ticket(actor: Actor, ticket: QualityTicket, verb: str, reason: str) -> None:
    """Tell those concerned of a verb, but not the one who did it. Call it inside the transaction of the act."""
    action, text = _TEXTS[verb]
    notify(
        people_for_ticket(action, ticket).exclude(pk=actor.user_id or 0),
        kind=f"catalog.ticket.{verb}",
        title_msg=text,
        url=ticket.get_absolute_url(),
        context=_context(ticket) | {"reason": reason},
    )


def remind_of_ticket(deadline: Deadline, days_left: int) -> None:
    """Remind the source that a ticket is due; once late, tell the data authority of its region as well."""
    ticket = QualityTicket.objects.select_related("resource__provider").get(pk=deadline.subject_id)
    people: QuerySet[User] = people_for_ticket("mend", ticket)
    if days_left < 0:
        people = people | people_for_ticket("waive", ticket)
    notify(
        people.distinct(),
        kind="catalog.ticket.late" if days_left < 0 else "catalog.ticket.due",
        title_msg=_LATE if days_left < 0 else _NEAR,
        url=ticket.get_absolute_url(),
        context=_context(ticket) | {"due": str(deadline.due_on)},
    )
