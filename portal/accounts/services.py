"""Writes on people, departments, duties and keys: one function per verb."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts import policies
from portal.accounts.models import ApiKey, Department, Membership, Region, User
from portal.accounts.signals import account_event
from portal.kernel.actors import SEPARATED_DUTIES, Actor, Duty
from portal.kernel.errors import Invalid, NotAllowed, NotFound, ReasonMissing
from portal.kernel.identifiers import is_uscc

#: What a key may be allowed to do.
SCOPES = (
    "catalog:read",
    "catalog:write",
    "sharing:read",
    "sharing:write",
    "opening:read",
    "opening:write",
    "licenses:read",
    "licenses:write",
    "audit:read",
)
LONGEST_KEY_DAYS = 365


def _ask(actor: Actor, action: str, department: Department | None = None, user: User | None = None) -> None:
    decision = policies.decide(actor, action, department, user)
    if not decision:
        raise NotAllowed(decision.reason, code=decision.code)


def load_regions(rows: Iterable[Mapping[str, str]]) -> int:
    """Write divisions ``code, name_zh, name_en, level, parent`` (parents first); returns how many. Safe to repeat."""
    regions = [
        Region(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row.get("name_en", ""),
            level=row["level"],
            parent_id=row.get("parent") or None,
        )
        for row in rows
    ]
    Region.objects.bulk_create(
        regions,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_zh", "name_en", "level", "parent"],
    )
    return len(regions)


@transaction.atomic
def create_department(
    actor: Actor,
    *,
    uscc: str,
    slug: str,
    name_zh: str,
    region: str,
    name_en: str = "",
    parent: Department | None = None,
    is_authority: bool = False,
    phone: str = "",
    duty_zh: str = "",
    duty_en: str = "",
) -> Department:
    """Register a department under its USCC. Raises ``Invalid`` for a wrong code or a second authority of a region."""
    _ask(actor, "create_department")
    place = Region.objects.select_related("parent").filter(code=region).first()
    if place is None or not policies.may_register_in(actor, place):
        raise Invalid(fields={"region": [_("This region is not in your reach.")]})
    if not is_uscc(uscc):
        raise Invalid(
            fields={"uscc": [_("This is not a valid unified social credit code: a check character is wrong.")]}
        )
    if Department.objects.filter(uscc=uscc).exists():
        raise Invalid(fields={"uscc": [_("A department with this code is registered already.")]})
    if Department.objects.filter(slug=slug).exists():
        raise Invalid(fields={"slug": [_("Another department has this name in addresses; choose another.")]})
    if is_authority and Department.objects.filter(region_id=region, is_authority=True, is_active=True).exists():
        raise Invalid(fields={"is_authority": [_("This region already has a data authority.")]})
    department = Department.objects.create(
        uscc=uscc,
        slug=slug,
        name_zh=name_zh,
        name_en=name_en,
        region_id=region,
        parent=parent,
        is_authority=is_authority,
        phone=phone,
        duty_zh=duty_zh,
        duty_en=duty_en,
    )
    account_event.send(sender=Department, actor=actor, action="accounts.create_department", obj=department)
    return department


@transaction.atomic
def create_user(
    actor: Actor,
    *,
    username: str,
    name: str,
    password: str,
    name_pinyin: str = "",
    email: str = "",
    language: str = "",
) -> User:
    """Create a person with a password that meets the rules. Raises Django's ``ValidationError`` for a weak password."""
    _ask(actor, "create_user")
    if User.objects.filter(username=username).exists():
        raise Invalid(fields={"username": [_("This user name is taken; choose another.")]})
    user = User(username=username, name=name, name_pinyin=name_pinyin, email=email, language=language)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    account_event.send(sender=User, actor=actor, action="accounts.create_user", obj=user)
    return user


@transaction.atomic
def add_membership(actor: Actor, *, user: User, department: Department, duty: Duty) -> Membership:
    """Give a person a duty in a department.

    Raises ``Invalid`` when the person would hold two of system, security and audit administrator
    (三员分立, GB/T 22239-2019 level 3), or a coordinator would stand outside a data authority.
    Locks the person's row, so that two writers cannot both pass the check.
    """
    _ask(actor, "give_duty", department, user)
    User.objects.select_for_update().get(pk=user.pk)
    if duty in SEPARATED_DUTIES:
        others = Membership.objects.filter(user=user, is_active=True, duty__in=SEPARATED_DUTIES - {duty})
        if others.exists():
            raise Invalid(
                _("System, security and audit administrator must be three different people."),
                code="duties_not_separated",
            )
    if duty == Duty.COORDINATOR and not department.is_authority:
        raise Invalid(_("Only the data authority of a region has coordinators."), code="not_an_authority")
    membership, _created = Membership.objects.update_or_create(
        user=user, department=department, duty=duty, defaults={"is_active": True}
    )
    account_event.send(
        sender=Membership,
        actor=actor,
        action="accounts.add_membership",
        obj=user,
        details={"duty": str(duty), "department": department.name_zh},
    )
    return membership


