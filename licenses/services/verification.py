"""Verification by anybody: one path for what exists and what does not, so that time tells nothing."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from licenses.models import License, LicenseVersion, State, Verification
from licenses.seals.holders import is_same_name, mask_holder, plain, public_index
from licenses.seals.keyring import Keyring, keyring
from licenses.seals.public_ids import from_typing
from licenses.seals.records import (
    Opened,
    Record,
    Sealed,
    Standing,
    open_record,
    seal_record,
    stamp_standing,
    standing_holds,
)
from licenses.seals.schema import FieldSpec, Kind, public_values, read_fields
from licenses.services.limits import take_turn
from portal.kernel.actors import Actor

_MAX_TYPED = 200


class Outcome(StrEnum):
    """What a verification may say; each has a word, a sign and an edge of its own on the page."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    WITHHELD = "withheld"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    UNCONFIRMED = "unconfirmed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, kw_only=True)
class PublicField:
    """One field as the public sees it."""

    name_zh: str
    name_en: str
    value: str
    day: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class PublicFacts:
    """What the public may compare with the paper: the holder masked, and the fields the type opens."""

    type_zh: str
    type_en: str
    identifier: str
    version: str
    holder: str
    issuer_zh: str
    issuer_en: str
    issued_on: datetime.date
    valid_from: datetime.date
    valid_to: datetime.date | None
    state: str
    since: datetime.datetime
    fields: tuple[PublicField, ...]
    alg: str
    kid: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """The answer to one verification; `facts` only for a license that exists and can be confirmed.

    `untold` is never shown: a page lays it out and throws it away, so that saying little takes as long as saying much.
    """

    outcome: Outcome
    facts: PublicFacts | None
    untold: PublicFacts | None = field(default=None, repr=False, compare=False)
    checked_at: datetime.datetime


@dataclass(frozen=True, kw_only=True)
class _Subject:
    """What is verified: a stored version, or the decoy that stands in for one that does not exist."""

    stored: Sealed
    wrapped_key: bytes
    identifier: str
    version: int
    latest: int
    state: str
    since: datetime.datetime
    valid_from: datetime.date
    valid_to: datetime.date | None
    label: str
    standing: Standing
    stamp: bytes
    type_content: dict[str, Any]
    issuer_zh: str
    issuer_en: str


def verify_code(actor: Actor, *, code: str, channel: str) -> Result:
    """Verify a license by its printed code, exactly as printed.

    A code that does not exist costs the same steps as one that does: index, query, decryption, digest, signature,
    stamp, facts and log are done on a decoy.

    Writes one verification, without values.

    Raises:
        TooManyRequests: this address asked too often.
    """
    take_turn(actor, kind="code")
    index = public_index(keyring().vault, code[:_MAX_TYPED])
    return _conclude(actor, _stored(Q(public_index=index)), channel=channel, name=None)


def verify_by_name(actor: Actor, *, text: str, holder_name: str, channel: str) -> Result:
    """Verify a license by its identifier or printed code together with the holder's name.

    A wrong name and a wrong identifier give the same answer in the same time.

    Writes one verification, without values.

    Raises:
        TooManyRequests: this address asked too often.
    """
    take_turn(actor, kind="name")
    typed = text[:_MAX_TYPED]
    index = public_index(keyring().vault, from_typing(typed))
    where = Q(public_index=index) | Q(identifier=plain(typed).upper())
    return _conclude(actor, _stored(where), channel=channel, name=holder_name[:_MAX_TYPED])


def field_of(spec: FieldSpec, value: str) -> PublicField:
    """Pair a value with its names; a whole date is also given as one, to be shown in the reader's form."""
    is_day = spec.kind is Kind.DATE and value.replace("-", "").isdigit()
    day = datetime.date.fromisoformat(value) if is_day else None
    return PublicField(name_zh=spec.name_zh, name_en=spec.name_en, value=value, day=day)


def _stored(where: Q) -> QuerySet[LicenseVersion]:
    return LicenseVersion.objects.filter(where).select_related("license__issuer", "type_version", "data_key")


def _conclude(actor: Actor, found: QuerySet[LicenseVersion], *, channel: str, name: str | None) -> Result:
    ring = keyring()
    row = found.first()
    subject = _decoy(ring) if row is None else _subject(row)
    opened = open_record(ring, subject.stored, identifier=subject.identifier, wrapped_key=subject.wrapped_key)
    stands = standing_holds(ring, subject.standing, subject.stamp)
    named = _is_named(opened, subject, name)
    facts = _facts(subject, opened.record)
    outcome = _outcome(subject, opened, is_standing_whole=stands)
    if row is None or not named:
        outcome = Outcome.NOT_FOUND
    Verification.objects.create(
        version=row, channel=channel, result=outcome, department_id=actor.department_id if actor.is_official else None
    )
    is_told = outcome not in {Outcome.NOT_FOUND, Outcome.UNCONFIRMED}
    told, untold = (facts, None) if is_told else (None, facts)
    return Result(outcome=outcome, facts=told, untold=untold, checked_at=timezone.now())


