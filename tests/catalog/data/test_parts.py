"""A file in parts is one stream: read whole, and sought in as the clients of object stores do."""

import io

import pytest

from catalog.data.errors import DamagedFile
from catalog.data.parts import PartsFile

PARTS = {"a": b"0123", "b": b"", "c": b"45", "d": b"6789"}
WHOLE = b"".join(PARTS.values())


def stream(**changed: bytes) -> io.BufferedReader:
    told = [(name, len(data)) for name, data in PARTS.items()]
    return io.BufferedReader(PartsFile(told, lambda name: io.BytesIO((PARTS | changed)[name])), 3)


def test_parts_are_read_as_one_as_often_as_needed() -> None:
    with stream() as file:
        assert file.read() == WHOLE
        assert file.read() == b""
        file.seek(0)
        assert file.read(5) + file.read(5) == WHOLE


def test_every_place_is_found_from_every_other() -> None:
    with stream() as file:
        assert file.seek(0, io.SEEK_END) == file.tell() == len(WHOLE)
        for begin in range(len(WHOLE) + 1):
            for size in range(len(WHOLE) + 1):
                file.seek(begin)
                assert file.read(size) == WHOLE[begin : begin + size]
                assert file.tell() == min(begin + size, len(WHOLE))
        file.seek(4)
        assert file.seek(2, io.SEEK_CUR) == 6
        assert file.read(1) == b"6"


def test_part_that_lost_bytes_is_not_taken_for_the_whole() -> None:
    with stream(c=b"4") as file, pytest.raises(DamagedFile):
        file.read()


def test_no_parts_are_an_empty_file() -> None:
    assert io.BufferedReader(PartsFile((), lambda name: io.BytesIO())).read() == b""