@transaction.atomic
def end_membership(actor: Actor, *, membership: Membership, reason: str) -> None:
    """Take a duty away; the row stays for the record."""
    _ask(actor, "take_duty", membership.department, membership.user)
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    account_event.send(
        sender=Membership,
        actor=actor,
        action="accounts.end_membership",
        obj=membership.user,
        reason=reason,
        details={"duty": membership.duty, "department": membership.department.name_zh},
    )


def _within_reach(actor: Actor, action: str, user: User) -> None:
    """Refuse unless every active duty of ``user`` lies within the actor's reach."""
    _ask(actor, action, user=user)
    for membership in Membership.objects.filter(user=user, is_active=True).select_related("department"):
        _ask(actor, action, membership.department, user)


@transaction.atomic
def set_active(actor: Actor, *, user: User, is_active: bool, reason: str) -> User:
    """Close an account or open it again. Raises ``ReasonMissing``.

    Closing ends its sessions and revokes its keys for good: whoever is let in again signs in anew.
    """
    _within_reach(actor, "close_user", user)
    if not reason.strip():
        raise ReasonMissing(_("Please give a reason; it is sent to those concerned and kept."), field="reason")
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    if not is_active:
        _end_access(user)
    action = "accounts.open_user" if is_active else "accounts.close_user"
    account_event.send(sender=User, actor=actor, action=action, obj=user, reason=reason.strip())
    return user


def _end_access(user: User) -> None:
    now = timezone.now()
    ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    for session in Session.objects.filter(expire_date__gt=now).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            store(session.session_key).delete()


@transaction.atomic
def reset_password(actor: Actor, *, user: User) -> str:
    """Set a new random password and return it; it is shown once, for the person to change."""
    _within_reach(actor, "reset_password", user)
    password = f"{secrets.token_urlsafe(12)}-Aa1"
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "password_changed_at"])
    account_event.send(sender=User, actor=actor, action="accounts.reset_password", obj=user)
    return password


@transaction.atomic
def change_password(actor: Actor, *, user: User, password: str) -> None:
    """Set a new password that meets the rules and note when."""
    validate_password(password, user)
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "password_changed_at"])
    account_event.send(sender=User, actor=actor, action="accounts.change_password", obj=user)


def digest_of(key: str) -> str:
    """Return what is stored of a key: its SHA-256 in hexadecimal (a key has 256 random bits, so no salt is needed)."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def create_api_key(
    actor: Actor, *, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key for oneself; returns it with its text, which is shown once and never stored.

    Raises ``NotAllowed`` for another person's key, ``Invalid`` for an unknown scope or more than 365 days.
    """
    if actor.user_id != user.pk:
        raise NotAllowed(_("You can make keys only for yourself."))
    chosen = sorted(set(scopes))
    if not chosen or not set(chosen) <= set(SCOPES):
        raise Invalid(fields={"scopes": [_("Choose at least one of the scopes offered.")]})
    latest = timezone.now() + timedelta(days=LONGEST_KEY_DAYS)
    if expires_at is not None and not timezone.now() < expires_at <= latest:
        raise Invalid(fields={"expires_at": [_("A key ends within one year.")]})
    text = f"sh_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        user=user, name=name, prefix=text[:8], digest=digest_of(text), scopes=chosen, expires_at=expires_at or latest
    )
    account_event.send(
        sender=ApiKey,
        actor=actor,
        action="accounts.create_key",
        obj=user,
        details={"key": key.prefix, "scopes": chosen},
    )
    return key, text


@transaction.atomic
def revoke_api_key(actor: Actor, *, key_id: int) -> ApiKey:
    """End a key of one's own at once. Raises ``NotFound`` for another person's key."""
    own = ApiKey.objects.select_for_update().filter(user_id=actor.user_id or 0)
    key = own.filter(pk=key_id).first()
    if key is None:
        raise NotFound(_("There is no such key."))
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        account_event.send(
            sender=ApiKey, actor=actor, action="accounts.revoke_key", obj=key.user, details={"key": key.prefix}
        )
    return key


def set_display(
    user: User, *, language: str | None = None, theme: str | None = None, text_size: str | None = None
) -> None:
    """Remember how a person wants pages shown; None leaves a choice as it is."""
    chosen = {"language": language, "theme": theme, "text_size": text_size}
    changed = {field: value for field, value in chosen.items() if value is not None}
    for field, value in changed.items():
        setattr(user, field, value)
    user.save(update_fields=list(changed))
