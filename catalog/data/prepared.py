"""Deliveries prepared as files on the store: written once, whole or not at all, read in parts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.data.store import Storage, blocks, save_file


@dataclass(frozen=True)
class PreparedFile:
    """A prepared file: its name on the store and its size in bytes."""

    name: str
    size: int


def prepare(storage: Storage, name: str, produce: Callable[[], Iterator[bytes]]) -> PreparedFile:
    """Give the prepared file of that name; write it when it is not there yet.

    The name must hold the hash of everything the content depends on. Two writers at once write the same content.
    """
    if storage.exists(name):
        return PreparedFile(name, storage.size(name))
    with tempfile.TemporaryDirectory(prefix="songhua-prepare-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as target:
            for chunk in produce():
                target.write(chunk)
        size = path.stat().st_size
        taken = save_file(storage, path, name)
        if taken != name and storage.exists(name):
            storage.delete(taken)
            taken = name
    return PreparedFile(taken, size)


def read_range(storage: Storage, file: PreparedFile, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Read bytes from `start` up to `end` (excluded), block by block."""
    left = (file.size if end is None else min(end, file.size)) - start
    with storage.open(file.name) as stream:
        stream.seek(start)
        for block in blocks(stream):
            if left <= 0:
                return
            yield block[:left]
            left -= len(block)
