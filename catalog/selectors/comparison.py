"""Versions of a resource's data, each with what differs from the one before."""

from dataclasses import dataclass

from catalog.models import Resource, Version
from catalog.selectors.resources import versions


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version and what changed since the one before it; ``row_change`` is None for the first."""

    version: Version
    is_current: bool
    row_change: int | None
    added: list[str]
    removed: list[str]


def _names(version: Version) -> list[str]:
    return [str(column.get("title") or column["name"]) for column in version.columns]


def version_lines(resource: Resource) -> list[VersionLine]:
    """Return the versions, newest first, compared with the one before in rows and columns (1 query)."""
    found = list(versions(resource))
    lines = []
    for at, version in enumerate(found):
        before = found[at + 1] if at + 1 < len(found) else None
        names, old = _names(version), _names(before) if before else []
        lines.append(
            VersionLine(
                version=version,
                is_current=version.pk == resource.current_version_id,
                row_change=version.row_count - before.row_count if before else None,
                added=[name for name in names if name not in old] if before else [],
                removed=[name for name in old if name not in names],
            )
        )
    return lines
