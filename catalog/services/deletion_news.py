"""Tells people of deletions of data: who must decide, and who waits for the decision and the certificate."""

from django.utils.translation import gettext_lazy as _

from catalog.models import Deletion
from catalog.policies.deletions import people_for_deletion
from portal.kernel.actors import Actor
from portal.kernel.errors import Text
from portal.notices.services import notify

_TEXTS: dict[str, tuple[str, Text]] = {
    "propose": ("approve", _("Deletion %(number)s of data of “%(title)s” waits for your decision: %(reason)s")),
    "approve": ("finish", _("Deletion %(number)s of data of “%(title)s” was approved and is being carried out.")),
    "refuse": ("finish", _("Deletion %(number)s of data of “%(title)s” was refused: %(reason)s")),
    "withdraw": ("approve", _("Deletion %(number)s of data of “%(title)s” was withdrawn.")),
    "finish": ("finish", _("The data of deletion %(number)s of “%(title)s” is gone; the certificate is ready.")),
}


def tell_of_deletion(actor: Actor, deletion: Deletion, verb: str, reason: str) -> None:
    """Tell those concerned of a verb, but not the one who did it. Call it inside the transaction of the act."""
    action, text = _TEXTS[verb]
    notify(
        people_for_deletion(action, deletion).exclude(pk=actor.user_id or 0),
        kind=f"catalog.deletion.{verb}",
        title_msg=text,
        url=deletion.get_absolute_url(),
        context={
            "number": deletion.number,
            "title": deletion.resource.title_zh,
            "title_en": deletion.resource.title_en,
            "reason": reason,
        },
    )
