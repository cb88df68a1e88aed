"""Finds files of the store that no row names: what a killed worker or a broken request left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from catalog.models import DataFile, TransferPart, Upload, Version
from catalog.selectors.deletions import stored_under
from catalog.selectors.manifest import exports_folder
from portal.audit.record import record
from portal.kernel.actors import Actor


def sweep_store(actor: Actor, *, before: datetime) -> int:
    """Delete files older than that moment that no upload, data file or transfer names; returns how many.

    Looks only into the folders whose every file has a row, one folder at a time, so that a large store is never
    listed whole. Writes the audit entry `catalog.store.sweep` when something was deleted.
    """
    orphans = [
        name
        for prefix, named in (
            ("uploads", Upload.objects.values_list("file", flat=True)),
            ("versions", DataFile.objects.values_list("uri", flat=True)),
            ("transfers", TransferPart.objects.values_list("file", flat=True)),
        )
        for folder in _folders(prefix)
        for name in _unnamed(folder, named)
        if default_storage.get_modified_time(name) < before
    ]
    orphans += _late_copies()
    for name in orphans:
        default_storage.delete(name)
    if orphans:
        record(actor, action="catalog.store.sweep", label="store", details={"files": len(orphans)})
    return len(orphans)


def _late_copies() -> list[str]:
    """Find what a delivery that was under way still prepared from a version whose data was deleted."""
    folders = list(_folders("exports"))
    numbers = [int(folder.removeprefix("exports/")) for folder in folders]
    deleted = Version.objects.filter(pk__in=numbers, deleted_at__isnull=False, deletions__state="finished")
    return [name for version in deleted for name in stored_under(exports_folder(version))]


def _folders(prefix: str) -> Iterator[str]:
    try:
        folders, _files = default_storage.listdir(prefix)
    except FileNotFoundError:
        return
    yield from (f"{prefix}/{folder}" for folder in folders)


def _unnamed(
    folder: str, named: QuerySet[DataFile, str] | QuerySet[Upload, str] | QuerySet[TransferPart, str]
) -> set[str]:
    names = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    field = "uri" if named.model is DataFile else "file"
    return names - set(named.filter(**{f"{field}__startswith": f"{folder}/"}))
