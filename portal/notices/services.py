"""Writes of notices: tell people, mark as read, send the mail."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal.accounts.models import User
from portal.kernel.actors import Actor
from portal.kernel.errors import Text
from portal.notices.models import Notice
from portal.notices.signals import notices_made

#: Mail older than this is not sent any more: it would only confuse.
MAIL_WITHIN = timedelta(days=3)


def notify(
    users: Iterable[User], *, kind: str, title_msg: Text, url: str = "", context: Mapping[str, Any] | None = None
) -> list[Notice]:
    """Tell each person once, in the site and (where an address is known) by mail after the commit.

    ``title_msg`` is an English source text marked for translation, with ``%(name)s`` places filled from
    ``context`` (plain JSON). Call it inside the transaction of the act. Writes one row a person.
    """
    with translation.override("en"):
        message = str(title_msg)
    unique = {user.pk: user for user in users}
    notices = Notice.objects.bulk_create(
        Notice(user=user, kind=kind, message=message, context=dict(context or {}), url=url) for user in unique.values()
    )
    ids = [notice.pk for notice in notices]
    transaction.on_commit(lambda: notices_made.send(sender=Notice, ids=ids), robust=True)
    return notices


def mark_read(actor: Actor, *, notice_id: int | None = None) -> int:
    """Mark one notice of one's own as read, or all of them; returns how many changed."""
    if actor.user_id is None:
        return 0
    unread = Notice.objects.filter(user_id=actor.user_id, read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=timezone.now())


def _mail(notice: Notice) -> None:
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        body = render_to_string(
            "notices/email/notice.txt", {"notice": notice, "brand": settings.BRAND, "site": settings.SITE_URL}
        )
        EmailMessage(subject=notice.text.splitlines()[0][:150], body=body, to=[notice.user.email]).send()


@transaction.atomic
def mail_notices(limit: int = 100) -> int:
    """Send the mail of notices that wait for it; returns how many were sent. Safe to run twice.

    Locks the rows it takes and passes over those another worker holds; a mail that fails stays for the next run.
    """
    waiting = (
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(mailed_at=None, created_at__gt=timezone.now() - MAIL_WITHIN)
        .exclude(user__email="")
        .select_related("user")
        .order_by("id")[:limit]
    )
    sent = 0
    for notice in waiting:
        _mail(notice)
        notice.mailed_at = timezone.now()
        notice.save(update_fields=["mailed_at"])
        sent += 1
    return sent
