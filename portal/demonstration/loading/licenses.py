"""Loads license types and licenses: the defining department publishes the type, the issuing one issues and changes."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from licenses import services
from licenses.models import License, LicenseType
from portal.demonstration.loading import Tell
from portal.demonstration.loading.cast import Cast
from portal.demonstration.records import records
from portal.kernel.actors import Actor, Duty

_KINDS = {
    "C": "text",
    "M": "text",
    "D": "date",
    "N": "number",
    "I": "number",
    "Y": "number",
}


def _field(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": row["name"],
        "name_zh": row["title_zh"],
        "name_en": row["title_en"],
        "kind": _KINDS[row["type"]],
        "required": row.get("required", True),
        "exposure": "shown" if row.get("public") else "masked",
    }


@transaction.atomic
def _define(cast: Cast, row: dict[str, Any]) -> LicenseType:
    department = cast.department(row["defining_department"])
    officer = cast.holder(Duty.LICENSE_OFFICER, row["defining_department"])
    kind = services.define_type(
        officer,
        department=department,
        number=row["code"].removeprefix(department.uscc),
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        fields=[_field(field) for field in row["fields"]],
        holder_kind=row["holder_kind"],
        holder_code_types=(row["holder_code_type"],),
        legal_basis=row["basis_zh"],
        single_instance=row["single_instance"],
        validity_months=row["years"] * 12 if row["years"] else None,
        issuers=[cast.department(slug) for slug in row["issuers"]],
    )
    services.publish_type(officer, type=kind)
    kind.refresh_from_db()
    return kind


def load_types(cast: Cast, tell: Tell) -> dict[str, LicenseType]:
    """Bring in those license types that are not there yet; returns all by their name in the data."""
    known = {kind.code: kind for kind in LicenseType.objects.all()}
    types = {row["slug"]: known.get(row["code"]) or _define(cast, row) for row in records("license_types")}
    tell(f"{len(types)} types of electronic licenses")
    return types


def _settle(officer: Actor, held: License, row: dict[str, Any], basis: str) -> None:
    """Bring a license into the state that the data gives it."""
    by_law: dict[str, Callable[..., License]] = {
        "withheld": services.withhold_license,
        "revoked": services.revoke_license,
        "penalty": services.revoke_license_as_penalty,
        "cancelled": services.cancel_license,
    }
    if act := by_law.get(row["outcome"]):
        act(officer, license=held, reason=row["reason_zh"], basis=basis)
    elif row["outcome"] == "reissued":
        services.change_license(officer, license=held, reason=row["reason_zh"], basis=basis)


@transaction.atomic
def _issue(cast: Cast, kind: LicenseType, row: dict[str, Any]) -> None:
    officer = cast.actor(row["officer"])
    starts = date.fromisoformat(row["valid_from"])
    held = services.issue_license(
        officer,
        type=kind,
        issuer=cast.department(row["issuer"]),
        holder_name=row["holder_name"],
        holder_code_type=kind.holder_code_types[0],
        holder_code=row["holder_code"],
        attributes=row["fields"],
        number=row["serial"],
        valid_from=starts,
        issued_on=starts,
    )
    _settle(officer, held, row, kind.legal_basis)


def load_licenses(cast: Cast, types: dict[str, LicenseType], tell: Tell) -> None:
    """Issue those licenses that are not there yet.

    The licenses of a type are issued in the order of the data, each whole or not at all, so that their number says
    where an interrupted load stopped.
    """
    done = {slug: kind.licenses.count() for slug, kind in types.items()}
    for slug, kind in types.items():
        for row in [row for row in records("licenses") if row["type"] == slug][done[slug] :]:
            _issue(cast, kind, row)
    tell(f"{len(records('licenses'))} licenses")
