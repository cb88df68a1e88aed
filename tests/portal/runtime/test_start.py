"""The whole product by its one command: it starts, heals, keeps its data and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.settings.environment import PROJECT_DIR

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 180


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _variables(folder: Path) -> dict[str, str]:
    own = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY"}
    kept = {
        name: value for name, value in os.environ.items() if name not in own and not name.startswith(("PYTEST", "COV"))
    }
    return kept | {"DATA_DIR": str(folder)}


class Installation:
    """A `start` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.output = folder.with_suffix(".txt")
        with self.output.open("ab") as sink:
            arguments = ["start", "--port", str(self.port), "--data-dir", str(folder), "--no-demo", "--workers", "1"]
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=PROJECT_DIR,
                env=_variables(folder),
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        self.until(lambda: f"Songhua is ready: http://127.0.0.1:{self.port}" in self.output.read_text())

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until it is so."""
        limit = time.monotonic() + PATIENCE_SECONDS
        while not true():
            assert time.monotonic() < limit, self.output.read_text()
            assert self.process.poll() is None, self.output.read_text()
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Ask for readiness."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(json.load(answer)["failing"] == [])
        except OSError:
            return False

    def children(self) -> dict[int, str]:
        """The processes it started itself."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=True
        )
        return {int(line.split()[0]): line for line in listed.stdout.splitlines()}

    def stop(self) -> int:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def _ask(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT_DIR,
        env=_variables(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _traces(folder: Path) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if str(folder) in line]


def test_installation_starts_heals_stops_and_keeps_its_data(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = Installation(folder)
    assert first.is_ready()
    assert len(first.children()) == 5

    web = next(number for number, line in first.children().items() if "granian" in line)
    os.kill(web, signal.SIGKILL)
    first.until(lambda: "web runs again" in first.output.read_text())
    first.until(first.is_ready)

    counting = (
        "from portal.accounts.models import Region; Region.objects.create(code='999999'); print(Region.objects.count())"
    )
    count = _ask(folder, "shell", "--no-imports", "-c", counting).strip()
    assert first.stop() == 0
    assert _traces(folder) == []

    second = Installation(folder)
    reading = "from portal.accounts.models import Region; print(Region.objects.count())"
    assert _ask(folder, "shell", "--no-imports", "-c", reading).strip() == count
    second.stop()

    _ask(folder, "backup", str(tmp_path / "b.tar"))
    _ask(folder, "backup", "--check", str(tmp_path / "b.tar"))
    _ask(tmp_path / "other", "restore", str(tmp_path / "b.tar"))
    assert _ask(tmp_path / "other", "shell", "--no-imports", "-c", reading).strip() == count
    assert _traces(tmp_path) == []
