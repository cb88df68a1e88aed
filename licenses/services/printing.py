"""Printing a license and showing what it says: the two acts that open a sealed record for an official."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from licenses.models import HolderCodeType, License, LicenseVersion
from licenses.seals.chinese_dates import date_in_numerals, date_in_words
from licenses.seals.keyring import keyring
from licenses.seals.masking import mask_code
from licenses.seals.public_ids import in_groups
from licenses.seals.records import Opened, Record, open_record
from licenses.seals.schema import FieldSpec, Kind, read_fields
from licenses.seals.typeset import PrintedField, PrintedLicense, preview_png, print_pdf
from licenses.services.refusals import require
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict

_LABELS = {
    HolderCodeType.USCC: ("统一社会信用代码", "Unified social credit code"),
    HolderCodeType.LEGAL_PERSON_DOCUMENT: ("证件号码", "Document number"),
    HolderCodeType.IDENTITY: ("居民身份证号码", "Resident identity number"),
    HolderCodeType.PASSPORT: ("护照号码", "Passport number"),
}
_OTHER_LABEL = ("证件号码", "Document number")
_SPECIMEN = "示例"


@dataclass(frozen=True, kw_only=True)
class PrintedFile:
    """A printed license and the name it is saved under."""

    name: str
    content: bytes


def verify_url(public_id: str) -> str:
    """Give the address that the printed QR code carries."""
    return f"{settings.SITE_URL.rstrip('/')}/p/{public_id}"


def print_license(actor: Actor, *, license: License) -> PrintedFile:
    """Print the present version of a valid license as PDF/A-3u with its QR code and signed record.

    Writes an audit record before the page is made.

    Raises:
        NotAllowed: the actor is no license officer of the issuer, or the license is not valid.
        Conflict: the record cannot be confirmed; it is not printed.
    """
    require(actor, "print", license, name="licenses.license.print")
    version, opened = _open(license)
    record(actor, action="licenses.license.print", obj=license, details={"version": version.version})
    page = page_of(license, version, _whole(opened))
    return PrintedFile(
        name=f"{license.identifier}.pdf", content=print_pdf(page, look=version.type_version.content["look"])
    )


def preview_license(actor: Actor, *, license: License) -> bytes:
    """Draw the page as a PNG picture for the officer's screen.

    Writes an audit record.

    Raises:
        NotAllowed, Conflict: as `print_license`.
    """
    require(actor, "print", license, name="licenses.license.preview")
    version, opened = _open(license)
    record(actor, action="licenses.license.preview", obj=license, details={"version": version.version})
    page = page_of(license, version, _whole(opened))
    return preview_png(page, look=version.type_version.content["look"], ppi=72)


def reveal_license(actor: Actor, *, license: License) -> Opened:
    """Open the present version for a license officer of the issuer.

    Writes an audit record that names the fields and holds no values.

    Raises:
        NotAllowed: the actor may see the license but not what it says.
    """
    require(actor, "reveal", license, name="licenses.license.reveal")
    version, opened = _open(license)
    names = ["holder_name", "holder_code", *(opened.record.attributes if opened.record else ())]
    record(actor, action="licenses.license.reveal", obj=license, details={"version": version.version, "fields": names})
    return opened


def page_of(license_: License, version: LicenseVersion, content: Record) -> PrintedLicense:
    """Lay out what stands on the paper; an identity number is masked, for the QR code tells the rest."""
    described = version.type_version.content
    label = _LABELS.get(HolderCodeType(content.holder_code_type), _OTHER_LABEL)
    is_organization = content.holder_code_type in {HolderCodeType.USCC, HolderCodeType.LEGAL_PERSON_DOCUMENT}
    return PrintedLicense(
        title_zh=described["name_zh"],
        title_en=described["name_en"],
        identifier=content.identifier,
        holder=content.holder_name,
        holder_code_label_zh=label[0],
        holder_code_label_en=label[1],
        holder_code=content.holder_code if is_organization else mask_code(content.holder_code),
        fields=_printed_fields(read_fields(described["fields"]), content),
        valid_from=date_in_numerals(content.valid_from),
        valid_to=date_in_numerals(content.valid_to),
        issuer_zh=license_.issuer.name_zh,
        issuer_en=license_.issuer.name_en,
        issued_on=date_in_words(content.issued_on),
        version=f"{version.version:03d}",
        verify_url=verify_url(version.public_id),
        public_id=in_groups(version.public_id),
        algorithm=version.alg,
        key_id=version.kid,
        digest=bytes(version.digest).hex(),
        record=_attachment(version),
        specimen=_SPECIMEN if settings.DEMONSTRATION else "",
        issued_at=version.issued_at,
    )


def _open(license_: License) -> tuple[LicenseVersion, Opened]:
    version = license_.versions.select_related("type_version", "data_key").get(version=license_.version)
    wrapped = bytes(version.data_key.wrapped)
    return version, open_record(keyring(), version.stored, identifier=version.identifier, wrapped_key=wrapped)


def _whole(opened: Opened) -> Record:
    if opened.record is None or not opened.is_whole:
        raise Conflict(_("The record of this license cannot be confirmed; it is not printed."), code="damaged")
    return opened.record


def _printed_fields(fields: tuple[FieldSpec, ...], content: Record) -> tuple[PrintedField, ...]:
    number = PrintedField(label_zh="证照编号", label_en="License number", value=content.number)
    shown = [
        PrintedField(label_zh=spec.name_zh, label_en=spec.name_en, value=_printed(spec, content.attributes[spec.key]))
        for spec in fields
        if content.attributes.get(spec.key)
    ]
    return (number, *shown)


def _printed(spec: FieldSpec, value: str) -> str:
    return date_in_numerals(value) if spec.kind is Kind.DATE else value


def _attachment(version: LicenseVersion) -> str:
    """The signature without values: enough to prove that a paper and the record are the same version."""
    content = {
        "identifier": version.identifier,
        "digest": bytes(version.digest).hex(),
        "signature": bytes(version.signature).hex(),
        "alg": version.alg,
        "kid": version.kid,
        "verify": verify_url(version.public_id),
    }
    return json.dumps(content, sort_keys=True)
