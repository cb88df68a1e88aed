"""Decide whether tests on a MySQL server run, and give them one: MariaDB on loopback, gone when the tests end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pymysql
import pytest

from portal.runtime.privilege import Account, Disguise, preparation

INSTALL = "apt-get install -y mariadb-server-core mariadb-client-core"
PATIENCE_SECONDS = 60
#: The server refuses to run as root.
ACCOUNT = "nobody"
#: Debian keeps daemons out of the way of people.
_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"


def is_installed() -> bool:
    return all(shutil.which(name, path=_PATH) for name in ("mariadbd", "mariadb-install-db"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--mysql`."""
    parser.addoption(
        "--mysql",
        choices=("auto", "require", "none"),
        default="auto",
        help="auto: run tests on MariaDB where it is installed; require: fail where it is not; none: leave them out",
    )


def _wanted(config: pytest.Config) -> bool:
    choice = config.getoption("--mysql")
    return choice == "require" or (choice == "auto" and is_installed())


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to go on where the server is required and missing."""
    if config.getoption("--mysql") == "require" and not is_installed():
        message = f"--mysql=require, but mariadbd was not found; {INSTALL}"
        raise pytest.UsageError(message)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests on MariaDB where they cannot run or are not wanted."""
    if _wanted(config):
        return
    left_out = [item for item in items if item.get_closest_marker("mysql")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("mysql")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line that tests on MariaDB did not run, and how to run them."""
    if not _wanted(config):
        why = "--mysql=none" if config.getoption("--mysql") == "none" else f"no mariadbd found; {INSTALL}"
        terminalreporter.write_line(f"Tests on MySQL were not run: {why}")


@dataclass(frozen=True)
class Server:
    """A running server with one database, looked at past the product, by a client of its own."""

    port: int
    socket: str
    database: str = "songhua"
    username: str = "reader"
    password: str = "reader-only-4711"

    def execute(self, *statements: str) -> None:
        """Run statements as the server's own administrator."""
        connection = pymysql.connect(unix_socket=self.socket, user="root", autocommit=True)
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def place(self, **more: Any) -> dict[str, Any]:
        """Describe it as a source; the account may read and write, so that refusals are the product's own."""
        place = {"dialect": "mysql+pymysql", "host": "127.0.0.1", "port": self.port, "database": self.database}
        return place | {"username": self.username} | more


@pytest.fixture(scope="session")
def mysql() -> Iterator[Server]:
    """Start one server for all tests, in a folder and under an account of its own."""
    folder = Path(tempfile.mkdtemp(prefix="songhua-mysql-"))
    user = ACCOUNT if os.geteuid() == 0 else ""
    common = ["--no-defaults", f"--datadir={folder}/data"]
    if user:
        shutil.chown(folder, user)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    server = Server(port, f"{folder}/server.sock")
    try:
        by = [f"--user={user}"] if user else []
        _run("mariadb-install-db", *common, *by, "--auth-root-authentication-method=normal", "--skip-test-db")
        command = [_found("mariadbd"), *common, f"--socket={server.socket}", "--bind-address=127.0.0.1"]
        command += [f"--port={port}", "--skip-name-resolve", "--innodb-buffer-pool-size=32M", "--performance-schema=0"]
        log = folder / "server.log"
        with log.open("wb") as sink, _begun(command, sink) as process:
            try:
                _wait(server, process, log)
                yield server
            finally:
                process.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _begun(command: list[str], sink: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Start the server under its account, so that it ends with these tests even when they are killed."""
    disguise = Disguise(_account(), in_namespace=False) if os.geteuid() == 0 else None
    prepare = preparation(disguise, signal.SIGKILL)
    return subprocess.Popen(command, stdout=sink, stderr=sink, preexec_fn=prepare)  # noqa: PLW1509  calls the kernel only


def _account() -> Account:
    entry = pwd.getpwnam(ACCOUNT)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _found(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    assert found, INSTALL
    return found


def _run(name: str, *arguments: str) -> None:
    done = subprocess.run([_found(name), *arguments], capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-2000:]


def _wait(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not _answers(server):
        words = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        assert process.poll() is None, words
        assert time.monotonic() < limit, words
        time.sleep(0.1)
    server.execute(
        f"CREATE DATABASE {server.database} CHARACTER SET utf8mb4",
        f"CREATE USER '{server.username}'@'127.0.0.1' IDENTIFIED BY '{server.password}'",
        f"GRANT ALL ON {server.database}.* TO '{server.username}'@'127.0.0.1'",
    )


def _answers(server: Server) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(server.socket) == 0
