"""Granian as `manage.py start` runs it, on a free port of loopback, over the database of the tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection

from portal.runtime.start import THREADS_OF_A_WORKER
from portal.settings.environment import PROJECT_DIR

PATIENCE_SECONDS = 60


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def granian(log: Path, ready: str, **variables: str) -> Iterator[int]:
    """Run two workers until the block ends; `ready` is an address that answers when they serve."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", str(THREADS_OF_A_WORKER), "--no-ws", "--log-level", "warning"]
    own = {
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.served.settings",
        "BENCHMARK_DATABASE": str(connection.settings_dict["NAME"]),
        "BENCHMARK_STORAGE": default_storage.path(""),
    }
    with served([*command, "portal.wsgi:application"], log, port, ready, own | variables):
        yield port


@contextmanager
def served(command: list[str], log: Path, port: int, ready: str, variables: dict[str, str]) -> Iterator[None]:
    """Run a web server until the block ends."""
    environment = {**os.environ, **variables, "PYTHONPATH": str(PROJECT_DIR)}
    with (
        log.open("wb") as sink,
        subprocess.Popen(command, cwd=PROJECT_DIR, env=environment, stdout=sink, stderr=sink) as process,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}{ready}", process, log)
            yield
        finally:
            process.terminate()
            process.wait(30)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not _answers(address):
        words = log.read_text(encoding="utf-8")[-2000:]
        assert process.poll() is None, words
        assert time.monotonic() < limit, words
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10):  # noqa: S310  our own server
            return True
    except OSError:
        return False
