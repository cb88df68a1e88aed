"""Avro container files, as far as Iceberg's manifests need them: records of numbers, texts and optional numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MAGIC = b"Obj\x01"
_BITS = 7


@dataclass(frozen=True)
class Field:
    """A field of a record: its Avro type (int, long, string, a list of fields, or `?long`), and Iceberg's id."""

    name: str
    kind: str | tuple[Field, ...]
    id: int

    def schema(self) -> dict[str, Any]:
        """Describe the field in Avro's JSON."""
        if isinstance(self.kind, tuple):
            inner: Any = record_schema(f"r{self.id}", self.kind)
        elif self.kind.startswith("?"):
            inner = ["null", self.kind[1:]]
        else:
            inner = self.kind
        described = {"name": self.name, "type": inner, "field-id": self.id}
        return described | ({"default": None} if isinstance(inner, list) else {})


def record_schema(name: str, fields: Sequence[Field]) -> dict[str, Any]:
    """Describe a record in Avro's JSON."""
    return {"type": "record", "name": name, "fields": [field.schema() for field in fields]}


def container(
    name: str, fields: Sequence[Field], rows: Iterable[Mapping[str, Any]], metadata: Mapping[str, str], sync: bytes
) -> bytes:
    """Write an uncompressed container; `sync` are 16 bytes that mark the end of the block."""
    header = {"avro.schema": json.dumps(record_schema(name, fields)), "avro.codec": "null", **metadata}
    listed = list(rows)
    body = b"".join(_record(fields, row) for row in listed)
    pairs = b"".join(_bytes(key.encode()) + _bytes(value.encode()) for key, value in header.items())
    return _MAGIC + _long(len(header)) + pairs + _long(0) + sync + _long(len(listed)) + _bytes(body) + sync


def _record(fields: Sequence[Field], row: Mapping[str, Any]) -> bytes:
    return b"".join(_value(field.kind, row[field.name]) for field in fields)


def _value(kind: str | tuple[Field, ...], value: Any) -> bytes:
    if isinstance(kind, tuple):
        return _record(kind, value)
    if kind.startswith("?"):
        return _long(0) if value is None else _long(1) + _value(kind[1:], value)
    return _bytes(str(value).encode()) if kind == "string" else _long(int(value))


def _bytes(data: bytes) -> bytes:
    return _long(len(data)) + data


def _long(number: int) -> bytes:
    """Write a number in zigzag form, seven bits a byte."""
    rest = (number << 1) ^ (number >> 63)
    written = bytearray()
    while rest >> _BITS:
        written.append((rest & 0x7F) | 0x80)
        rest >>= _BITS
    written.append(rest)
    return bytes(written)
