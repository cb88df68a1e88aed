"""The files of a version to be, before it is committed: kept ones, new ones, small ones written together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from catalog.data.changes import merge_files, small_runs
from catalog.data.manifest import DescribedFile, common_layout
from catalog.data.schema import Column
from catalog.data.store import Location, locate
from catalog.models import DataFile
from catalog.services.manifest import describe_part


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file kept from the version before, or a new one that lies at `path` and is not in the store yet."""

    file: DataFile | DescribedFile
    place: Location
    path: Path = Path()

    @property
    def rows(self) -> int:
        """Rows of the file."""
        return self.file.row_count if isinstance(self.file, DataFile) else self.file.file.rows


def part_of(file: DataFile | Path, columns: Sequence[Column]) -> Part:
    """Describe a file as part of a version with these columns."""
    if isinstance(file, DataFile):
        return Part(file=file, place=place_of(file))
    described = describe_part(file, columns)
    return Part(file=described, place=Location(str(file), layout=tuple(described.layout.items())), path=file)


def place_of(file: DataFile) -> Location:
    """Say where a stored file is read. Raises DamagedFile when a local one is gone."""
    return locate(default_storage, file.uri, file.layout)


def together(parts: Sequence[Part], columns: Sequence[Column], folder: Path) -> list[Part]:
    """Write small files at the end together, once more than DATA_FILES_SMALL stand there.

    Additions would else leave a file each for ever. The rows keep their numbers, and the versions before keep the
    files they name.
    """
    found = list(parts)
    runs = small_runs([part.rows for part in parts], part_rows=settings.DATA_FILE_ROWS, most=settings.DATA_FILES_SMALL)
    types = common_layout((dict(part.place.layout) for part in parts), columns)
    for run in reversed(runs):
        places = [part.place for part in parts[run.start : run.stop]]
        merged = merge_files(places, columns, types, folder / f"together-{run.start}.parquet")
        found[run.start : run.stop] = [part_of(merged, columns)]
    return found
