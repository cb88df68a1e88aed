"""What leaves in one piece: a stream on its way, and a file prepared so that parts of it can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage

from catalog.data.prepared import PreparedFile, read_range


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A whole delivery on its way: bytes, what they are, and their number where it is known."""

    chunks: Iterator[bytes]
    content_type: str
    filename: str
    length: int | None
    etag: str


@dataclass(frozen=True, kw_only=True)
class Download:
    """A delivery prepared as a file, so that its size is known and parts of it can be asked for.

    `_leave` records the disclosure and then passes the bytes on.
    """

    size: int
    content_type: str
    filename: str
    etag: str
    _file: PreparedFile
    _leave: Callable[[Iterator[bytes]], Iterator[bytes]]

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Record the disclosure, then give the bytes from `start` up to `end` (excluded)."""
        return self._leave(read_range(default_storage, self._file, start, end))
