"""Writes what the accounts app tells of (sign-ins, duties, keys) into the record."""

from typing import Any

from django.dispatch import receiver

from portal.accounts.signals import account_event
from portal.audit.record import record
from portal.kernel.actors import Actor


@receiver(account_event)
def record_account_event(sender: object, signal: object, actor: Actor, action: str, **facts: Any) -> None:
    record(actor, action=action, **facts)
