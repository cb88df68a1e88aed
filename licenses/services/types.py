"""Writes on license types: define, change, publish, retire."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from licenses import policies, signals
from licenses.models import HolderCodeType, HolderKind, LicenseType, LicenseTypeVersion, Look
from licenses.seals.schema import claims, json_schema, read_fields
from licenses.seals.signing import digest_of
from licenses.services.refusals import require
from licenses.workflow import TYPE_TABLE
from portal.accounts.models import Department
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid
from portal.workflow.move import move

_NUMBER = re.compile(r"[0-9]{3}")
_MAX_MONTHS = 1200
_PERSON_CODES = frozenset({"111", "414", "511", "516", "999"})
_ORGANIZATION_CODES = frozenset({"001", "099", "999"})
_FITTING_CODES: dict[str, frozenset[str]] = {
    HolderKind.PERSON: _PERSON_CODES,
    HolderKind.ORGANIZATION: _ORGANIZATION_CODES,
}
_EDITABLE = frozenset({
    "name_zh", "name_en", "legal_basis", "holder_kind", "holder_code_types", "fields", "single_instance",
    "validity_months", "renew_window_days", "look",
})  # fmt: skip


def define_type(
    actor: Actor,
    *,
    department: Department,
    number: str,
    name_zh: str,
    name_en: str = "",
    fields: Sequence[Mapping[str, Any]],
    holder_kind: str = HolderKind.ORGANIZATION,
    holder_code_types: Sequence[str] = (HolderCodeType.USCC,),
    legal_basis: str = "",
    single_instance: bool = False,
    validity_months: int | None = None,
    renew_window_days: int = 90,
    look: str = Look.CERTIFICATE,
    issuers: Iterable[Department] = (),
) -> LicenseType:
    """Define a license type as a draft of `department`.

    `number` is three digits; with the department's USCC it makes the 21-character type code (domain.md §4). `fields`
    are mappings with `key, name_zh, name_en, kind (text|date|number|choice), required, exposure
    (shown|masked|hidden), choices`. `validity_months` None means without an end. `issuers` are the departments that
    may issue it, by default the defining one alone.

    Writes the type. Emits nothing.

    Raises:
        NotAllowed: the actor is no license officer of `department`.
        Invalid: names every wrong field.
        Conflict: the number is taken.
    """
    require(actor, "define", department, name="licenses.type.define")
    content = {
        "name_zh": name_zh, "name_en": name_en, "legal_basis": legal_basis, "holder_kind": holder_kind,
        "holder_code_types": list(holder_code_types), "fields": list(fields), "single_instance": single_instance,
        "validity_months": validity_months, "renew_window_days": renew_window_days, "look": look,
    }  # fmt: skip
    clean = _check(content)
    if not _NUMBER.fullmatch(number):
        raise Invalid(fields={"number": [_("Enter three digits.")]})
    try:
        with transaction.atomic():
            type_ = LicenseType.objects.create(code=department.uscc + number, department=department, **clean)
            type_.issuers.set(list(issuers) or [department])
            record(actor, action="licenses.type.define", obj=type_, details={"code": type_.code})
    except IntegrityError as error:
        raise Conflict(_("The number %(number)s is taken.") % {"number": number}, code="number_taken") from error
    return type_


def change_type(
    actor: Actor, *, type: LicenseType, issuers: Iterable[Department] | None = None, **changes: Any
) -> LicenseType:
    """Change the draft of a type's next version; published versions and the licenses issued of them stay as they are.

    `changes` are any of the content arguments of `define_type`.

    Locks and writes the type. Emits `type_moved`.

    Raises:
        NotAllowed: the actor is no license officer of the defining department.
        Invalid: names every wrong field.
    """
    if unknown := changes.keys() - _EDITABLE:
        raise Invalid(fields={name: [_("There is no such field.")] for name in unknown})
    clean = _check({name: getattr(type, name) for name in _EDITABLE} | changes)
    with transaction.atomic():
        fields = {name: clean[name] for name in changes}
        moved = move(
            TYPE_TABLE, actor, type, "change", decide=policies.decide, fields=fields,
            details={"fields": sorted(changes)}, signal=signals.type_moved,
        )  # fmt: skip
        if issuers is not None:
            moved.issuers.set(list(issuers))
    return moved


def publish_type(actor: Actor, *, type: LicenseType) -> LicenseTypeVersion:
    """Publish the draft as the next version of the type, for ever unchangeable.

    Locks the type. Writes the type and one version. Emits `type_moved`.

    Raises:
        NotAllowed: the actor is no license officer of the defining department.
        Conflict: nothing has changed since the published version.
    """
    require(actor, "publish", type, name="licenses.type.publish")
    with transaction.atomic():
        locked = LicenseType.objects.select_for_update().get(pk=type.pk)
        content = content_of(locked, locked.version + 1)
        _refuse_unchanged(locked)
        published = LicenseTypeVersion.objects.create(
            type=locked, version=locked.version + 1, content=content, digest=digest_of(content),
            published_by_id=actor.user_id,
        )  # fmt: skip
        move(
            TYPE_TABLE, actor, locked, "publish", decide=policies.decide, fields={"version": published.version},
            details={"version": published.version, "digest": bytes(published.digest).hex()}, signal=signals.type_moved,
        )  # fmt: skip
    return published


def retire_type(actor: Actor, *, type: LicenseType, reason: str) -> LicenseType:
    """Retire a type: no more licenses are issued of it, those there are stay what they are.

    Locks and writes the type. Emits `type_moved`.

    Raises:
        NotAllowed, TransitionRefused, ReasonMissing: as `portal.workflow.move.move` says.
    """
    return move(TYPE_TABLE, actor, type, "retire", decide=policies.decide, reason=reason, signal=signals.type_moved)


def content_of(type_: LicenseType, version: int) -> dict[str, Any]:
    """Give the content of a version: everything its licenses rest on, with the SD-JWT VC type metadata."""
    fields = read_fields(type_.fields)
    return {
        "vct": f"{settings.SITE_URL.rstrip('/')}/licenses/types/{type_.code}/{version}",
        "code": type_.code,
        "version": version,
        "name_zh": type_.name_zh,
        "name_en": type_.name_en,
        "legal_basis": type_.legal_basis,
        "holder_kind": type_.holder_kind,
        "holder_code_types": list(type_.holder_code_types),
        "single_instance": type_.single_instance,
        "validity_months": type_.validity_months,
        "renew_window_days": type_.renew_window_days,
        "look": type_.look,
        "fields": [spec.to_json() for spec in fields],
        "claims": claims(fields),
        "schema": json_schema(fields),
    }


def is_unchanged(type_: LicenseType) -> bool:
    """Tell whether the draft says just what the last published version says."""
    last = type_.versions.first()
    own = {"vct": "", "version": 0}
    return last is not None and {**last.content, **own} == {**content_of(type_, 0), **own}


def _refuse_unchanged(type_: LicenseType) -> None:
    if is_unchanged(type_):
        raise Conflict(_("Nothing has changed since the published version."), code="unchanged")


def _check(content: dict[str, Any]) -> dict[str, Any]:
    problems: dict[str, list[str]] = {}
    if not str(content["name_zh"]).strip():
        problems["name_zh"] = [_("Enter the name in Chinese.")]
    if content["holder_kind"] not in HolderKind.values:
        problems["holder_kind"] = [_("Choose one of the values.")]
    if message := _code_types_problem(content["holder_kind"], set(content["holder_code_types"])):
        problems["holder_code_types"] = [message]
    if content["look"] not in Look.values:
        problems["look"] = [_("Choose one of the values.")]
    months = content["validity_months"]
    if months is not None and not 1 <= months <= _MAX_MONTHS:
        problems["validity_months"] = [_("Enter 1 to %(count)s months, or nothing.") % {"count": _MAX_MONTHS}]
    fields = read_fields(content["fields"])
    if problems:
        raise Invalid(fields=problems)
    return {**content, "fields": [spec.to_json() for spec in fields], "name_zh": content["name_zh"].strip()}


def _code_types_problem(kind: str, codes: set[str]) -> str:
    if not codes or codes - set(HolderCodeType.values):
        return _("Choose at least one kind of holder code.")
    fitting = _FITTING_CODES.get(kind)
    if fitting is not None and codes - fitting:
        return _("These kinds of holder code do not fit the holder.")
    return ""
