"""Loads regions, departments and persons, and keeps the file of their passwords."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from portal.accounts import services
from portal.accounts.models import Department, Membership, User
from portal.demonstration.loading import Tell
from portal.demonstration.loading.cast import LOADER
from portal.demonstration.records import records, regions
from portal.kernel.actors import Duty

# No letters or digits that look alike; the dashes are the characters of another kind that the password rule asks for.
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def _new_password() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
    return "-".join(
        (
            *groups,
            secrets.choice("23456789") + secrets.choice("ABCDEFGH") + secrets.choice("abcdefgh"),
        )
    )


def _account(person: dict[str, Any], departments: dict[str, str]) -> dict[str, str]:
    return {
        "username": person["username"],
        "password": _new_password(),
        "duty": person["duties"][0],
        "department": departments[person["department"]],
        "name": person["name"],
    }


def _write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
    new.replace(path)


def read_passwords(path: Path) -> dict[str, str]:
    """Return the passwords by user name that a file of accounts holds; empty where there is no readable file."""
    try:
        accounts = json.loads(path.read_text(encoding="utf-8"))
        return {account["username"]: account["password"] for account in accounts}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def write_accounts(path: Path) -> dict[str, str]:
    """Make a new password for every person and write them to ``path`` (mode 0600); returns them by user name."""
    departments = {d["slug"]: d["name_zh"] for d in records("departments")}
    accounts = [_account(person, departments) for person in records("people")]
    _write_private(path, json.dumps(accounts, ensure_ascii=False, indent=1) + "\n")
    return {account["username"]: account["password"] for account in accounts}


def load_departments(tell: Tell) -> None:
    """Bring in the regions and those departments that are not there yet."""
    tell(f"{services.load_regions(regions())} regions of Jilin")
    known = {department.slug: department for department in Department.objects.all()}
    for row in records("departments"):
        if row["slug"] not in known:
            fields = {**row, "parent": known.get(row["parent"])}
            known[row["slug"]] = services.create_department(LOADER, **fields)
    tell(f"{len(known)} departments on three levels")


def load_people(passwords: dict[str, str], tell: Tell) -> None:
    """Bring in those persons that are not there yet, with their duties."""
    known = {user.username: user for user in User.objects.all()}
    departments = {department.slug: department for department in Department.objects.all()}
    held = set(Membership.objects.values_list("user__username", "duty"))
    for row in records("people"):
        username = row["username"]
        if username not in known:
            known[username] = services.create_user(
                LOADER,
                username=username,
                name=row["name"],
                name_pinyin=row["name_pinyin"],
                password=passwords[username],
            )
        for duty in row["duties"]:
            if (username, duty) not in held:
                department = departments[row["department"]]
                services.add_membership(LOADER, user=known[username], department=department, duty=Duty(duty))
    tell(f"{len(records('people'))} persons with their duties")


def renew_passwords(passwords: dict[str, str]) -> None:
    """Give every demonstration person that exists the password of the file."""
    for user in User.objects.filter(username__in=passwords):
        services.change_password(LOADER, user=user, password=passwords[user.username])
