"""Reads on license types and licenses: lists, one object, the desk, figures."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, DateField, ExpressionWrapper, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from licenses import policies
from licenses.models import (
    LAPSED,
    HolderCodeType,
    License,
    LicenseType,
    LicenseTypeVersion,
    LicenseVersion,
    State,
    TypeState,
    Verification,
)
from licenses.seals.holders import holder_index, number_index, plain
from licenses.seals.keyring import keyring
from portal.accounts.models import Department
from portal.kernel.actors import Actor, Duty
from portal.workflow.desk import Task

DESK_LENGTH = 50
OVERDUE_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How much there is: counts for the front page and the dashboards."""

    types: int
    valid: int


def license_types(actor: Actor) -> QuerySet[LicenseType]:
    """List the license types an actor may see, by code."""
    return LicenseType.objects.filter(policies.visible_types(actor)).select_related("department")


def issuable_types(actor: Actor) -> QuerySet[LicenseType]:
    """List the published types of which an actor may issue licenses."""
    through = LicenseType.issuers.through.objects.filter(department_id__in=actor.departments(Duty.LICENSE_OFFICER))
    return license_types(actor).filter(state=TypeState.PUBLISHED, pk__in=through.values("licensetype_id"))


def type_versions(type_: LicenseType) -> QuerySet[LicenseTypeVersion]:
    """List the published versions of a type, the newest first."""
    return type_.versions.select_related("published_by")


def published_type_version(code: str, version: int) -> LicenseTypeVersion | None:
    """Find a published version of a type; published versions are public."""
    return LicenseTypeVersion.objects.filter(type__code=code, version=version).select_related("type").first()


def licenses(actor: Actor, *, q: str = "", type_code: str = "", state: str = "", ending: str = "") -> QuerySet[License]:
    """List the licenses an actor may see, the newest first.

    `q` is an identifier or its beginning, a serial, a license number or a whole holder code: the last two are found
    by their blind indexes. `state` is a code of `domain.md` §4, 05 included. `ending` is a number of days.
    """
    found = License.objects.filter(policies.visible(actor)).exclude(state=State.ISSUING)
    found = found.select_related("type", "issuer").order_by("-id")
    if type_code:
        found = found.filter(type__code=type_code)
    if state:
        found = found.filter(in_state(state))
    if ending.isdigit():
        until = timezone.localdate() + datetime.timedelta(days=min(int(ending), 36500))
        found = found.filter(in_state(State.VALID), valid_to__lte=until)
    return found.filter(_matching(actor, q)) if q.strip() else found


def in_state(state: str) -> Q:
    """Say which licenses stand in a state today, lapsed ones (05) told from valid ones by their end."""
    today = timezone.localdate()
    over = Q(state=State.VALID, valid_to__lt=today)
    if state == LAPSED:
        return over
    return Q(state=state) & ~over if state == State.VALID else Q(state=state)


def _matching(actor: Actor, q: str) -> Q:
    text = plain(q).upper()
    vault = keyring().vault
    holders = [holder_index(vault, code_type=kind, code=text) for kind in HolderCodeType.values]
    codes = license_types(actor).values_list("code", flat=True)
    numbers = [number_index(vault, type_code=code, number=text) for code in codes]
    by_index = Q(holder_index__in=holders) | Q(number_index__in=numbers)
    earlier = LicenseVersion.objects.filter(identifier=text).values("license_id")
    return Q(identifier__startswith=text) | Q(serial=text) | Q(pk__in=earlier) | by_index


def license_by_identifier(actor: Actor, identifier: str) -> QuerySet[License]:
    """Find the license of which `identifier` is the present or an earlier version, if the actor may see it."""
    versions = LicenseVersion.objects.filter(identifier=identifier).values("license_id")
    seen = License.objects.filter(policies.visible(actor), pk__in=versions).exclude(state=State.ISSUING)
    return seen.select_related("type__department", "issuer", "region")


def versions_of(license_: License) -> QuerySet[LicenseVersion]:
    """List the versions of a license with what opening them needs, the newest first."""
    return license_.versions.select_related("type_version", "data_key", "issued_by")


def verification_counts(license_: License) -> Mapping[str, int]:
    """Count how often a license was verified, by result."""
    results = Verification.objects.filter(version__license=license_).order_by().values_list("result")
    return dict(results.annotate(count=Count("id")))


def issuers_of(actor: Actor, type_: LicenseType) -> QuerySet[Department]:
    """List the actor's departments that may issue a type."""
    return type_.issuers.filter(pk__in=actor.departments(Duty.LICENSE_OFFICER))


def defining_departments(actor: Actor) -> QuerySet[Department]:
    """List the departments for which an actor may define types."""
    return Department.objects.filter(pk__in=actor.departments(Duty.LICENSE_OFFICER), is_active=True)


def possible_issuers() -> QuerySet[Department]:
    """List the departments that have a license officer."""
    return Department.objects.filter(
        is_active=True, memberships__duty=Duty.LICENSE_OFFICER, memberships__is_active=True
    ).distinct()


def tasks_for(actor: Actor) -> list[Task]:
    """List what waits for a license officer: licenses that end within their renewal window, and drafts of types."""
    mine = actor.departments(Duty.LICENSE_OFFICER) if actor.is_official else frozenset()
    if not mine:
        return []
    return [*_ending_tasks(actor), *_draft_tasks(mine)]


def _ending_tasks(actor: Actor) -> list[Task]:
    today = timezone.localdate()
    window = ExpressionWrapper(Value(today, DateField()) + F("type__renew_window_days"), output_field=DateField())
    ending = License.objects.filter(
        policies.visible(actor),
        state=State.VALID,
        issuer__in=actor.departments(Duty.LICENSE_OFFICER),
        valid_to__gte=today - datetime.timedelta(days=OVERDUE_DAYS),
        valid_to__lte=window,
    )
    rows = ending.select_related("type").order_by("valid_to", "id")[:DESK_LENGTH]
    return [
        Task(
            group="todo",
            number=row.identifier,
            title=f"{row.type.name_zh} · {row.holder_label}",
            url=reverse("licenses:license", args=[row.identifier]),
            kind=_("License to renew"),
            state=row.standing_state,
            state_label=row.standing_label,
            since=row.state_since,
            due_on=row.valid_to,
            days_left=row.days_left,
        )
        for row in rows
    ]


def _draft_tasks(mine: frozenset[int]) -> list[Task]:
    drafts = LicenseType.objects.filter(department__in=mine, state=TypeState.DRAFT).order_by("created_at")
    return [
        Task(
            group="todo",
            number=row.code,
            title=row.name_zh,
            url=reverse("licenses:type", args=[row.code]),
            kind=_("License type to publish"),
            state=row.state,
            state_label=TypeState(row.state).label,
            since=row.created_at,
        )
        for row in drafts[:DESK_LENGTH]
    ]


def figures() -> Figures:
    """Count published types, licenses valid today."""
    return Figures(
        types=LicenseType.objects.filter(state=TypeState.PUBLISHED).count(),
        valid=License.objects.filter(in_state(State.VALID)).count(),
    )
