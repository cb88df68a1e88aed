"""Whether a file system has room left."""

import errno
import os

import duckdb

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(error: OSError | duckdb.IOException) -> bool:
    """Say whether something could not be written because its disk, or a quota on it, is full.

    DuckDB tells the system's error by its words alone.
    """
    if isinstance(error, OSError):
        return error.errno in _FULL
    return any(os.strerror(code) in str(error) for code in _FULL)
