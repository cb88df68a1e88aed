"""Reads on people, departments, regions and keys."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts import policies
from portal.accounts.actors import actor_for, visitor
from portal.accounts.models import ApiKey, Department, Membership, Region, User
from portal.kernel.actors import Actor, Duty


def actor_again(user_id: int | None, key_id: int | None, *, ip: str = "") -> Actor | None:
    """Return who is behind a link given to a person, a key or (no id) a visitor, as they stand now, or None."""
    if user_id is None:
        return visitor(ip)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or key_id is None:
        return None if user is None else actor_for(user, ip=ip)
    key = ApiKey.objects.filter(pk=key_id, user=user, revoked_at=None, expires_at__gt=timezone.now()).first()
    return None if key is None else actor_for(user, ip=ip, key=key)


def keys_of(user: User) -> QuerySet[ApiKey]:
    """Return a person's keys, newest first."""
    return ApiKey.objects.filter(user=user)


def active_departments() -> QuerySet[Department]:
    """Return departments that exist today, by region."""
    return Department.objects.filter(is_active=True).select_related("region")


def authority_of(region_code: str) -> Department | None:
    """Return the data authority of a region, or None where there is none yet."""
    return Department.objects.filter(region_id=region_code, is_authority=True, is_active=True).first()


def regions_within(code: str) -> QuerySet[Region]:
    """Return a region and everything below it (three levels)."""
    return Region.objects.filter(Q(code=code) | Q(parent_id=code) | Q(parent__parent_id=code))


def memberships_of(user: User) -> QuerySet[Membership]:
    """Return a person's active duties with their departments."""
    return Membership.objects.filter(user=user, is_active=True).select_related("department__region")


def people(actor: Actor, query: str = "") -> QuerySet[User]:
    """Return the people an administrator may see, with their duties; ``query`` looks in names."""
    found = User.objects.filter(policies.visible(actor)).distinct().prefetch_related("memberships__department")
    if query:
        found = found.filter(Q(username__icontains=query) | Q(name__icontains=query) | Q(name_pinyin__icontains=query))
    return found.order_by("username")


def departments_in_reach(actor: Actor) -> QuerySet[Department]:
    """Return the active departments an administrator reaches, by region."""
    return active_departments().filter(policies.reach(actor, Duty.SYSTEM_ADMIN, Duty.SECURITY_ADMIN))


def membership_of(user: User, membership_id: int) -> Membership | None:
    """Return one active duty of a person."""
    return memberships_of(user).filter(pk=membership_id).first()
