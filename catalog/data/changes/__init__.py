"""How versions come from each other, and how two of them differ: rows added, changed and removed by key."""

from catalog.data.changes.delta import HeldFile, Outcome, apply_delta, existing_keys, only_deletes
from catalog.data.changes.diff import (
    KINDS,
    Difference,
    Side,
    compare,
    count_differences,
    difference_columns,
    keys_of,
    read_differences,
)
from catalog.data.changes.evolution import came_and_went, retyped
from catalog.data.changes.merging import merge_files, small_runs
from catalog.data.changes.operations import OPERATION, OPERATION_WORDS
from catalog.data.changes.refusal import Refusal

__all__ = [
    "KINDS",
    "OPERATION",
    "OPERATION_WORDS",
    "Difference",
    "HeldFile",
    "Outcome",
    "Refusal",
    "Side",
    "apply_delta",
    "came_and_went",
    "compare",
    "count_differences",
    "difference_columns",
    "existing_keys",
    "keys_of",
    "merge_files",
    "only_deletes",
    "read_differences",
    "retyped",
    "small_runs",
]
