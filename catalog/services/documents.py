"""Signed documents that people hand in: of known kinds, checked, kept in the store as they are, read in blocks."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Invalid

LARGEST = 20 << 20
_BLOCK = 1 << 16
#: Endings that are taken, and what such a file begins with; OFD and DOCX are ZIP archives.
_BEGINS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".ofd": (b"PK\x03\x04",),
    ".docx": (b"PK\x03\x04",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
}


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A document in the store: where it lies, what it was called, its size and hash."""

    file: str
    name: str
    byte_count: int
    sha256: str


@contextmanager
def kept_document(file: IO[bytes], *, name: str, folder: str) -> Iterator[KeptFile]:
    """Check a document and put it into the store for the length of a block that writes its row.

    When the block fails the file is taken out again.
    Raises ``Invalid`` on ``file`` for another kind of file, an empty or too large one.
    """
    safe = _safe(name)
    digest, size = check_document(file, name=safe)
    stored = default_storage.save(
        f"{folder}/{secrets.token_hex(12)}{PurePath(safe).suffix.lower()}", File(file, name=safe)
    )
    try:
        yield KeptFile(file=stored, name=safe, byte_count=size, sha256=digest)
    except BaseException:
        default_storage.delete(stored)
        raise


def _safe(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name[-255:]


def check_document(file: IO[bytes], *, name: str) -> tuple[str, int]:
    """Return the SHA-256 and the bytes of a document that may be kept. Raises ``Invalid`` on ``file``."""
    suffix = PurePath(_safe(name)).suffix.lower()
    if suffix not in _BEGINS:
        raise Invalid(fields={"file": [_("Only PDF, OFD, DOCX, PNG and JPEG are taken.")]})
    file.seek(0)
    if not file.read(16).startswith(_BEGINS[suffix]):
        raise Invalid(fields={"file": [_("The content of the file is not what its ending says.")]})
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        digest.update(block)
        size += len(block)
        if size > LARGEST:
            raise Invalid(fields={"file": [_("At most 20 MB.")]})
    file.seek(0)
    return digest.hexdigest(), size


def document_blocks(name: str) -> Iterator[bytes]:
    """Give the bytes of a document in the store. The caller has asked for the right to it and recorded the reading."""
    with default_storage.open(name, "rb") as source:
        while block := source.read(_BLOCK):
            yield block
