"""Tells both sides, and other holders of the rows, where a correction stands; reminds when time runs out."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from catalog.models import Version
from portal.accounts.models import User
from portal.accounts.people import people_with
from portal.kernel.actors import Actor
from portal.notices.services import notify
from portal.workflow.models import Deadline
from sharing.models import Correction, Grant
from sharing.policies import STAFF, people_for_correction

#: Verb → whom to tell, by the act they may do, and what.
_TEXTS: dict[str, tuple[str, str]] = {
    "file": ("verify", gettext_noop("Correction %(number)s of %(department)s reports errors in “%(title)s”.")),
    "verify": ("withdraw", gettext_noop("Correction %(number)s on “%(title)s” is being verified by the provider.")),
    "confirm": ("withdraw", gettext_noop("Correction %(number)s on “%(title)s” was confirmed and is to be corrected.")),
    "refuse": ("withdraw", gettext_noop("Correction %(number)s on “%(title)s” was refused: %(reason)s")),
    "correct": ("withdraw", gettext_noop("Correction %(number)s: “%(title)s” is corrected in version %(version)s.")),
    "withdraw": ("verify", gettext_noop("Correction %(number)s on “%(title)s” was withdrawn by %(department)s.")),
}
_CLOSED = gettext_noop("Correction %(number)s on your “%(title)s” is closed: version %(version)s corrects it.")
_TO_HOLDERS = gettext_noop(
    "Rows of “%(title)s” that your grant %(grant)s gives hold confirmed errors (correction %(number)s)."
)
_NEW_ROWS = gettext_noop("“%(title)s” is corrected in version %(version)s (correction %(number)s): take the rows anew.")
_SAME = gettext_noop("Version %(version)s of “%(title)s” still holds values confirmed as wrong in %(number)s.")
_UNCLEAR = gettext_noop(
    "Version %(version)s of “%(title)s” cannot be compared with correction %(number)s: close it by hand."
)
_NEAR = gettext_noop("Correction %(number)s on “%(title)s” has to be answered by %(due)s.")
_LATE = gettext_noop("Correction %(number)s on “%(title)s” is late: it was due on %(due)s.")


def _context(correction: Correction, **more: object) -> dict[str, str]:
    named = {
        "number": correction.number,
        "title": correction.resource.title_zh,
        "title_en": correction.resource.title_en,
        "department": correction.department.name_zh if correction.department else "",
        "department_en": correction.department.name_en if correction.department else "",
    }
    return named | {name: value if isinstance(value, str) else str(value) for name, value in more.items()}


def _tell(people: Iterable[User], correction: Correction, kind: str, text: str, **more: object) -> None:
    notify(
        people,
        kind=f"sharing.correction_{kind}",
        title_msg=text,
        url=correction.get_absolute_url(),
        context=_context(correction, **more),
    )


def tell_of_correction(actor: Actor, correction: Correction, verb: str, reason: str) -> None:
    """Tell the other side of a verb, and when it is corrected the provider and the other holders too.

    Call it inside the transaction of the act.
    """
    action, text = _TEXTS[verb]
    version = correction.corrected_in.number if correction.corrected_in else ""
    people = people_for_correction(action, correction).exclude(pk=actor.user_id or 0)
    _tell(people, correction, verb, text, reason=reason, version=version)
    if verb == "correct":
        if actor.is_system:
            _tell(people_for_correction("correct", correction), correction, "closed", _CLOSED, version=version)
        _tell(people_for_correction("receive", correction), correction, "new_rows", _NEW_ROWS, version=version)


def tell_holders(correction: Correction, grants: Iterable[Grant]) -> None:
    """Tell other holders that rows they have hold confirmed errors."""
    for grant in grants:
        people = people_with(*STAFF, departments=[grant.grantee_id])
        _tell(people, correction, "news", _TO_HOLDERS, grant=grant.number)


def tell_of_check(correction: Correction, version: Version, *, is_same: bool) -> None:
    """Tell the provider that a new version did not mend what was confirmed, or cannot be compared."""
    kind, text = ("same", _SAME) if is_same else ("unclear", _UNCLEAR)
    _tell(people_for_correction("correct", correction), correction, kind, text, version=version.number)


def remind_of_correction(deadline: Deadline, days_left: int) -> None:
    """Remind the provider that an answer is due; once late, tell the coordinators of its region as well."""
    found = Correction.objects.select_related("resource", "department", "provider")
    correction = found.get(pk=deadline.subject_id)
    people = people_for_correction("verify", correction)
    if days_left < 0:
        people = people | people_for_correction("oversee", correction)
    kind, text = ("late", _LATE) if days_left < 0 else ("due", _NEAR)
    _tell(people.distinct(), correction, kind, text, due=deadline.due_on)
