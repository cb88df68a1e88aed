"""A file that lies in the store in parts, read as one; and what a sender may ask to have proved of a part."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import IO, TYPE_CHECKING

from catalog.data.errors import DamagedFile, DataError

if TYPE_CHECKING:
    from typing_extensions import Buffer

ALGORITHMS = ("sha1", "sha256", "sha512", "md5")
"""Checksums a part may be sent with (tus 1.0, extension checksum; sha1 is the one every server must know)."""


@dataclass(frozen=True)
class Checksum:
    """What the bytes of a part must hash to."""

    algorithm: str
    digest: bytes

    def hasher(self) -> hashlib._Hash:
        """Begin a hash of this kind."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def read_checksum(header: str) -> Checksum | None:
    """Read an ``Upload-Checksum`` header; nothing without one. Raises DataError (checksum_header)."""
    if not header.strip():
        return None
    algorithm, _, text = header.strip().partition(" ")
    try:
        digest = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise DataError("checksum_header", known=", ".join(ALGORITHMS)) from error
    if algorithm not in ALGORITHMS or len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise DataError("checksum_header", known=", ".join(ALGORITHMS))
    return Checksum(algorithm, digest)


def read_metadata(header: str) -> dict[str, str]:
    """Read an ``Upload-Metadata`` header: names with base64 values, separated by commas.

    Raises DataError (metadata_header) for what is not base64 of UTF-8 or names a thing twice.
    """
    found: dict[str, str] = {}
    for pair in header.split(","):
        name, _, value = pair.strip().partition(" ")
        if not name and not value:
            continue
        try:
            text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise DataError("metadata_header", name=name) from error
        if not name or name in found or "\x00" in text:
            raise DataError("metadata_header", name=name)
        found[name] = text
    return found


class PartsFile(io.RawIOBase):
    """The parts of a file, each a name and its bytes, as one stream; a store that sends it on may seek in it.

    Raises DamagedFile while reading where a part is shorter than was recorded.
    """

    def __init__(self, parts: Sequence[tuple[str, int]], open_part: Callable[[str], IO[bytes]]) -> None:
        super().__init__()
        self._names = [name for name, _size in parts]
        self._ends = list(accumulate(size for _name, size in parts))
        self._open = open_part
        self._at = 0
        self._current: IO[bytes] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte of the whole, and give where that is; no part is opened before something is read."""
        whole = self._ends[-1] if self._ends else 0
        target = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: whole}[whence] + offset
        if target != self._at:
            self._leave()
        self._at = target
        return target

    def readinto(self, buffer: Buffer) -> int:
        """Fill the buffer from the part at hand, at most to its end."""
        view = memoryview(buffer).cast("B")
        index = bisect_right(self._ends, self._at)
        if index == len(self._ends) or not view:
            return 0
        if self._current is None:
            self._current = self._open(self._names[index])
            self._current.seek(self._at - (self._ends[index - 1] if index else 0))
        data = self._current.read(min(len(view), self._ends[index] - self._at))
        if not data:
            raise DamagedFile("file_changed", name=self._names[index])
        view[: len(data)] = data
        self._at += len(data)
        if self._at == self._ends[index]:
            self._leave()
        return len(data)

    def close(self) -> None:
        self._leave()
        super().close()

    def _leave(self) -> None:
        if self._current is not None:
            self._current.close()
            self._current = None
