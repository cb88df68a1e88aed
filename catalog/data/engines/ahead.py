"""One step ahead: what comes next is made in a thread while its reader is busy with what came before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(source: Iterator[T]) -> Iterator[T]:
    """Give what `source` gives, never more than one of it waiting; what it raises is raised here."""
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as maker:
        coming = maker.submit(_next, source)
        while found := coming.result():
            coming = maker.submit(_next, source)
            yield found[0]


def _next(source: Iterator[T]) -> tuple[T] | None:
    for found in source:
        return (found,)
    return None
