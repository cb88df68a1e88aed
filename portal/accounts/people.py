"""Answers "which people?" for policies, notices and the desk."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.accounts.models import User
from portal.kernel.actors import Duty


def people_with(*duties: Duty, departments: Iterable[int] | None = None) -> QuerySet[User]:
    """Return active people who hold any of ``duties`` in any of ``departments`` (in any department if None)."""
    conditions: dict[str, object] = {
        "memberships__is_active": True,
        "memberships__department__is_active": True,
        "memberships__duty__in": list(duties),
    }
    if departments is not None:
        conditions["memberships__department_id__in"] = list(departments)
    return User.objects.filter(is_active=True, **conditions).distinct()


def coordinators_of(region_code: str) -> QuerySet[User]:
    """Return the coordinators of the data authority of a region."""
    return User.objects.filter(
        is_active=True,
        memberships__is_active=True,
        memberships__duty=Duty.COORDINATOR,
        memberships__department__is_authority=True,
        memberships__department__is_active=True,
        memberships__department__region_id=region_code,
    ).distinct()
