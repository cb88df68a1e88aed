"""A warrant: by what right rows of one version leave, and how wide that right is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import models

from catalog.data.plan import DeliveryPlan
from catalog.data.schema import Column
from catalog.models import Item, Version
from portal.audit.drafts import Line
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import DomainError


class DataUnavailable(DomainError):
    """The stored data cannot be read; nothing the reader did."""

    status = 503
    default_code = "data_unavailable"


class WarrantKind(StrEnum):
    """The four rights by which rows leave."""

    PREVIEW = "preview"
    GRANT = "grant"
    EDITION = "edition"
    APPLICANT = "applicant"


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What left, or is about to: given to `on_release` inside the transaction of the record."""

    actor: Actor
    warrant: Warrant
    plan_hash: str
    columns: tuple[str, ...]
    rows: int
    total: int
    form: str


@dataclass(frozen=True, kw_only=True)
class Warrant:
    """The right under which rows of `version` may leave.

    `plan` is the widest that may leave; a question only narrows it. `decide` is the policy of the app that gives
    the right: it reads fresh state and is asked at every call and again while a long delivery runs. `mask_key`
    is secret, at least 16 bytes, one per grant, and needed when the plan has keyed masks. `recorded` is false
    only for unconditional open editions, which are counted and not recorded per reader, and for previews by the
    owner's own staff. `ledger` is the line of the right's own ledger, written by the statement that writes the
    record. `on_release` runs inside the transaction of the record, which is committed before the first byte; without
    a record it runs in one of its own making.
    """

    kind: WarrantKind
    number: str
    version: Version
    plan: DeliveryPlan
    decide: Callable[[Actor], Decision]
    mask_key: bytes = b""
    purpose: str = ""
    subject: models.Model | None = None
    recorded: bool = True
    filename: str = ""
    ledger: Line | None = None
    on_release: Callable[[Disclosure], None] | None = None

    @property
    def base_name(self) -> str:
        """The name of downloads without extension."""
        code = self.version.resource.code.replace("/", "-")
        return self.filename or f"{code}-v{self.version.number}"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a release read after the warrant was found to hold: the version with its serving table, the items by column
    id as they are graded now, and the columns of the version.
    """

    version: Version
    items: Mapping[str, Item]
    columns: tuple[Column, ...]
