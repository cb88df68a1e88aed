"""Whether the code is the one that last prepared this data directory, so that a start may skip what is done."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from portal.settings.environment import PROJECT_DIR

PACKAGES = ("portal", "catalog", "sharing", "opening", "licenses")


def code_fingerprint(demonstration: bool) -> str:  # noqa: FBT001  the one thing besides the code that it depends on
    """What preparation depends on: every file of the code by path, size and time of change."""
    digest = hashlib.sha256(b"demonstration" if demonstration else b"empty")
    for package in PACKAGES:
        for path, known in _files(PROJECT_DIR / package):
            digest.update(f"{path}\0{known.st_size}\0{known.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def migrations_fingerprint() -> str:
    """What the tables of a database depend on: the text of every migration."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((PROJECT_DIR / package).rglob("migrations/*.py")):
            digest.update(f"{path.relative_to(PROJECT_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _files(Path(entry.path))
        else:
            yield entry.path, entry.stat()


def is_fresh(mark: Path, fingerprint: str) -> bool:
    """Whether the mark was left by the same code."""
    try:
        return mark.read_text(encoding="utf-8") == fingerprint
    except (OSError, ValueError):
        return False
