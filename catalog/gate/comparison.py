"""Two versions of a resource compared for those who may see the rows of both."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage

from catalog import signals
from catalog.data.changes import (
    Difference,
    Side,
    came_and_went,
    compare,
    count_differences,
    difference_columns,
    keys_of,
    read_differences,
)
from catalog.data.duck import Limits
from catalog.data.engines import Query, engine_for
from catalog.data.errors import DataError
from catalog.data.exports import export, form_named
from catalog.data.plan import whole_plan
from catalog.data.schema import Column, columns_from_json
from catalog.data.store import Location, locate, save_file
from catalog.gate.door import release
from catalog.gate.faults import translated
from catalog.gate.preview import preview_warrant
from catalog.gate.streams import Stream
from catalog.messages import worded_message
from catalog.models import DataFile, Version
from catalog.selectors.manifest import differences_folder, version_files
from portal.audit.wording import said
from portal.kernel.actors import Actor
from portal.kernel.errors import TooLarge

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

    def export(self, form: str) -> Stream:
        """Stream all differences as CSV, TSV, XLSX or Parquet, each column before and after side by side."""
        columns, types = difference_columns(_side(self.before, ()), _side(self.after, ()))
        query = Query(plan=whole_plan(columns), columns=columns, files=(self._file,), types=types)
        with translated():
            kind = form_named(form)
        code = self.after.resource.code.replace("/", "-")
        return Stream(
            chunks=export(engine_for("duckdb:"), query, form, bom=kind.takes_bom),
            content_type=kind.content_type,
            filename=f"{code}-v{self.before.number}-v{self.after.number}.{kind.extension}",
            length=None,
            etag="",
        )

    def rows(self, *, kind: str = "", after: int = 0, limit: int = 100) -> list[Difference]:
        """Read differences behind the number `after`, of one kind or of all, in the order of the later version."""
        with translated(), _folder() as folder:
            return read_differences(self._file, folder, kind=kind, after=after, limit=limit, limits=LIMITS)


def compare_versions(actor: Actor, before: Version, after: Version) -> Comparison:
    """Compare two versions of one resource, by key or by whole rows, for the owner's people.

    Files that both name are skipped. What was found is kept in the store until data of the resource is deleted.
    Raises NotAllowed, Gone (one of them was deleted), TooLarge (longer than a minute).
    """
    _demand(actor, before, after)
    return _made(before, after, LIMITS)


def comparison_at_hand(actor: Actor, before: Version, after: Version) -> Comparison | None:
    """Compare like `compare_versions` what takes little; ask a job for the rest, and give None until it is done.

    Emits `comparison_wanted`. Raises TooLarge once where the job came to its limits; asking again begins anew.
    """
    _demand(actor, before, after)
    if default_storage.exists(_name(before, after)):
        return _made(before, after, LIMITS)
    key = f"gate:compare:{before.pk}-{after.pk}"
    if (fault := cache.get(f"{key}:fault")) is not None:
        cache.delete_many([key, f"{key}:fault"])
        raise TooLarge(said("", fault), code="engine_limit")
    if sum(file.row_count for files in _differing(before, after) for file in files) <= settings.COMPARE_AT_ONCE_ROWS:
        return _made(before, after, LIMITS)
    if cache.add(key, 1, settings.COMPARE_SECONDS):
        signals.comparison_wanted.send(sender=Version, before=before, after=after)
    return None


def compare_in_job(before_id: int, after_id: int) -> str:
    """Compare what `comparison_at_hand` asked for, within COMPARE_SECONDS; give "done" or "too_large"."""
    versions = Version.objects.select_related("resource").in_bulk([before_id, after_id])
    try:
        _made(versions[before_id], versions[after_id], replace(LIMITS, seconds=settings.COMPARE_SECONDS))
    except TooLarge as refusal:
        cause = cast("DataError", refusal.__cause__)
        fault = worded_message(cause.code, cause.params).kept
        cache.set(f"gate:compare:{before_id}-{after_id}:fault", fault, settings.COMPARE_SECONDS)
        return "too_large"
    return "done"


def _demand(actor: Actor, before: Version, after: Version) -> None:
    for version in (before, after):
        release(actor, preview_warrant(version))


def _name(before: Version, after: Version) -> str:
    return f"{differences_folder(after.resource_id)}/{before.pk}-{after.pk}.parquet"


def _made(before: Version, after: Version, limits: Limits) -> Comparison:
    name = _name(before, after)
    with translated():
        if not default_storage.exists(name):
            _write(before, after, name, limits)
        return Comparison(before=before, after=after, _file=locate(default_storage, name))


def _differing(before: Version, after: Version) -> tuple[list[DataFile], list[DataFile]]:
    """Give the files of each that the other does not name."""
    old, new = list(version_files(before)), list(version_files(after))
    shared = {file.pk for file in old} & {file.pk for file in new}
    return [file for file in old if file.pk not in shared], [file for file in new if file.pk not in shared]


def _write(before: Version, after: Version, name: str, limits: Limits) -> None:
    sides = [
        _side(version, tuple(locate(default_storage, file.uri, file.layout) for file in files))
        for version, files in zip((before, after), _differing(before, after), strict=True)
    ]
    with _folder() as folder:
        target = folder / "differences.parquet"
        compare(sides[0], sides[1], target, limits)
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
