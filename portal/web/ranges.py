"""Byte ranges and validators of HTTP (RFC 9110 §13, §14): pure, for files of a known size."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from ``start`` up to ``end`` (excluded) of a file of ``size`` bytes."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


class RangeNotSatisfiable(Exception):
    """The asked part lies outside the file (416)."""


def asked_span(header: str, size: int, *, if_range: str = "", etag: str = "") -> Span | None:
    """Return the one part that ``Range`` asks for; None for the whole file.

    Several parts, another unit or an ``If-Range`` that does not match give the whole file, as the RFC allows.
    Raises ``RangeNotSatisfiable``.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[1] == match[2] == "" or (if_range and if_range != etag):
        return None
    if match[1] == "":
        length = min(int(match[2]), size)
        start, end = size - length, size
    else:
        start = int(match[1])
        end = min(int(match[2]) + 1, size) if match[2] else size
        if match[2] and int(match[2]) < start:
            return None
    if start >= size or start >= end:
        raise RangeNotSatisfiable
    return Span(start, end, size)


def matches(header: str, etag: str) -> bool:
    """Say whether an ``If-None-Match`` header names this validator (weak comparison)."""
    given = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in given or etag in given
