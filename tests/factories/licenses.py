"""Departments with license officers, license types and licenses, built through the services."""

from __future__ import annotations

import itertools
from typing import Any

from django.db import connection

from licenses.models import License, LicenseType
from licenses.services import define_type, issue_license, publish_type
from portal.accounts.actors import actor_for
from portal.accounts.models import Department, Membership, Region, User
from portal.kernel.actors import Actor, Duty, Level
from portal.kernel.identifiers import identity_check, make_uscc

_counter = itertools.count(1)

FIELDS: list[dict[str, Any]] = [
    {"key": "firm", "name_zh": "执业机构", "name_en": "Law firm", "exposure": "shown"},
    {"key": "practice_number", "name_zh": "执业证号", "name_en": "Practice number", "exposure": "masked"},
    {
        "key": "kind", "name_zh": "执业类别", "name_en": "Kind of practice", "kind": "choice",
        "choices": ["专职律师", "兼职律师"], "exposure": "shown",
    },
    {"key": "first_admitted", "name_zh": "首次执业日期", "name_en": "Admitted", "kind": "date", "required": False},
]  # fmt: skip
VALUES = {
    "firm": "吉林松江律师事务所",
    "practice_number": "12201202610000001",
    "kind": "专职律师",
    "first_admitted": "2020-03-01",
}  # fmt: skip


def region(code: str = "220000", name: str = "吉林省", level: str = Level.PROVINCE) -> Region:
    """Get or make a region."""
    return Region.objects.get_or_create(code=code, defaults={"name_zh": name, "level": level})[0]


def department(name_zh: str = "吉林省司法厅", **changes: Any) -> Department:
    """Make a department with a valid invented USCC."""
    number = next(_counter)
    values: dict[str, Any] = {
        "uscc": make_uscc("11", "220000", f"MB97{number:04d}"),
        "slug": f"department-{number}",
        "name_zh": name_zh,
        "name_en": f"Department {number}",
        "region": region(),
    }
    return Department.objects.create(**(values | changes))


def person(*memberships: tuple[Duty, Department], name: str = "王敏", **changes: Any) -> User:
    """Make a person with duties."""
    user = User.objects.create(username=f"person-{next(_counter)}", name=name, **changes)
    for duty, place in memberships:
        Membership.objects.create(user=user, department=place, duty=duty)
    return user


def actor(duty: Duty, place: Department, **changes: Any) -> Actor:
    """Make a person with one duty and give her actor."""
    return actor_for(person((duty, place), **changes))


def license_officer(place: Department) -> Actor:
    """Make a license officer of a department."""
    return actor(Duty.LICENSE_OFFICER, place)


def identity_number(order: int = 1) -> str:
    """Make an invented resident identity number with a valid check digit."""
    base = f"22010219900101{order:03d}"
    return base + identity_check(base)


def license_type(officer: Actor, place: Department, *, publish: bool = True, **changes: Any) -> LicenseType:
    """Define, and unless told otherwise publish, the type of lawyers' licenses."""
    values: dict[str, Any] = {
        "number": f"{next(_counter) % 1000:03d}",
        "name_zh": "律师执业证",
        "name_en": "Lawyer's License to Practise",
        "fields": FIELDS,
        "holder_kind": "person",
        "holder_code_types": ["111"],
        "validity_months": 36,
        "legal_basis": "示例依据",
    }
    type_ = define_type(officer, department=place, **(values | changes))
    if publish:
        publish_type(officer, type=type_)
        type_.refresh_from_db()
    return type_


def issued(officer: Actor, type_: LicenseType, **changes: Any) -> License:
    """Issue a license to an invented person."""
    values: dict[str, Any] = {
        "holder_name": "张秀兰",
        "holder_code_type": "111",
        "holder_code": identity_number(next(_counter) % 1000),
        "attributes": VALUES,
    }
    return issue_license(officer, type=type_, **(values | changes))


def tamper(sql: str, *params: Any) -> None:
    """Change a stored row behind the product's back, as somebody with the database's password would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE licenses_licenseversion DISABLE TRIGGER USER")
        cursor.execute(sql, list(params))
        cursor.execute("ALTER TABLE licenses_licenseversion ENABLE TRIGGER USER")
