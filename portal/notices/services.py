"""Writes of notices: tell people, mark as read, send the mail."""

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from email.utils import formataddr, parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal.accounts.models import User
from portal.audit.wording import kept_of
from portal.kernel.actors import Actor
from portal.kernel.errors import Text
from portal.notices.models import Notice
from portal.notices.signals import notices_made

#: Mail older than this is not sent any more: it would only confuse.
MAIL_WITHIN = timedelta(days=3)
#: What is wrong with one mail (its address, its text), not with the server that takes all of them.
_FAULTS_OF_ONE = (SMTPRecipientsRefused, SMTPDataError, LookupError, TypeError, ValueError)
_log = logging.getLogger(__name__)


def notify(
    users: Iterable[User], *, kind: str, title_msg: Text, url: str = "", context: Mapping[str, Any] | None = None
) -> list[Notice]:
    """Tell each person once, in the site and (where an address is known) by mail after the commit.

    ``title_msg`` is an English source text marked for translation, with ``%(name)s`` places filled from
    ``context`` (plain JSON, or a Wording). Call it inside the transaction of the act. Writes one row a person.
    """
    with translation.override("en"):
        message = str(title_msg)
    kept = {name: kept_of(value) or value for name, value in (context or {}).items()}
    unique = {user.pk: user for user in users}
    notices = Notice.objects.bulk_create(
        Notice(user=user, kind=kind, message=message, context=kept, url=url) for user in unique.values()
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
        portal = _portal_name()
        body = render_to_string(
            "notices/email/notice.txt", {"notice": notice, "portal": portal, "site": settings.SITE_URL}
        )
        subject = notice.text.splitlines()[0][:150]
        EmailMessage(subject=subject, body=body, from_email=_sender(portal), to=[notice.user.email]).send()


def _portal_name() -> str:
    """Return the portal's own name in the language in force."""
    chinese = (translation.get_language() or "").startswith("zh")
    return settings.BRAND.name_zh if chinese else settings.BRAND.name_en


def _sender(portal: str) -> str:
    """Return who the mail is from, by the portal's name in the reader's language unless a name of its own is set."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((portal if name == settings.BRAND.name_en else name, address))


def _waiting() -> QuerySet[Notice]:
    return Notice.objects.filter(
        mailed_at=None, created_at__gt=timezone.now() - MAIL_WITHIN, user__is_active=True
    ).exclude(user__email="")


def mail_notices(limit: int = 100) -> int:
    """Send the mail of notices that wait for it; returns how many were sent. Safe to run twice.

    Each is sent and marked in a transaction of its own, so that a fault with one neither sends others again nor
    holds them up; it stays for the next run. A mail server that does not answer ends the run.
    """
    waiting = _waiting().order_by("id").values_list("pk", flat=True)[:limit]
    return sum(_mail_once(pk) for pk in list(waiting))


@transaction.atomic
def _mail_once(pk: int) -> int:
    """Lock one notice, unless another worker holds it, send and mark it; returns 1 when it was sent."""
    locked = _waiting().select_for_update(skip_locked=True, of=("self",)).select_related("user")
    notice = locked.filter(pk=pk).first()
    if notice is None:
        return 0
    try:
        _mail(notice)
    except _FAULTS_OF_ONE as fault:
        _log.warning("Notice %s could not be mailed: %s", pk, type(fault).__name__)
        return 0
    notice.mailed_at = timezone.now()
    notice.save(update_fields=["mailed_at"])
    return 1
