"""Starts the whole product as its users do and stops it again."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

PROJECT = Path(__file__).parents[2]
READY = re.compile(r"Songhua is ready: (\S+)")
START_SECONDS = 240
STOP_SECONDS = 60


@dataclass(frozen=True)
class Product:
    """A running installation with its demonstration: its address, data directory and accounts."""

    url: str
    data_dir: Path
    accounts: dict[str, str]
    process: "subprocess.Popen[str] | None" = None

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of ``manage.py`` on this installation."""
        command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
        return subprocess.run(
            command,
            env=environment(self.data_dir),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def environment(data_dir: Path) -> dict[str, str]:
    """Return the environment of a fresh installation: nothing of the test run's own database or settings."""
    left_out = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "STORAGE_URL", "SECRET_KEY", "SITE_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "DATA_DIR": str(data_dir)}


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data_dir: Path) -> Product:
    """Start the product on an empty data directory and wait until it says that it is ready."""
    command = [
        sys.executable,
        str(PROJECT / "manage.py"),
        "start",
        "--port",
        str(free_port()),
        "--data-dir",
        str(data_dir),
    ]
    process = subprocess.Popen(
        command, env=environment(data_dir), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True)
    reader.start()
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if found := READY.search("".join(lines)):
            return replace(running(data_dir, found[1]), process=process)
        time.sleep(0.2)
    _stop(process)
    raise AssertionError("the product did not become ready:\n" + "".join(lines)[-4000:])


def running(data_dir: Path, url: str) -> Product:
    """Return an installation that runs already."""
    rows = json.loads((data_dir / "demo-accounts.json").read_text(encoding="utf-8"))
    return Product(url, data_dir, {row["username"]: row["password"] for row in rows})


def stop(product: Product) -> None:
    """Ask the product to stop, as Ctrl-C does."""
    if product.process is not None:
        _stop(product.process)


def _stop(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)
    if process.stdout is not None:
        process.stdout.close()
