"""What `start` refuses before it makes anything, each in one line."""

import socket
from pathlib import Path

import pytest

from portal.runtime import postgres, start
from portal.runtime.directory import DataDirectory
from portal.runtime.faults import RuntimeFault


def _refusal(*arguments: str) -> str:
    with pytest.raises(RuntimeFault) as caught:
        start.main(arguments)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_taken_port_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port}" in _refusal("--port", str(port), "--data-dir", str(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_demonstration_stays_on_this_machine(tmp_path: Path) -> None:
    assert "--no-demo" in _refusal("--host", "0.0.0.0", "--data-dir", str(tmp_path / "data"))  # noqa: S104  refused
    assert not (tmp_path / "data").exists()


def test_loaded_demonstration_is_not_served_elsewhere_later(tmp_path: Path) -> None:
    (tmp_path / "demo-accounts.json").write_text("[]")
    message = _refusal("--no-demo", "--host", "0.0.0.0", "--port", "8199", "--data-dir", str(tmp_path))  # noqa: S104
    assert "holds the demonstration" in message


def test_unknown_address_is_refused(tmp_path: Path) -> None:
    message = _refusal("--no-demo", "--host", "no.such.host.invalid", "--data-dir", str(tmp_path / "data"))
    assert "no.such.host.invalid" in message


def test_port_out_of_range_is_refused(tmp_path: Path) -> None:
    assert "99999" in _refusal("--port", "99999", "--data-dir", str(tmp_path / "data"))


def test_no_workers_are_refused(tmp_path: Path) -> None:
    assert "--workers" in _refusal("--workers", "0", "--data-dir", str(tmp_path / "data"))


def test_folder_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(RuntimeFault, match="not a database folder"):
        postgres.ensure_cluster(DataDirectory(tmp_path))


def test_database_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(RuntimeFault, match="made by PostgreSQL 14"):
        postgres.ensure_cluster(DataDirectory(tmp_path))
