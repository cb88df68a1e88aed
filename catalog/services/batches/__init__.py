"""Batches: previewed by doing it and rolling back, applied as drafts line by line, undone whole while untouched."""

from catalog.services.batches.applying import apply_batch, begin_batch, drop_batch
from catalog.services.batches.previewing import preview
from catalog.services.batches.reading import read_batch, start_bulk, start_import
from catalog.services.batches.running import lost_batches, run_batch
from catalog.services.batches.undoing import undo_batch

__all__ = [
    "apply_batch",
    "begin_batch",
    "drop_batch",
    "lost_batches",
    "preview",
    "read_batch",
    "run_batch",
    "start_bulk",
    "start_import",
    "undo_batch",
]
