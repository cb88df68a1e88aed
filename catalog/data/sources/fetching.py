"""One interface over databases, folders and buckets: what is new goes into one local file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from catalog.data.sources import apart, database, files
from catalog.data.sources.confine import Allowed, SourceError
from catalog.data.sources.files import Seen
from catalog.data.sources.watch import Watch


@dataclass(frozen=True)
class Fetched:
    """A file that was fetched, under which name, and the mark to keep once its version stands."""

    path: Path
    name: str
    mark: dict[str, Any]
    rows: int = 0
    byte_count: int = 0


def fetch(
    kind: str,
    place: Mapping[str, Any],
    password: str,
    mark: Mapping[str, Any],
    folder: Path,
    allowed: Allowed,
    watch: Watch,
) -> Fetched | None:
    """Fetch what is new since `mark` into `folder`; None when nothing is. Raises SourceError, IngestCancelled."""
    if kind == "database":
        target = folder / "rows.parquet"
        read_rows = database.read_rows if apart.is_tried(str(place["dialect"])) else apart.read_rows
        rows, new = read_rows(place, password, mark, target, allowed, watch)
        watch.note("source_rows", {"rows": rows})
        name = str(place.get("table") or "query").replace("/", "-")
        return Fetched(target, f"{name}.parquet", new, rows, target.stat().st_size) if rows else None
    found = _listed(kind, place, password, allowed)
    waiting = [file for file in found if mark.get(file.name) != file.mark]
    watch.note("source_files", {"files": len(found), "new": len(waiting)})
    if not waiting:
        return None
    file, target = waiting[0], folder / "file"
    if kind == "folder":
        files.copy_from_folder(place, file.name, target, allowed, watch)
    else:
        files.copy_from_bucket(place, password, file.name, target, allowed, watch)
    size = target.stat().st_size
    watch.note("source_file", {"name": file.name})
    return Fetched(target, PurePosixPath(file.name).name, {**mark, file.name: file.mark}, byte_count=size)


def probe(kind: str, place: Mapping[str, Any], password: str, allowed: Allowed) -> list[str]:
    """Reach a source and name what is there: columns of a database, files of a folder. Raises SourceError."""
    if kind == "database":
        look = database.look if apart.is_tried(str(place["dialect"])) else apart.look
        return look(place, password, allowed)
    return [file.name for file in _listed(kind, place, password, allowed)]


def _listed(kind: str, place: Mapping[str, Any], password: str, allowed: Allowed) -> list[Seen]:
    if kind == "folder":
        return files.in_folder(place, allowed)
    if kind == "bucket":
        return files.in_bucket(place, password, allowed)
    raise SourceError("kind_unknown", kind=kind)
