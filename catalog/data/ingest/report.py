"""The report of an ingest: how many rows were read and taken, and what was refused, by line and column."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from catalog.data.formats import Note, Part


@dataclass(frozen=True)
class RejectCount:
    """How often one column failed for one reason; column "" means the row as a whole."""

    column: str
    code: str
    count: int


@dataclass(frozen=True)
class RejectSample:
    """One refused cell with the line of the source it stands on."""

    line: int
    column: str
    value: str | None
    code: str


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """What came of one file. `stands` says whether the typed file was written."""

    stands: bool
    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    rows: int
    accepted: int
    rejected: int
    missing_columns: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    counts: tuple[RejectCount, ...]
    samples: tuple[RejectSample, ...]
    notes: tuple[Note, ...] = ()
    parts: tuple[Part, ...] = ()
    bytes: int = 0
    sha256: str = ""
    key: tuple[str, ...] = ()
    """The ids of the key, when it was seen to be whole and different in all rows that were taken."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON a version keeps."""
        data = asdict(self)
        del data["key"]
        for key in ("missing_columns", "unknown_columns", "counts", "samples", "notes", "parts"):
            data[key] = list(data[key])
        return data
