"""Signs and seals a version of a license, whatever made it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from licenses.models import DataKey, License, LicenseTypeVersion, LicenseVersion, State
from licenses.seals.holders import public_index
from licenses.seals.keyring import keyring
from licenses.seals.public_ids import new_public_id
from licenses.seals.records import Record, seal_record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a version is made, and the version before it."""

    kind: str
    reason: str = ""
    basis: str = ""
    previous: LicenseVersion | None = None


def append_version(
    actor: Actor, license_: License, published: LicenseTypeVersion, record: Record, cause: Cause
) -> LicenseVersion:
    """Seal a record as the next version of a license, with the key of its issuer and month."""
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


def single_conflict(license_: License) -> Conflict:
    """Say that the holder has a license already, which is named to its own issuer alone."""
    others = License.objects.filter(type=license_.type, holder_index=license_.holder_index).exclude(pk=license_.pk)
    standing = others.filter(state__in=(State.VALID, State.WITHHELD)).first()
    other = standing.identifier if standing and standing.issuer_id == license_.issuer_id else ""
    return Conflict(
        _("The holder already has a license of this type, and the type allows one. %(other)s") % {"other": other},
        code="single_instance",
    )
