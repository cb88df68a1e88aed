"""The lines of the protocol: tables, their schema, their files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.data.schema import Column, ItemType
from catalog.gate.delivery import Delivery
from catalog.gate.delta.parts import Part
from catalog.gate.delta.provider import Table

CONTENT_TYPE = "application/x-ndjson; charset=utf-8"
_TYPES = {
    ItemType.INTEGER: "long",
    ItemType.DOUBLE: "double",
    ItemType.FLOAT: "double",
    ItemType.BOOLEAN: "boolean",
    ItemType.DATE: "date",
    # The wall clock of the data, without a zone: the protocol has no other type that its clients read.
    ItemType.DATETIME: "timestamp",
}


def lines(objects: Iterable[Mapping[str, Any]]) -> bytes:
    """Write newline-delimited JSON."""
    return "".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n" for item in objects).encode()


def table_answer(share: str, table: Table) -> dict[str, str]:
    """Represent a table in a list."""
    return {"name": table.name, "schema": table.schema, "share": share}


def head(delivery: Delivery, table: Table, parts: Sequence[Part] | None = None) -> list[dict[str, Any]]:
    """Give the lines that lead an answer: the protocol and the metadata of the table."""
    metadata: dict[str, Any] = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{table.schema}/{table.name}")),
        "name": table.name,
        "description": delivery.warrant.version.resource.title_zh,
        "format": {"provider": "parquet"},
        "schemaString": json.dumps({"type": "struct", "fields": _fields(delivery)}, ensure_ascii=False),
        "partitionColumns": [],
        "configuration": {},
        "version": delivery.warrant.version.number,
    }
    if parts is not None:
        metadata |= {"size": sum(part.size for part in parts), "numFiles": len(parts)}
    return [{"protocol": {"minReaderVersion": 1}}, {"metaData": metadata}]


def file_line(part: Part, url: str, version: int, expires: int) -> dict[str, Any]:
    """Represent a file; `expires` is in milliseconds since 1970."""
    return {
        "file": {
            "url": url,
            "id": part.sha256[:32],
            "partitionValues": {},
            "size": part.size,
            "stats": json.dumps({"numRecords": part.rows}),
            "version": version,
            "expirationTimestamp": expires,
        }
    }


def _fields(delivery: Delivery) -> list[dict[str, Any]]:
    return [
        {"name": field.name, "type": _type(delivery, field), "nullable": True, "metadata": {"comment": field.title}}
        for field in delivery.query.fields
    ]


def _type(delivery: Delivery, field: Column) -> str:
    if field.type.is_decimal:
        kind = delivery.warrant.version.layout.get(field.id, "")
        return kind.lower().replace(" ", "") if kind.startswith("DECIMAL") else "decimal(38,18)"
    return _TYPES.get(field.type, "string")
