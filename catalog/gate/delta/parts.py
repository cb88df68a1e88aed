"""Masked files of a delivery on the store: made once per version, plan and key, of a size that loads well."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.data.exports.binary import arrow_schema
from catalog.data.prepared import PreparedFile, prepare
from catalog.data.store import blocks
from catalog.gate.delivery import Delivery
from catalog.gate.faults import translated
from catalog.selectors.manifest import exports_folder

PART_ROWS = 500_000
_GROUP_ROWS = 100_000


@dataclass(frozen=True)
class Part:
    """One prepared Parquet file: its name on the store, its rows, bytes and SHA-256."""

    name: str
    rows: int
    size: int
    sha256: str


def stem_of(delivery: Delivery) -> str:
    """Begin the names of a delivery's parts; they hold the hash of version, plan and key."""
    return f"{exports_folder(delivery.warrant.version)}/{delivery.etag.strip(chr(34))}"


def parts_of(delivery: Delivery) -> list[Part]:
    """Give the prepared files of a delivery in the order of its rows; write them when they are not there yet.

    The list is written last: what stands in it is whole. Two writers at once write the same content.
    """
    stem = stem_of(delivery)
    listed = f"{stem}.parts.json"
    if not default_storage.exists(listed):
        with translated():
            parts = [_store(f"{stem}.{number:05d}.parquet", path) for number, path in enumerate(_written(delivery))]
        taken = default_storage.save(listed, ContentFile(json.dumps([asdict(part) for part in parts]).encode()))
        if taken != listed:
            default_storage.delete(taken)
    with default_storage.open(listed) as stream:
        return [Part(**part) for part in json.load(stream)]


def _store(name: str, path: Path) -> Part:
    rows = pq.read_metadata(path).num_rows
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stored: PreparedFile = prepare(default_storage, name, lambda: _bytes(path))
    return Part(stored.name, rows, stored.size, digest)


def _bytes(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        yield from blocks(stream)


def _written(delivery: Delivery) -> Iterator[Path]:
    """Write the rows as local files of at most PART_ROWS rows, each gone when the next is asked for."""
    query = delivery.reading
    schema = arrow_schema(query.fields)
    with tempfile.TemporaryDirectory(prefix="songhua-delta-") as folder:
        path = Path(folder) / "part.parquet"
        writer: Any = None
        written = 0
        for batch in delivery.engine.batches(query):
            if writer is None:
                schema = batch.schema
                writer = pq.ParquetWriter(path, schema, compression="zstd")
            writer.write_table(pa.Table.from_batches([batch]), row_group_size=_GROUP_ROWS)
            written += batch.num_rows
            if written >= PART_ROWS:
                writer.close()
                yield path
                writer, written = None, 0
        if writer is not None:
            writer.close()
            yield path
