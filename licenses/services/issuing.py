"""Writes that make a signed version of a license: issue, change, renew."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from licenses import policies, signals
from licenses.models import DataKey, License, LicenseType, LicenseTypeVersion, LicenseVersion, State
from licenses.seals.holders import check_holder, holder_index, mask_holder, number_index, plain, public_index
from licenses.seals.keyring import keyring
from licenses.seals.public_ids import new_public_id
from licenses.seals.records import Record, open_record, seal_record, stamp_standing
from licenses.seals.schema import check_values, read_fields
from licenses.services.refusals import require
from licenses.services.serials import next_serial
from licenses.workflow import LICENSE_TABLE
from portal.accounts.models import Department
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Conflict, Invalid, ReasonMissing
from portal.kernel.identifiers import license_identifier
from portal.workflow.move import move

_MONTHS = 12
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class _Cause:
    kind: str
    reason: str = ""
    basis: str = ""
    previous: LicenseVersion | None = None


def issue_license(
    actor: Actor,
    *,
    type: LicenseType,
    holder_name: str,
    holder_code_type: str,
    holder_code: str,
    attributes: Mapping[str, Any],
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    number: str = "",
    issuer: Department | None = None,
    issued_on: datetime.date | None = None,
) -> License:
    """Issue a license of a published type to a holder.

    `attributes` are the type's fields by key; dates as ISO 8601 text. `valid_from` defaults to today, `valid_to` to
    what the type's rule gives. `number` is the license number (证照编号), the serial when empty. `issuer` defaults to
    the first department in which the actor is a license officer and which may issue the type.

    Writes the license, its first version and, once a month, a data key. Emits `license_moved`.

    Raises:
        NotAllowed: the actor's department may not issue this type, or it is not published.
        Invalid: names every wrong field.
        Conflict: the number is taken, or the type allows one license per holder and there is one (domain.md §4).
    """
    department = issuer or _default_issuer(actor, type)
    require(
        actor, "issue", License(type=type, issuer=department, identifier=type.name_zh), name="licenses.license.issue"
    )  # fmt: skip
    published = type.versions.get(version=type.version)
    name, code = check_holder(name=holder_name, code_type=holder_code_type, code=holder_code)
    if holder_code_type not in published.content["holder_code_types"]:
        raise Invalid(fields={"holder_code_type": [_("Licenses of this type are not issued to this kind of holder.")]})
    values = check_values(read_fields(published.content["fields"]), attributes)
    today = timezone.localdate()
    starts, ends = _term(published, valid_from or today, valid_to)
    with transaction.atomic():
        serial = next_serial(type, department)
        record = Record(
            identifier=license_identifier(type.code, department.uscc, serial, 1),
            number=plain(number) or serial,
            type_code=type.code,
            type_version=published.version,
            issuer=department.uscc,
            holder_name=name,
            holder_code_type=holder_code_type,
            holder_code=code,
            attributes=values,
            issued_on=(issued_on or today).isoformat(),
            valid_from=starts.isoformat(),
            valid_to=ends.isoformat() if ends else "",
        )
        license_ = _create_license(type, department, serial, record)
        _append_version(actor, license_, published, record, _Cause(kind=LicenseVersion.Cause.ISSUE))
        return _enter(actor, license_)


def change_license(
    actor: Actor,
    *,
    license: License,
    reason: str,
    basis: str = "",
    holder_name: str = "",
    attributes: Mapping[str, Any] | None = None,
) -> License:
    """Change what a valid license says, as its next version; what is not given stays.

    Locks the license. Writes a version. Emits `license_moved`.

    Raises:
        NotAllowed, TransitionRefused, ReasonMissing: as `portal.workflow.move.move` says.
        Invalid: names every wrong attribute.
        Conflict: the record cannot be confirmed, or the new term meets another
            license of the same holder, of a type that allows one.
    """
    changes: dict[str, Any] = {"attributes": attributes}
    if holder_name:
        changes["holder_name"] = plain(holder_name)
        if not 0 < len(changes["holder_name"]) <= _LONGEST_NAME:
            raise Invalid(fields={"holder_name": [_("Enter the name of the holder.")]})
    return _continue(actor, license, "change", reason=reason, basis=basis, changes=changes)


def renew_license(
    actor: Actor,
    *,
    license: License,
    reason: str,
    basis: str = "",
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
) -> License:
    """Renew a valid or lapsed license: its next version, linked to the one before (domain.md §4).

    `valid_from` defaults to the day after the present end, or today when that has passed.

    Locks the license. Writes a version. Emits `license_moved`.

    Raises:
        NotAllowed, TransitionRefused, ReasonMissing: as `portal.workflow.move.move` says.
        Conflict: the license has no end, the record cannot be confirmed, or the new term meets another
            license of the same holder, of a type that allows one.
    """
    if license.valid_to is None:
        raise Conflict(_("A license without an end is not renewed."), code="no_end")
    starts = valid_from or next_start(license)
    return _continue(
        actor, license, "renew", reason=reason, basis=basis, changes={"term": (starts, valid_to), "attributes": None}
    )


def next_start(license_: License) -> datetime.date:
    """Give the first day of the next term: the day after the present end, or today when that has passed."""
    today = timezone.localdate()
    ends = license_.valid_to
    return today if ends is None or ends == datetime.date.max else max(ends + datetime.timedelta(days=1), today)


def months_later(start: datetime.date, months: int) -> datetime.date:
    """Give the last day of a term of `months` that begins on `start`: the day before the same day of the month."""
    years, month = divmod(start.month - 1 + months, _MONTHS)
    year = start.year + years
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return datetime.date(year, month + 1, day) - datetime.timedelta(days=1)


def _default_issuer(actor: Actor, type_: LicenseType) -> Department:
    mine = actor.departments(Duty.LICENSE_OFFICER)
    found = type_.issuers.filter(pk__in=mine).order_by("pk").first()
    return found or type_.department


def _term(
    published: LicenseTypeVersion, starts: datetime.date, ends: datetime.date | None
) -> tuple[datetime.date, datetime.date | None]:
    months = published.content["validity_months"]
    if ends is None and months is not None:
        if starts.year + months // _MONTHS >= datetime.MAXYEAR:
            raise Invalid(fields={"valid_from": [_("This day lies too far in the future.")]})
        ends = months_later(starts, months)
    if ends is not None and ends < starts:
        raise Invalid(fields={"valid_to": [_("The end lies before the beginning.")]})
    return starts, ends


def _create_license(type_: LicenseType, issuer: Department, serial: str, record: Record) -> License:
    vault = keyring().vault
    try:
        with transaction.atomic():
            return License.objects.create(
                type=type_,
                issuer=issuer,
                region_id=issuer.region_id,
                identifier=record.identifier,
                serial=serial,
                holder_label=mask_holder(record.holder_name, code_type=record.holder_code_type),
                holder_code_type=record.holder_code_type,
                holder_index=holder_index(vault, code_type=record.holder_code_type, code=record.holder_code),
                number_index=number_index(vault, type_code=type_.code, number=record.number),
                single_instance=type_.single_instance,
                valid_from=record.begins,
                valid_to=record.ends,
                issued_on=datetime.date.fromisoformat(record.issued_on),
            )
    except IntegrityError as error:
        raise Conflict(_("A license with this number exists."), code="number_taken") from error


def _append_version(
    actor: Actor, license_: License, published: LicenseTypeVersion, record: Record, cause: _Cause
) -> LicenseVersion:
    ring = keyring()
    data_key, _made = DataKey.objects.get_or_create(
        issuer_id=license_.issuer_id,
        month=timezone.localdate().replace(day=1),
        defaults={"wrapped": ring.vault.new_key()},
    )
    public_id = new_public_id()
    sealed = seal_record(ring, record, wrapped_key=bytes(data_key.wrapped))
    return LicenseVersion.objects.create(
        license=license_,
        version=cause.previous.version + 1 if cause.previous else 1,
        identifier=record.identifier,
        type_version=published,
        public_id=public_id,
        public_index=public_index(ring.vault, public_id),
        data_key=data_key,
        previous=cause.previous,
        cause=cause.kind,
        reason=cause.reason,
        basis=cause.basis,
        valid_from=record.begins,
        valid_to=record.ends,
        issued_by_id=actor.user_id,
        sealed=sealed.sealed,
        digest=sealed.digest,
        signature=sealed.signature,
        kid=sealed.kid,
        alg=sealed.alg,
    )


def _enter(actor: Actor, license_: License) -> License:
    since = timezone.now()
    stamp = stamp_standing(keyring(), license_.standing(State.VALID, since))
    try:
        with transaction.atomic():
            return move(
                LICENSE_TABLE, actor, license_, "issue", decide=policies.decide,
                fields={"state_since": since, "state_stamp": stamp},
                details={"type": license_.type.code, "holder": license_.holder_label}, signal=signals.license_moved,
            )  # fmt: skip
    except IntegrityError as error:
        raise _single_conflict(license_) from error


def _single_conflict(license_: License) -> Conflict:
    others = License.objects.filter(type=license_.type, holder_index=license_.holder_index).exclude(pk=license_.pk)
    standing = others.filter(state__in=(State.VALID, State.WITHHELD)).first()
    other = standing.identifier if standing and standing.issuer_id == license_.issuer_id else ""
    return Conflict(
        _("The holder already has a license of this type, and the type allows one. %(other)s") % {"other": other},
        code="single_instance",
    )


def _continue(
    actor: Actor, license_: License, verb: str, *, reason: str, basis: str, changes: dict[str, Any]
) -> License:
    require(actor, verb, license_, name=f"{LICENSE_TABLE.name}.{verb}")
    if not reason.strip():
        raise ReasonMissing(_("Please give a reason; it is sent to those concerned and kept."), field="reason")
    try:
        with transaction.atomic():
            locked = License.objects.select_for_update(of=("self",)).select_related("type").get(pk=license_.pk)
            last = locked.versions.select_related("data_key", "type_version").get(version=locked.version)
            record = _next_record(last, changes)
            published = last.type_version
            cause = _Cause(kind=verb, reason=reason.strip(), basis=basis.strip(), previous=last)
            made = _append_version(actor, locked, published, record, cause)
            return _turn(actor, locked, made, record, verb, reason)
    except IntegrityError as error:
        raise _single_conflict(license_) from error


def _turn(actor: Actor, locked: License, made: LicenseVersion, record: Record, verb: str, reason: str) -> License:
    fields = {
        "version": made.version,
        "identifier": made.identifier,
        "holder_label": mask_holder(record.holder_name, code_type=record.holder_code_type),
        "valid_from": made.valid_from,
        "valid_to": made.valid_to,
    }
    return move(
        LICENSE_TABLE, actor, locked, verb, decide=policies.decide, reason=reason, fields=fields,
        details={"version": made.version, "digest": bytes(made.digest).hex()}, signal=signals.license_moved,
    )  # fmt: skip


def _next_record(last: LicenseVersion, changes: dict[str, Any]) -> Record:
    opened = open_record(keyring(), last.stored, identifier=last.identifier, wrapped_key=bytes(last.data_key.wrapped))
    if opened.record is None or not opened.is_whole:
        raise Conflict(_("The record of this license cannot be confirmed; it must not be continued."), code="damaged")
    record = opened.record
    content = record.content()
    if changes.get("holder_name"):
        content["holder_name"] = changes["holder_name"]
    if changes["attributes"] is not None:
        fields = read_fields(last.type_version.content["fields"])
        content["attributes"] = check_values(fields, {**record.attributes, **changes["attributes"]})
    if "term" in changes:
        starts, ends = _term(last.type_version, *changes["term"])
        content |= {"valid_from": starts.isoformat(), "valid_to": ends.isoformat() if ends else ""}
    serial, version = last.license.serial, last.version + 1
    content["identifier"] = license_identifier(record.type_code, record.issuer, serial, version)
    content["issued_on"] = timezone.localdate().isoformat()
    return Record(**content)