def _is_named(opened: Opened, subject: _Subject, name: str | None) -> bool:
    if name is None:
        return True
    if opened.record is None:
        return subject.label in {mask_holder(name, code_type=kind) for kind in ("001", "111")}
    return is_same_name(name, opened.record.holder_name)


def _outcome(subject: _Subject, opened: Opened, *, is_standing_whole: bool) -> Outcome:
    record, today = opened.record, timezone.localdate()
    ends = subject.valid_to.isoformat() if subject.valid_to else ""
    is_whole = record is not None and opened.is_whole and is_standing_whole
    if not is_whole or record is None or (record.valid_from, record.valid_to) != (subject.valid_from.isoformat(), ends):
        return Outcome.UNCONFIRMED
    stored = {
        State.WITHHELD: Outcome.WITHHELD,
        State.REVOKED: Outcome.REVOKED,
        State.REVOKED_AS_PENALTY: Outcome.REVOKED,
        State.CANCELLED: Outcome.CANCELLED,
    }.get(State(subject.state))
    if stored is not None:
        return stored
    if subject.latest > subject.version:
        return Outcome.REPLACED
    if subject.valid_to is not None and subject.valid_to < today:
        return Outcome.EXPIRED
    return Outcome.NOT_YET if subject.valid_from > today else Outcome.VALID


def _subject(row: LicenseVersion) -> _Subject:
    license_: License = row.license
    return _Subject(
        stored=row.stored,
        wrapped_key=bytes(row.data_key.wrapped),
        identifier=row.identifier,
        version=row.version,
        latest=license_.version,
        state=license_.state,
        since=license_.state_since,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        label=license_.holder_label,
        standing=license_.standing(),
        stamp=bytes(license_.state_stamp),
        type_content=row.type_version.content,
        issuer_zh=license_.issuer.name_zh,
        issuer_en=license_.issuer.name_en,
    )


def _facts(subject: _Subject, record: Record | None) -> PublicFacts | None:
    if record is None:
        return None
    fields = public_values(read_fields(subject.type_content["fields"]), record.attributes)
    return PublicFacts(
        type_zh=subject.type_content["name_zh"],
        type_en=subject.type_content["name_en"],
        identifier=subject.identifier,
        version=f"{subject.version:03d}",
        holder=mask_holder(record.holder_name, code_type=record.holder_code_type),
        issuer_zh=subject.issuer_zh,
        issuer_en=subject.issuer_en,
        issued_on=datetime.date.fromisoformat(record.issued_on),
        valid_from=subject.valid_from,
        valid_to=subject.valid_to,
        state=subject.state,
        since=subject.since,
        fields=tuple(field_of(spec, value) for spec, value in fields),
        alg=subject.stored.alg,
        kid=subject.stored.kid,
        digest=subject.stored.digest.hex(),
    )


@functools.lru_cache(maxsize=2)
def _decoy(ring: Keyring) -> _Subject:
    """Make, once per process, a record like any other: sealed, signed and stamped, belonging to nobody."""
    wrapped = ring.vault.new_key()
    names = ("a", "b", "c")
    since = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    record = Record(
        identifier="decoy",
        number="decoy",
        type_code="decoy",
        type_version=1,
        issuer="decoy",
        holder_name="无此证照有限公司",
        holder_code_type="001",
        holder_code="decoy",
        attributes=dict.fromkeys(names, "无此证照"),
        issued_on="2026-01-01",
        valid_from="2026-01-01",
        valid_to="2999-12-31",
    )
    standing = Standing(license_id=0, serial="decoy", state=State.VALID, since=since.isoformat())
    fields = [{"key": name, "name_zh": "无", "name_en": "None", "exposure": "shown"} for name in names]
    return _Subject(
        stored=seal_record(ring, record, wrapped_key=wrapped),
        wrapped_key=wrapped,
        identifier="decoy",
        version=1,
        latest=1,
        state=State.VALID,
        since=since,
        valid_from=since.date(),
        valid_to=datetime.date(2999, 12, 31),
        label="",
        standing=standing,
        stamp=stamp_standing(ring, standing),
        type_content={"name_zh": "无此证照", "name_en": "No such license", "fields": fields},
        issuer_zh="无此机构",
        issuer_en="No such department",
    )
