"""ZIP and gzip: the one table inside, or several of the same shape joined; hostile archives are not opened."""

from __future__ import annotations

import gzip
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import Note, Part, Row, RowSource, Wish
from catalog.data.formats.layout import folded

MAX_UNPACKED = 16 << 30
MAX_RATIO = 500
MAX_MEMBERS = 2_000
_BLOCK = 1 << 20
_TABLES = frozenset({
    ".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".ndjson", ".jsonl", ".geojson", ".xml", ".parquet",
})  # fmt: skip
_DESKTOP = frozenset({"thumbs.db", "desktop.ini"})
_NESTED = frozenset({".zip", ".gz", ".rar", ".7z", ".tar", ".tgz", ".bz2", ".xz"})
_READ_ME = re.compile(r"(read.?me|说明|自述|license|changelog)", re.IGNORECASE)
_TAR_MARK = b"ustar"
_TAR_MARK_AT = 257
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1

Opener = Callable[[Path, str, Wish], RowSource]


@dataclass(frozen=True)
class _Member:
    entry: zipfile.ZipInfo
    name: str

    @property
    def suffix(self) -> str:
        """The extension, lower case."""
        return PurePosixPath(self.name).suffix.lower()


def open_gzip(path: Path, filename: str, wish: Wish, opener: Opener) -> RowSource:
    """Unpack a gzip and open what is in it. Raises UnreadableFile: damaged, zip_bomb, archive_nested."""
    folder = tempfile.TemporaryDirectory(prefix="songhua-gzip-")
    inner = re.sub(r"\.t?gz$", "", filename, flags=re.IGNORECASE)
    target = Path(folder.name) / "inner"
    try:
        with gzip.open(path) as packed:
            _unpack(packed, target, path.stat().st_size)
        _refuse_tar(target, filename)
        source = opener(target, Path(inner).name, wish)
    except (OSError, EOFError, zlib.error) as error:
        folder.cleanup()
        raise UnreadableFile("damaged", format="gzip") from error
    except BaseException:
        folder.cleanup()
        raise
    return replace(source, close=_both(source.close, folder.cleanup))


def _refuse_tar(path: Path, filename: str) -> None:
    with path.open("rb") as stream:
        stream.seek(_TAR_MARK_AT)
        if stream.read(len(_TAR_MARK)) == _TAR_MARK:
            raise UnreadableFile("archive_nested", name=filename)


def open_zip(path: Path, wish: Wish, opener: Opener) -> RowSource:
    """Open the tables of a ZIP as one.

    Raises UnreadableFile: damaged, archive_empty, archive_nested, archive_path, archive_encrypted, archive_shapes,
    archive_many, zip_bomb, and what the reader of a member raises.
    """
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
        except (zipfile.BadZipFile, OSError) as error:
            raise UnreadableFile("damaged", format="ZIP") from error
        members, ignored = _members(archive)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="songhua-zip-")))
        files = _unpacked(archive, members, folder, path.stat().st_size)
        sources = [_opened(file, member, wish, opener, stack) for file, member in zip(files, members, strict=True)]
        notes = [Note("note_ignored_file", {"name": name}) for name in ignored]
        kept = stack.pop_all()
    if len(sources) == 1:
        return replace(sources[0], notes=[*notes, *sources[0].notes], format="zip", close=kept.close)
    try:
        return _joined(sources, members, notes, kept)
    except BaseException:
        kept.close()
        raise


