"""Two versions of a resource compared for those who may see the rows of both."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.core.files.storage import default_storage

from catalog.data.changes import Difference, Side, came_and_went, compare, count_differences, keys_of, read_differences
from catalog.data.duck import Limits
from catalog.data.schema import Column, columns_from_json
from catalog.data.store import Location, locate, save_file
from catalog.gate.door import release
from catalog.gate.faults import translated
from catalog.gate.preview import preview_warrant
from catalog.models import Version
from catalog.selectors.manifest import differences_folder, version_files
from portal.kernel.actors import Actor

LIMITS = Limits(memory="512MB", threads=1, seconds=60.0)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What differs between two versions; made by `compare_versions`, which has asked for the right to both."""

    before: Version
    after: Version
    _file: Location

    @cached_property
    def keys(self) -> list[Column]:
        """The key the rows were compared by; nothing when whole rows were."""
        return keys_of(_side(self.before, ()), _side(self.after, ()))

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the later version, then those that went."""
        columns = columns_from_json(self.after.columns)
        return [*columns, *came_and_went(columns_from_json(self.before.columns), columns)[1]]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Rows added, changed and removed."""
        with translated(), _folder() as folder:
            return count_differences(self._file, folder, LIMITS)

    def rows(self, *, kind: str = "", after: int = 0, limit: int = 100) -> list[Difference]:
        """Read differences behind the number `after`, of one kind or of all, in the order of the later version."""
        with translated(), _folder() as folder:
            return read_differences(self._file, folder, kind=kind, after=after, limit=limit, limits=LIMITS)


def compare_versions(actor: Actor, before: Version, after: Version) -> Comparison:
    """Compare two versions of one resource, by key or by whole rows, for the owner's people.

    Files that both name are skipped. What was found is kept in the store until data of the resource is deleted.
    Raises NotAllowed, Gone (one of them was deleted), TooLarge (longer than a minute).
    """
    for version in (before, after):
        release(actor, preview_warrant(version))
    name = f"{differences_folder(after.resource_id)}/{before.pk}-{after.pk}.parquet"
    with translated():
        if not default_storage.exists(name):
            _write(before, after, name)
        return Comparison(before=before, after=after, _file=locate(default_storage, name))


def _write(before: Version, after: Version, name: str) -> None:
    old, new = list(version_files(before)), list(version_files(after))
    shared = {file.pk for file in old} & {file.pk for file in new}
    sides = [
        _side(version, tuple(locate(default_storage, f.uri, f.layout) for f in files if f.pk not in shared))
        for version, files in ((before, old), (after, new))
    ]
    with _folder() as folder:
        target = folder / "differences.parquet"
        compare(sides[0], sides[1], target, LIMITS)
        taken = save_file(default_storage, target, name)
    if taken != name:
        # Somebody else asked at the same moment and was first; both found the same.
        default_storage.delete(taken)


def _side(version: Version, files: tuple[Location, ...]) -> Side:
    return Side(files=files, columns=columns_from_json(version.columns), types=version.layout)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="songhua-compare-") as name:
        yield Path(name)
