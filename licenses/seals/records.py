"""The signed record of one license version: what is digested, how it is sealed, and the proof that it is whole."""

from __future__ import annotations

import datetime
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Any

from licenses.seals.keyring import Keyring
from licenses.seals.signing import canonical_json, digest_of
from licenses.seals.vault import SealBrokenError


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything a license version says, as it was signed; dates are ISO 8601, an open end is empty."""

    identifier: str
    number: str
    type_code: str
    type_version: int
    issuer: str
    holder_name: str
    holder_code_type: str
    holder_code: str
    attributes: dict[str, str]
    issued_on: str
    valid_from: str
    valid_to: str

    def content(self) -> dict[str, Any]:
        """Give the content that is digested."""
        return asdict(self)

    @property
    def begins(self) -> datetime.date:
        """The first day of the term."""
        return datetime.date.fromisoformat(self.valid_from)

    @property
    def ends(self) -> datetime.date | None:
        """The last day of the term, None without an end."""
        return datetime.date.fromisoformat(self.valid_to) if self.valid_to else None


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A record as it is stored: encrypted, digested, signed."""

    sealed: bytes
    digest: bytes
    signature: bytes
    kid: str
    alg: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A stored record after opening: the record when it could be read, and whether everything about it agrees."""

    record: Record | None
    is_whole: bool


def seal_record(ring: Keyring, record: Record, *, wrapped_key: bytes) -> Sealed:
    """Encrypt a record under its data key, bound to its identifier, and sign its digest."""
    content = record.content()
    digest = digest_of(content)
    return Sealed(
        sealed=ring.vault.seal(wrapped_key, canonical_json(content), bound_to=record.identifier.encode()),
        digest=digest,
        signature=ring.signer.sign(digest),
        kid=ring.signer.kid,
        alg=ring.signer.alg,
    )


def open_record(ring: Keyring, stored: Sealed, *, identifier: str, wrapped_key: bytes) -> Opened:
    """Decrypt a stored record and check digest and signature; whatever fails, the signature is checked all the same."""
    signed = ring.signer.verify(stored.kid, stored.digest, stored.signature)
    try:
        content = json.loads(ring.vault.open(wrapped_key, stored.sealed, bound_to=identifier.encode()))
        record = Record(**content)
    except (SealBrokenError, ValueError, TypeError):
        return Opened(record=None, is_whole=False)
    agrees = hmac.compare_digest(digest_of(record.content()), stored.digest)
    return Opened(record=record, is_whole=agrees and signed and record.identifier == identifier)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The changing part of a license: what a state change stamps so that nobody alters it behind the product's back."""

    license_id: int
    serial: str
    state: str
    since: str


def stamp_standing(ring: Keyring, standing: Standing) -> bytes:
    """Authenticate a standing with the vault's key: 32 bytes."""
    return ring.vault.stamp("standing", canonical_json(asdict(standing)))


def standing_holds(ring: Keyring, standing: Standing, stamp: bytes) -> bool:
    """Tell, in constant time, whether a stored standing is the one that was stamped."""
    return hmac.compare_digest(stamp_standing(ring, standing), stamp)
