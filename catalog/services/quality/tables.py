"""What a check reads: local copies of files, the version before, other resources' tables, and the known facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from django.core.files.storage import default_storage

from catalog.data.manifest import DescribedFile
from catalog.data.quality import Facts, Kind, Known, Other, Rule, Table
from catalog.data.schema import Column
from catalog.data.store import local_copy
from catalog.models import DataFile, Resource, ServingTable, Version
from catalog.selectors.quality import columns_of, timeliness_of, values_of, version_uris


def _copies(uris: Sequence[str], own: Path, stack: ExitStack) -> list[Path]:
    """Give local paths of stored files; each version has a folder of its own, because names repeat between them."""
    own.mkdir(exist_ok=True)
    return [stack.enter_context(local_copy(default_storage, uri, own)) for uri in uris]


@contextmanager
def table_of_files(
    resource: Resource,
    columns: Sequence[Column],
    files: Sequence[DescribedFile | DataFile],
    rules: Sequence[Rule],
    folder: Path,
    known: Known,
) -> Iterator[Table]:
    """Give the table of stored files, new and kept ones, that are not a version yet."""
    stored = [
        (file.uri, file.row_count) if isinstance(file, DataFile) else (file.file.uri, file.file.rows) for file in files
    ]
    before, rows = resource.current_version, sum(count for _uri, count in stored)
    facts = _facts(resource, rows, before, files=len(stored), missing=0, with_new=True)
    with ExitStack() as stack:
        paths = _copies([uri for uri, _count in stored], folder / "new", stack)
        yield replace(_table(paths, columns, rules, before, facts, folder, stack), known=known)


@contextmanager
def table_of_version(version: Version, rules: Sequence[Rule], folder: Path) -> Iterator[Table]:
    """Give the table of a version; a file that is gone counts as missing, and the rules on rows see the others."""
    uris = version_uris(version)
    missing = sum(not default_storage.exists(uri) for uri in uris)
    before = version.resource.versions.filter(number__lt=version.number).order_by("-number").first()
    facts = _facts(version.resource, version.row_count, before, files=len(uris), missing=missing, with_new=False)
    faults = ServingTable.objects.filter(version=version).values_list("fault", flat=True)
    facts = replace(facts, tables=len(faults), tables_failed=sum(map(bool, faults)))
    with ExitStack() as stack:
        paths = [] if missing else _copies(uris, folder / f"v{version.pk}", stack)
        known = Known(values=values_of(version))
        yield replace(_table(paths, columns_of(version), rules, before, facts, folder, stack), known=known)


def _table(
    paths: Sequence[Path],
    columns: Sequence[Column],
    rules: Sequence[Rule],
    before: Version | None,
    facts: Facts,
    folder: Path,
    stack: ExitStack,
) -> Table:
    compares = before is not None and any(rule.kind == Kind.DRIFT for rule in rules)
    others = {rule.key: _other(rule, folder, stack) for rule in rules if rule.kind == Kind.REFERENCE}
    return Table(
        paths=paths,
        columns=columns,
        before=_copies(version_uris(before), folder / f"v{before.pk}", stack)
        if before is not None and compares
        else (),
        before_columns=columns_of(before) if before is not None and compares else (),
        others={key: other for key, other in others.items() if other is not None},
        facts=facts,
    )


def _other(rule: Rule, folder: Path, stack: ExitStack) -> Other | None:
    """Find the column that values must exist in; the rule names it by the item's name, which people know."""
    found = Resource.objects.select_related("current_version").filter(code=rule.params.get("resource")).first()
    if found is None or found.current_version is None:
        return None
    columns = columns_of(found.current_version)
    named = [column.id for column in columns if rule.params.get("column") in {column.name, column.id}]
    if not named:
        return None
    version = found.current_version
    paths = _copies(version_uris(version), folder / f"v{version.pk}", stack)
    return Other(paths=paths, columns=columns, column=named[0])


def _facts(resource: Resource, rows: int, before: Version | None, *, files: int, missing: int, with_new: bool) -> Facts:
    measured = timeliness_of(resource, with_new=with_new)
    unmended = resource.quality_corrections.filter(mended_in=None).values_list("rows", flat=True)
    return Facts(
        rows=rows,
        rows_before=None if before is None else before.row_count,
        files=files,
        files_missing=missing,
        due=measured.due,
        met=measured.met,
        days_late=measured.days_late,
        wrong=sum(unmended),
    )
