"""Issues a license: its first version, to a holder who may have it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from licenses import policies, signals
from licenses.models import License, LicenseType, LicenseVersion, State
from licenses.seals.holders import check_holder, holder_index, mask_holder, number_index, plain
from licenses.seals.keyring import keyring
from licenses.seals.records import Record, stamp_standing
from licenses.seals.schema import check_values, read_fields
from licenses.services.issuing.terms import term_of
from licenses.services.issuing.versions import Cause, append_version, single_conflict
from licenses.services.refusals import require
from licenses.services.serials import next_serial
from licenses.workflow import LICENSE_TABLE
from portal.accounts.models import Department
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.identifiers import license_identifier
from portal.workflow.move import move


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
    starts, ends = term_of(published, valid_from or today, valid_to)
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
        append_version(actor, license_, published, record, Cause(kind=LicenseVersion.Cause.ISSUE))
        return _enter(actor, license_)


def _default_issuer(actor: Actor, type_: LicenseType) -> Department:
    mine = actor.departments(Duty.LICENSE_OFFICER)
    found = type_.issuers.filter(pk__in=mine).order_by("pk").first()
    return found or type_.department


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
        raise single_conflict(license_) from error
