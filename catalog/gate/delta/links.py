"""Signed links to prepared files: whose right, which table, which part, for a quarter of an hour."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core import signing
from django.core.cache import cache
from django.utils.translation import gettext as _

from catalog.gate.delta.provider import Table
from portal.kernel.actors import Actor
from portal.kernel.errors import Gone, NotAllowed

SECONDS = 15 * 60
_SALT = "catalog.gate.delta"


@dataclass(frozen=True)
class Link:
    """What a link says. `edition` is the validator of the delivery: another version or plan has another."""

    user: int | None
    key: int | None
    table: Table
    edition: str
    part: int


def write_link(actor: Actor, table: Table, edition: str, part: int, share: str) -> str:
    """Sign a link for the actor."""
    return signing.dumps([actor.user_id, actor.key_id, table.schema, table.name, edition, part], salt=_SALT + share)


def read_link(text: str, share: str) -> Link:
    """Read a link. Raises Gone when its time is over, NotAllowed when it is not ours."""
    try:
        user, key, schema, name, edition, part = signing.loads(text, salt=_SALT + share, max_age=SECONDS)
    except signing.SignatureExpired as error:
        raise Gone(_("This link has expired; ask the table again."), code="link_expired") from error
    except (signing.BadSignature, ValueError) as error:
        raise NotAllowed(_("This link is not valid."), code="link_invalid") from error
    return Link(user, key, Table(schema, name), edition, part)


def is_first_use(text: str) -> bool:
    """Say whether a link is followed for the first time: a program reads one file by many small parts."""
    return cache.add(f"gate:delta:{hashlib.sha256(text.encode()).hexdigest()}", 1, SECONDS)