def _members(archive: zipfile.ZipFile) -> tuple[list[_Member], list[str]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_MEMBERS:
        raise UnreadableFile("archive_many", limit=MAX_MEMBERS)
    tables: list[_Member] = []
    ignored: list[_Member] = []
    for entry in entries:
        member = _Member(entry, _name(entry))
        _refuse_hostile(member)
        parts = PurePosixPath(member.name).parts
        if (
            "__MACOSX" in parts
            or parts[-1].startswith((".", "~$"))
            or parts[-1].lower() in {"thumbs.db", "desktop.ini"}
        ):
            continue
        (tables if member.suffix in _TABLES else ignored).append(member)
    documents = [member for member in tables if member.suffix == ".txt" and _READ_ME.search(member.name)]
    if len(documents) < len(tables):
        tables = [member for member in tables if member not in documents]
        ignored += documents
    if not tables:
        raise UnreadableFile("archive_empty")
    return sorted(tables, key=lambda member: _natural(member.name)), [member.name for member in ignored]


def _is_of_a_system(parts: Sequence[str]) -> bool:
    """Say whether a desktop put the file there, not a person."""
    return "__MACOSX" in parts or parts[-1].startswith((".", "~$")) or parts[-1].lower() in _DESKTOP


def _name(entry: zipfile.ZipInfo) -> str:
    """Give the name as it was meant: without the UTF-8 flag Chinese systems write GBK, which zipfile reads as cp437."""
    name = entry.orig_filename
    if entry.flag_bits & _UTF8_NAME:
        return name
    raw = name.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _refuse_hostile(member: _Member) -> None:
    name = member.name.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name) or "\0" in name:
        raise UnreadableFile("archive_path", name=name[:200])
    if member.entry.flag_bits & _ENCRYPTED:
        raise UnreadableFile("archive_encrypted")
    if member.suffix in _NESTED:
        raise UnreadableFile("archive_nested", name=name[:200])


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _unpacked(archive: zipfile.ZipFile, members: Sequence[_Member], folder: Path, packed: int) -> list[Path]:
    """Unpack under names of our own: the names inside decide nothing."""
    files: list[Path] = []
    for number, member in enumerate(members):
        target = folder / f"member-{number}"
        try:
            with archive.open(member.entry) as stream:
                _unpack(stream, target, packed, before=sum(file.stat().st_size for file in files))
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error) as error:
            raise UnreadableFile("damaged", format="ZIP") from error
        files.append(target)
    return files


def _unpack(stream: IO[bytes] | gzip.GzipFile, target: Path, packed: int, *, before: int = 0) -> None:
    """Write what is unpacked, counting it: the sizes an archive states are not to be trusted."""
    limit = min(MAX_UNPACKED, max(packed, 1 << 16) * MAX_RATIO)
    size = before
    with target.open("wb") as file:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > limit:
                raise UnreadableFile("zip_bomb", limit=limit)
            file.write(block)


def _opened(file: Path, member: _Member, wish: Wish, opener: Opener, stack: ExitStack) -> RowSource:
    source = opener(file, PurePosixPath(member.name).name, wish)
    stack.callback(source.close)
    return source


def _joined(sources: list[RowSource], members: list[_Member], notes: list[Note], kept: ExitStack) -> RowSource:
    first = sources[0]
    orders = [_order(first, source, member) for source, member in zip(sources, members, strict=True)]
    parts: list[Part] = []
    notes = [*notes, Note("note_joined", {"files": len(sources)})]

    def rows() -> Iterator[Row]:
        offset = 0
        for source, member, order in zip(sources, members, orders, strict=True):
            parts.append(Part(member.name, offset))
            last = offset
            for line, cells in source.rows:
                last = offset + line
                yield last, _ordered(cells, order)
            notes.extend(source.notes)
            offset = last + 1

    return RowSource(
        format="zip",
        header=first.header,
        rows=rows(),
        encoding=first.encoding,
        notes=notes,
        parts=parts,
        close=kept.close,
    )


def _order(first: RowSource, source: RowSource, member: _Member) -> list[int] | None:
    """Give where each column of the first file stands in another. Raises UnreadableFile: archive_shapes."""
    if source.header == first.header:
        return None
    places = {folded(name): position for position, name in enumerate(source.header)}
    wanted = [folded(name) for name in first.header]
    if set(places) != set(wanted):
        raise UnreadableFile("archive_shapes", name=member.name, found=", ".join(source.header[:10])[:200])
    return [places[name] for name in wanted]


def _ordered(cells: Sequence[str | None], order: list[int] | None) -> Sequence[str | None]:
    if order is None or len(cells) != len(order):
        return cells
    return [cells[position] for position in order]


def _both(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def close() -> None:
        first()
        second()

    return close
