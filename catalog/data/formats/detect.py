"""Which reader a file needs: decided by its first bytes; the extension only breaks ties between texts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import RowSource
from catalog.data.formats.delimited import open_delimited
from catalog.data.formats.json_rows import open_json
from catalog.data.formats.parquet import open_parquet
from catalog.data.formats.sheets import open_sheet

_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"MZ", b"\x7fELF", b"GIF8")


def detect_kind(path: Path, filename: str) -> str:
    """Name the format: text, json, xlsx, ods, xls or parquet.

    Raises UnreadableFile: file_empty, format_unknown.
    """
    with path.open("rb") as stream:
        start = stream.read(4096)
    if not start:
        raise UnreadableFile("file_empty")
    if start.startswith(b"PK\x03\x04"):
        return _archive_kind(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(_FOREIGN):
        raise UnreadableFile("format_unknown", filename=filename)
    suffix = Path(filename).suffix.lower()
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if suffix in {".json", ".ndjson", ".jsonl", ".geojson"} or (
        first in {b"{", b"["} and suffix not in {".csv", ".tsv", ".txt"}
    ):
        return "json"
    return "text"


@contextmanager
def open_rows(path: Path, filename: str = "") -> Iterator[RowSource]:
    """Open an uploaded file as text rows; the stream is closed on leaving.

    Raises UnreadableFile with the code that tells what is wrong with the file as a whole.
    """
    kind = detect_kind(path, filename or path.name)
    if kind == "json":
        source = open_json(path)
    elif kind == "parquet":
        source = open_parquet(path)
    elif kind == "text":
        source = open_delimited(path)
    else:
        source = open_sheet(path, kind)
    try:
        yield source
    finally:
        source.close()


def _archive_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableFile("damaged", format="zip") from error
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    raise UnreadableFile("format_unknown", filename=path.name)
