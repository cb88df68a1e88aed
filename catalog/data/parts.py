"""A file that lies in the store in parts, read as one; and what a sender may ask to have proved of a part."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from catalog.data.errors import DataError

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
    """The parts of a file as one stream that can be read from the beginning as often as needed."""

    def __init__(self, names: Sequence[str], open_part: Callable[[str], IO[bytes]]) -> None:
        super().__init__()
        self._names = names
        self._open = open_part
        self._next = 0
        self._current: IO[bytes] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back to the beginning; nothing else is needed of a file that is read through."""
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation
        self._leave()
        self._next = 0
        return 0

    def readinto(self, buffer: Buffer) -> int:
        """Fill the buffer from the present part, then from the next."""
        view = memoryview(buffer).cast("B")
        while True:
            if self._current is None:
                if self._next == len(self._names):
                    return 0
                self._current = self._open(self._names[self._next])
                self._next += 1
            data = self._current.read(len(view))
            if data:
                view[: len(data)] = data
                return len(data)
            self._leave()

    def close(self) -> None:
        self._leave()
        super().close()

    def _leave(self) -> None:
        if self._current is not None:
            self._current.close()
            self._current = None
