"""One snapshot of a table in Iceberg's format version 2: metadata, list of manifests, manifest."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalog.data.iceberg.avro import Field, container
from catalog.data.schema import ROW_COLUMN, Column, ItemType

_TYPES = {
    ItemType.INTEGER: "long",
    ItemType.DOUBLE: "double",
    ItemType.FLOAT: "double",
    ItemType.BOOLEAN: "boolean",
    ItemType.DATE: "date",
    ItemType.DATETIME: "timestamp",
}
_DATA_FILE = (
    Field("content", "int", 134),
    Field("file_path", "string", 100),
    Field("file_format", "string", 101),
    Field("partition", (), 102),
    Field("record_count", "long", 103),
    Field("file_size_in_bytes", "long", 104),
)
_ENTRY = (
    Field("status", "int", 0),
    Field("snapshot_id", "?long", 1),
    Field("sequence_number", "?long", 3),
    Field("file_sequence_number", "?long", 4),
    Field("data_file", _DATA_FILE, 2),
)
_MANIFEST = (
    Field("manifest_path", "string", 500),
    Field("manifest_length", "long", 501),
    Field("partition_spec_id", "int", 502),
    Field("content", "int", 517),
    Field("sequence_number", "long", 515),
    Field("min_sequence_number", "long", 516),
    Field("added_snapshot_id", "long", 503),
    Field("added_files_count", "int", 504),
    Field("existing_files_count", "int", 505),
    Field("deleted_files_count", "int", 506),
    Field("added_rows_count", "long", 512),
    Field("existing_rows_count", "long", 513),
    Field("deleted_rows_count", "long", 514),
)
_ADDED = 1


@dataclass(frozen=True)
class IcebergFile:
    """A Parquet file of the table: its address, rows and bytes."""

    address: str
    rows: int
    size: int


@dataclass(frozen=True, kw_only=True)
class IcebergTable:
    """A table of one snapshot. `address` is the folder its parts are found under; `made_at` is in milliseconds.

    The columns in the files may be called by id or by name: the name mapping knows both, so that a file that was
    written under ids is read under names without being written again. `decimals` are the precisions by column id.
    """

    address: str
    columns: tuple[Column, ...]
    files: tuple[IcebergFile, ...]
    number: int
    made_at: int
    decimals: dict[str, str]

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The schema in Iceberg's JSON; fields are numbered by their place."""
        fields = [
            {"id": place, "name": column.name, "required": False, "type": self._type(column), "doc": column.title}
            for place, column in enumerate(self.columns, start=1)
        ]
        return {"type": "struct", "schema-id": 0, "fields": fields}

    @cached_property
    def manifest(self) -> bytes:
        """The manifest: one entry for each file."""
        entries = [
            {
                "status": _ADDED,
                "snapshot_id": self.number,
                "sequence_number": 1,
                "file_sequence_number": 1,
                "data_file": {
                    "content": 0,
                    "file_path": file.address,
                    "file_format": "PARQUET",
                    "partition": {},
                    "record_count": file.rows,
                    "file_size_in_bytes": file.size,
                },
            }
            for file in self.files
        ]
        facts = {
            "schema": json.dumps(self.schema),
            "schema-id": "0",
            "partition-spec": "[]",
            "partition-spec-id": "0",
            "format-version": "2",
            "content": "data",
        }
        return container("manifest_entry", _ENTRY, entries, facts, self._sync)

    @cached_property
    def manifest_list(self) -> bytes:
        """The list of the one manifest."""
        entry = {
            "manifest_path": f"{self.address}/manifest.avro",
            "manifest_length": len(self.manifest),
            "partition_spec_id": 0,
            "content": 0,
            "sequence_number": 1,
            "min_sequence_number": 1,
            "added_snapshot_id": self.number,
            "added_files_count": len(self.files),
            "existing_files_count": 0,
            "deleted_files_count": 0,
            "added_rows_count": self.rows,
            "existing_rows_count": 0,
            "deleted_rows_count": 0,
        }
        facts = {
            "snapshot-id": str(self.number),
            "parent-snapshot-id": "null",
            "sequence-number": "1",
            "format-version": "2",
        }
        return container("manifest_file", _MANIFEST, [entry], facts, self._sync)

    @cached_property
    def metadata(self) -> bytes:
        """The table's metadata, which a reader opens first."""
        snapshot = {
            "snapshot-id": self.number,
            "sequence-number": 1,
            "timestamp-ms": self.made_at,
            "manifest-list": f"{self.address}/snapshot.avro",
            "summary": {"operation": "append", "total-records": str(self.rows)},
            "schema-id": 0,
        }
        names: list[dict[str, Any]] = [
            {"field-id": place, "names": list(dict.fromkeys((column.name, column.id)))}
            for place, column in enumerate(self.columns, start=1)
        ]
        # The row number lies in the files and is no column of the table; some readers insist that it has an id.
        names.append({"field-id": len(self.columns) + 1, "names": [ROW_COLUMN]})
        data = {
            "format-version": 2,
            "table-uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, self.address)),
            "location": self.address,
            "last-sequence-number": 1,
            "last-updated-ms": self.made_at,
            "last-column-id": len(self.columns),
            "current-schema-id": 0,
            "schemas": [self.schema],
            "default-spec-id": 0,
            "partition-specs": [{"spec-id": 0, "fields": []}],
            "last-partition-id": 999,
            "default-sort-order-id": 0,
            "sort-orders": [{"order-id": 0, "fields": []}],
            "properties": {"schema.name-mapping.default": json.dumps(names)},
            "current-snapshot-id": self.number,
            "refs": {"main": {"snapshot-id": self.number, "type": "branch"}},
            "snapshots": [snapshot],
            "snapshot-log": [{"snapshot-id": self.number, "timestamp-ms": self.made_at}],
            "metadata-log": [],
        }
        return json.dumps(data, ensure_ascii=False).encode()

    @property
    def _sync(self) -> bytes:
        return hashlib.sha256(f"{self.address} {self.number}".encode()).digest()[:16]

    def _type(self, column: Column) -> str:
        if column.type.is_decimal:
            return self.decimals.get(column.id, "decimal(38, 18)")
        return _TYPES.get(column.type, "string")
