"""The data directory: private, whole, never used by two."""

import os
import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from portal.runtime import directory as module
from portal.runtime.directory import LONGEST_SOCKET_NAME, LONGEST_SOCKET_PATH, DataDirectory, open_directory
from portal.runtime.faults import RuntimeFault

Usage = namedtuple("Usage", "total used free")


def test_new_directory_is_private(tmp_path: Path) -> None:
    opened = open_directory(tmp_path / "new" / "data")
    assert opened.root.stat().st_mode & 0o777 == 0o700
    assert opened.run.is_dir()
    assert opened.logs.is_dir()


def test_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(RuntimeFault, match="not a folder"):
        open_directory(tmp_path / "data")


def test_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(RuntimeFault, match="not a folder"):
        open_directory(tmp_path / "file" / "data")


def test_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12, 500 * 1024**2))
    with pytest.raises(RuntimeFault, match="500 MB free"):
        open_directory(tmp_path)


def test_missing_right_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.tempfile, "TemporaryFile", refuse)
    with pytest.raises(RuntimeFault, match="No right to write"):
        open_directory(tmp_path)


def test_second_holder_is_told_the_first(tmp_path: Path) -> None:
    opened = open_directory(tmp_path)
    with opened.locked(), pytest.raises(RuntimeFault, match=f"process {os.getpid()}"), opened.locked():
        pass
    with opened.locked():
        pass


def test_is_held_only_while_held(tmp_path: Path) -> None:
    opened = open_directory(tmp_path)
    assert not opened.is_held()
    with opened.locked():
        assert opened.is_held()
    assert not opened.is_held()


def test_directory_that_does_not_exist_is_not_held(tmp_path: Path) -> None:
    assert not DataDirectory(tmp_path / "absent").is_held()


def test_sockets_lie_inside_a_short_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_SOCKET_PATH", 4096)
    opened = open_directory(tmp_path)
    assert opened.sockets("redis") == tmp_path / "run" / "redis"
    assert opened.sockets("redis").stat().st_mode & 0o777 == 0o700


def test_sockets_of_a_long_path_lie_in_a_short_private_folder(tmp_path: Path) -> None:
    opened = open_directory(tmp_path / ("long" * 25))
    folder = opened.sockets("postgres")
    try:
        assert len(str(folder / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH
        assert folder.stat().st_mode & 0o777 == 0o700
        assert opened.sockets("postgres") == folder
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(str(folder / "probe"))
    finally:
        shutil.rmtree(folder.parent)


def test_link_in_place_of_the_private_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_SOCKET_PATH", 4096)
    opened = open_directory(tmp_path / "data")
    (tmp_path / "elsewhere").mkdir()
    (opened.run / "redis").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RuntimeFault, match="belongs to someone else"):
        opened.sockets("redis")


def test_noted_connections_come_back(tmp_path: Path) -> None:
    opened = open_directory(tmp_path)
    assert opened.noted_connections() == {}
    opened.note_connections({"database": "postgresql://x"})
    assert opened.noted_connections() == {"database": "postgresql://x"}
    assert opened.connections.stat().st_mode & 0o777 == 0o600
