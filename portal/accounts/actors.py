"""Builds the actor of a request, a key or a person from the tables; the only place that does."""

from typing import TYPE_CHECKING

from portal.accounts.models import Membership, User
from portal.kernel.actors import VISITOR, Actor, ActorKind, Duty, Standing
from portal.kernel.classification import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.accounts.models import ApiKey


def _standings(memberships: "Iterable[Membership]") -> tuple[Standing, ...]:
    by_department: dict[int, tuple[Membership, set[Duty]]] = {}
    for membership in memberships:
        by_department.setdefault(membership.department_id, (membership, set()))[1].add(Duty(membership.duty))
    return tuple(
        Standing(
            department_id=department_id,
            department_name=membership.department.name_zh,
            department_name_en=membership.department.name_en,
            region_code=membership.department.region_id,
            level=membership.department.region.level,
            duties=frozenset(duties),
            is_authority=membership.department.is_authority,
        )
        for department_id, (membership, duties) in by_department.items()
    )


def actor_for(user: User, *, ip: str = "", key: "ApiKey | None" = None) -> Actor:
    """Build the actor of a person with every active duty in active departments (1 query)."""
    memberships = Membership.objects.filter(user=user, is_active=True, department__is_active=True).select_related(
        "department__region"
    )
    return Actor(
        kind=ActorKind.OFFICIAL,
        name=user.name,
        user_id=user.pk,
        standings=_standings(memberships),
        is_active=user.is_active,
        clearance=Grade(user.clearance),
        ip=ip,
        scopes=frozenset(key.scopes) if key else None,
        key_id=key.pk if key else None,
    )


def visitor(ip: str = "") -> Actor:
    """Build the actor of somebody who has not signed in."""
    return Actor(kind=VISITOR.kind, name="", ip=ip) if ip else VISITOR
