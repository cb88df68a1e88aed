"""Which reader a file needs: decided by its first bytes; the extension only breaks ties between texts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.data.errors import UnreadableFile
from catalog.data.formats.archive import open_gzip, open_zip
from catalog.data.formats.base import RowSource, Wish
from catalog.data.formats.delimited import open_delimited
from catalog.data.formats.json_rows import open_json
from catalog.data.formats.parquet import open_parquet
from catalog.data.formats.workbook import open_workbook
from catalog.data.formats.xml_rows import open_xml

_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"MZ", b"\x7fELF", b"GIF8", b"BZh", b"\xfd7zXZ", b"SQLite format 3")
_OTHER_ARCHIVES = (b"Rar!", b"7z\xbc\xaf")
_JSON = frozenset({".json", ".ndjson", ".jsonl", ".geojson"})
_TABLES = frozenset({".csv", ".tsv", ".txt"})
_OFFICE = ("word/", "ppt/", "xl/workbook.bin")


def detect_kind(path: Path, filename: str) -> str:
    """Name the format: text, json, xml, xlsx, ods, xls, parquet, zip or gzip.

    Raises UnreadableFile: file_empty, format_unknown, archive_other.
    """
    with path.open("rb") as stream:
        start = stream.read(4096)
    if not start:
        raise UnreadableFile("file_empty")
    if start.startswith(b"PK\x03\x04"):
        return _archive_kind(path, filename)
    if start.startswith(b"PK\x05\x06"):
        raise UnreadableFile("archive_empty")
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(_OTHER_ARCHIVES):
        raise UnreadableFile("archive_other")
    if start.startswith(_FOREIGN):
        raise UnreadableFile("format_unknown", filename=filename)
    return _text_kind(start, Path(filename).suffix.lower())


def _text_kind(start: bytes, suffix: str) -> str:
    # UTF-16 is every other byte zero: taken out, its first mark is found like that of any other text.
    bare = start.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
    first = bare.lstrip()[:1]
    if suffix in _JSON or (first in {b"{", b"["} and suffix not in _TABLES):
        return "json"
    if suffix == ".xml" or (first == b"<" and _is_markup(bare.lstrip())):
        return "xml"
    return "text"


def _is_markup(text: bytes) -> bool:
    return text[1:2] in b"?!" or text[1:2].isalpha()


@contextmanager
def open_rows(path: Path, filename: str = "", wish: Wish | None = None) -> Iterator[RowSource]:
    """Open an uploaded file as text rows; the stream is closed on leaving.

    Raises UnreadableFile with the code that tells what is wrong with the file as a whole.
    """
    source = _opened(path, filename or path.name, wish or Wish())
    try:
        yield source
    finally:
        source.close()


def _opened(path: Path, filename: str, wish: Wish) -> RowSource:
    kind = detect_kind(path, filename)
    if kind == "zip":
        return open_zip(path, wish, _opened_inside)
    if kind == "gzip":
        return open_gzip(path, filename, wish, _opened_inside)
    return _opened_plain(path, kind, wish)


def _opened_inside(path: Path, filename: str, wish: Wish) -> RowSource:
    """Open a member of an archive; an archive in an archive is refused, whatever its name says."""
    kind = detect_kind(path, filename)
    if kind in {"zip", "gzip"}:
        raise UnreadableFile("archive_nested", name=filename)
    return _opened_plain(path, kind, wish)


def _opened_plain(path: Path, kind: str, wish: Wish) -> RowSource:
    if kind == "json":
        return open_json(path, wish)
    if kind == "xml":
        return open_xml(path, wish)
    if kind == "parquet":
        return open_parquet(path)
    if kind == "text":
        return open_delimited(path, wish)
    return open_workbook(path, kind, wish)


def _archive_kind(path: Path, filename: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = archive.open("mimetype").read(200) if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile("damaged", format="ZIP") from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if mimetype.startswith(b"application/vnd.oasis") or any(name.startswith(_OFFICE) for name in names):
        raise UnreadableFile("format_unknown", filename=filename)
    return "zip"
