"""Makes the next version of a license: what it says is changed, or its term renewed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from licenses import policies, signals
from licenses.models import License, LicenseVersion
from licenses.seals.holders import mask_holder, plain
from licenses.seals.keyring import keyring
from licenses.seals.records import Record, open_record
from licenses.seals.schema import check_values, read_fields
from licenses.services.issuing.terms import next_start, term_of
from licenses.services.issuing.versions import Cause, append_version, single_conflict
from licenses.services.refusals import require
from licenses.workflow import LICENSE_TABLE
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, ReasonMissing
from portal.kernel.identifiers import license_identifier
from portal.workflow.move import move

_LONGEST_NAME = 200


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
            cause = Cause(kind=verb, reason=reason.strip(), basis=basis.strip(), previous=last)
            made = append_version(actor, locked, published, record, cause)
            return _turn(actor, locked, made, record, verb, reason)
    except IntegrityError as error:
        raise single_conflict(license_) from error


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
        starts, ends = term_of(last.type_version, *changes["term"])
        content |= {"valid_from": starts.isoformat(), "valid_to": ends.isoformat() if ends else ""}
    serial, version = last.license.serial, last.version + 1
    content["identifier"] = license_identifier(record.type_code, record.issuer, serial, version)
    content["issued_on"] = timezone.localdate().isoformat()
    return Record(**content)
