"""Records sign-ins, sign-outs and refused sign-ins in the audit record (GB/T 22239 level 3, security audit)."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from portal.accounts.actors import actor_for, visitor
from portal.accounts.models import User
from portal.accounts.signals import account_event


def _ip(request: HttpRequest | None) -> str:
    return request.META.get("REMOTE_ADDR", "") if request is not None else ""


@receiver(user_logged_in)
def note_sign_in(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    account_event.send(sender=User, actor=actor_for(user, ip=_ip(request)), action="accounts.sign_in", obj=user)


@receiver(user_logged_out)
def note_sign_out(sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        account_event.send(sender=User, actor=actor_for(user, ip=_ip(request)), action="accounts.sign_out", obj=user)


@receiver(user_login_failed)
def note_refused_sign_in(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    account_event.send(
        sender=User,
        actor=visitor(_ip(request)),
        action="accounts.sign_in",
        obj=None,
        label=str(credentials.get("username", ""))[:64],
        outcome="refused",
    )


@receiver(user_locked_out)
def note_lock_out(sender: object, request: HttpRequest | None = None, username: str = "", **kwargs: Any) -> None:
    account_event.send(
        sender=User,
        actor=visitor(_ip(request)),
        action="accounts.lock_out",
        obj=None,
        label=(username or "")[:64],
        outcome="refused",
    )
