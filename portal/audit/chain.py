"""Hashing of the audit chain (pure): leaves by RFC 6962 over canonical JSON, heads that chain them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = bytes(32)

#: The fields of an entry that the leaf covers, all of them but its database id and the digest itself.
FIELDS = (
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "department_id",
    "department_name",
    "ip",
    "action",
    "object_type",
    "object_id",
    "object_label",
    "outcome",
    "reason",
    "details",
)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def leaf(entry: Any) -> bytes:
    """Return the leaf hash of an entry: SHA-256(0x00 ‖ canonical JSON), 32 bytes (RFC 6962 §2.1)."""
    return leaf_of({name: getattr(entry, name) for name in FIELDS})


def leaf_of(fields: Mapping[str, Any]) -> bytes:
    """Return the leaf hash of an entry of these fields, which are all of `FIELDS`."""
    return hashlib.sha256(b"\x00" + canonical(fields).encode()).digest()


def canonical(fields: Mapping[str, Any]) -> str:
    """Write an entry of these fields in the one form that is hashed: sorted keys, no spaces, times in UTC."""
    content = {name: _plain(fields[name]) for name in FIELDS}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def next_head(head: bytes, leaf_hash: bytes) -> bytes:
    """Return the head after ``leaf_hash`` follows ``head``."""
    return hashlib.sha256(b"\x01" + head + leaf_hash).digest()
