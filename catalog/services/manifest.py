"""The only writer of versions: files and columns become the next version of a resource, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from catalog import signals
from catalog.data.manifest import DescribedFile, common_layout, content_hash, describe
from catalog.data.schema import Column, columns_to_json
from catalog.data.store import StoredFile, file_hash, version_name, write_version
from catalog.models import ColumnRange, DataFile, Resource, Version, VersionFile
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a version came from: the file handed in, its SHA-256, who did, and what they say of it."""

    name: str
    sha256: str
    person_id: int
    note: str = ""


def describe_part(path: Path, columns: Sequence[Column]) -> DescribedFile:
    """Describe a finished Parquet file that is not in the store yet."""
    stored = StoredFile("", pq.read_metadata(path).num_rows, path.stat().st_size, file_hash(path))
    return describe(path, stored, columns)


def store_part(resource: Resource, stem: str, path: Path, described: DescribedFile) -> DescribedFile:
    """Put a described file into the store; the same file twice is one.

    ``stem`` names what it came from. No version names the file yet: ``commit_version`` does.
    """
    name = version_name(resource.code, stem, described.file.sha256)
    return replace(described, file=write_version(default_storage, path, name, described.file.rows))


def store_file(resource: Resource, stem: str, path: Path, columns: Sequence[Column]) -> DescribedFile:
    """Describe a finished Parquet file and put it into the store."""
    return store_part(resource, stem, path, describe_part(path, columns))


@transaction.atomic
def commit_version(
    actor: Actor,
    *,
    resource: Resource,
    kind: str,
    files: Sequence[DescribedFile | DataFile],
    columns: Sequence[Column],
    origin: Origin,
    profile: Mapping[str, Any] | None = None,
    parent: Version | None = None,
    last_row: int = 0,
    changes: Mapping[str, int] | None = None,
) -> Version:
    """Make ``files``, new and kept ones in their order, the next version of ``resource`` and the current one.

    The verbs that call this have asked the policy. ``kind`` is "replace", "append" or "delta"; the last two need
    the ``parent`` they were made from, which must still be current. ``last_row`` is the highest row number given
    so far where that is more than the files show. Locks the resource. Writes the Version, its new DataFiles with
    their ranges, and the audit entry ``catalog.version``. Emits ``version_made``.
    Raises Conflict (version_changed) when another version was made meanwhile.
    """
    locked = Resource.objects.select_for_update().get(pk=resource.pk)
    if parent is not None and (locked.current_version_id != parent.pk or _is_deleted(parent)):
        raise Conflict(_("Another version was made meanwhile; hand the file in again."), code="version_changed")
    kept = [_kept(locked, file) for file in files]
    version = Version.objects.create(
        resource=locked,
        number=(locked.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=kind,
        parent=parent,
        row_count=sum(file.row_count for file in kept),
        byte_count=sum(file.byte_count for file in kept),
        last_row=max(last_row, max((file.last_row for file in kept), default=0)),
        sha256=content_hash(((file.sha256, file.row_count) for file in kept), columns),
        columns=columns_to_json(columns),
        layout=common_layout((file.layout for file in kept), columns),
        profile=dict(profile or {}),
        changes=dict(changes or {}),
        source_name=origin.name,
        source_sha256=origin.sha256,
        note=origin.note,
        created_by_id=origin.person_id,
    )
    _list_files(version, kept)
    locked.current_version = version
    locked.save(update_fields=["current_version", "updated_at"])
    _record(actor, version, len(kept))
    signals.version_made.send(sender=Version, actor=actor, version=version)
    return version


def _is_deleted(version: Version) -> bool:
    return Version.objects.filter(pk=version.pk, deleted_at__isnull=False).exists()


def _record(actor: Actor, version: Version, files: int) -> None:
    details = {"resource": version.resource.code, "version": version.number, "kind": version.kind, "files": files}
    record(
        actor,
        action="catalog.version",
        obj=version,
        label=version.resource.code,
        details=details | {"rows": version.row_count, "sha256": version.sha256},
    )


def _kept(resource: Resource, file: DescribedFile | DataFile) -> DataFile:
    if isinstance(file, DataFile):
        return file
    made = DataFile.objects.create(
        resource=resource,
        uri=file.file.uri,
        row_count=file.file.rows,
        byte_count=file.file.bytes,
        sha256=file.file.sha256,
        first_row=file.first_row,
        last_row=file.last_row,
        layout=dict(file.layout),
    )
    ColumnRange.objects.bulk_create(
        ColumnRange(
            file=made,
            column_id=span.column,
            nulls=span.nulls,
            low_text=span.low_text,
            high_text=span.high_text,
            low_number=span.low_number,
            high_number=span.high_number,
        )
        for span in file.spans
    )
    return made


def _list_files(version: Version, files: Sequence[DataFile]) -> None:
    before, places = 0, []
    for position, file in enumerate(files):
        places.append(VersionFile(version=version, file=file, position=position, rows_before=before))
        before += file.row_count
    VersionFile.objects.bulk_create(places, batch_size=1000)


def drop_unlisted(files: Sequence[DescribedFile | DataFile]) -> None:
    """Take new files that no version will name out of the store; an equal file that a version names stays."""
    for file in files:
        if isinstance(file, DescribedFile) and not DataFile.objects.filter(uri=file.file.uri).exists():
            default_storage.delete(file.file.uri)
