"""Asks for the mail of new notices to be sent; the sweep sends what this misses."""

from typing import Any

from django.dispatch import receiver

from portal.notices.signals import notices_made
from portal.notices.tasks import send_waiting_mail


@receiver(notices_made)
def ask_for_mail(sender: object, ids: list[int], **kwargs: Any) -> None:
    send_waiting_mail.delay()
