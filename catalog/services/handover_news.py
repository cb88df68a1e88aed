"""Tells both departments of a hand-over, and those who use what changed hands."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from catalog.models import HandOver
from catalog.policies.handovers import offices_of
from portal.accounts.models import Department
from portal.accounts.people import coordinators_of, people_with
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Text
from portal.notices.services import notify

_TEXTS: dict[str, Text] = {
    "create": _("Hand-over %(number)s from %(giver)s to %(taker)s was proposed: %(reason)s"),
    "propose": _("Hand-over %(number)s from %(giver)s to %(taker)s was proposed again."),
    "release": _("%(giver)s agreed to hand-over %(number)s; it waits for %(taker)s."),
    "agree": _("Both departments agreed to hand-over %(number)s; it can be carried out."),
    "decide": _("The data authority decided on hand-over %(number)s: %(reason)s"),
    "carry_out": _("Hand-over %(number)s is carried out: %(taker)s answers for the resources from now on."),
    "undo": _("Hand-over %(number)s was undone: %(reason)s"),
    "return": _("Hand-over %(number)s came back for changes: %(reason)s"),
    "cancel": _("Hand-over %(number)s was given up: %(reason)s"),
}
_USERS = _("%(taker)s answers for data that your department uses, instead of %(giver)s. Grants and requests go on.")


def tell_of_hand_over(actor: Actor, hand_over: HandOver, verb: str, reason: str) -> None:
    """Tell both data offices and the coordinators of both regions, but not the one who acted. In the transaction."""
    regions = {hand_over.giver.region_id, hand_over.taker.region_id}
    people = {user.pk: user for user in offices_of(hand_over)}
    people |= {user.pk: user for region in sorted(regions) for user in coordinators_of(region)}
    people.pop(actor.user_id or 0, None)
    names = {
        "giver": hand_over.giver.name_zh,
        "giver_en": hand_over.giver.name_en,
        "taker": hand_over.taker.name_zh,
        "taker_en": hand_over.taker.name_en,
    }
    notify(
        people.values(),
        kind=f"catalog.hand_over.{verb}",
        title_msg=_TEXTS[verb],
        url=hand_over.get_absolute_url(),
        context={"number": hand_over.number, "reason": reason} | names,
    )


def tell_users(departments: Collection[int], giver: Department, taker: Department) -> None:
    """Tell the data offices whose grants or requests have another provider now, once each. In the transaction."""
    notify(
        people_with(Duty.DATA_OFFICER, Duty.OFFICE_HEAD, departments=departments),
        kind="catalog.hand_over.users",
        title_msg=_USERS,
        url="/sharing/grants/",
        context={"giver": giver.name_zh, "giver_en": giver.name_en, "taker": taker.name_zh, "taker_en": taker.name_en},
    )
