"""How long people wait for `manage.py start`: the first time with the demonstration, and every time after."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from portal.settings.environment import PROJECT_DIR

FIRST_SECONDS = 120
LATER_SECONDS = 10
PATIENCE_SECONDS = 400


def _start_and_stop(folder: Path) -> float:
    """Seconds from the command to the line that says ready."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    output = folder.with_suffix(".txt")
    own = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    variables = {name: value for name, value in os.environ.items() if name not in own}
    began = time.perf_counter()
    with output.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "start", "--port", str(port), "--data-dir", str(folder)],
            cwd=PROJECT_DIR,
            env=variables,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        limit = time.monotonic() + PATIENCE_SECONDS
        while "Songhua is ready" not in output.read_text(encoding="utf-8"):
            assert process.poll() is None, output.read_text(encoding="utf-8")
            assert time.monotonic() < limit, output.read_text(encoding="utf-8")
            time.sleep(0.05)
    spent = time.perf_counter() - began
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    return spent


def test_first_and_later_start(tmp_path: Path, note: Callable[..., None]) -> None:
    first = _start_and_stop(tmp_path / "data")
    later = _start_and_stop(tmp_path / "data")
    note(first_seconds=first, first_limit=FIRST_SECONDS, later_seconds=later, later_limit=LATER_SECONDS)
    assert first < FIRST_SECONDS
    assert later < LATER_SECONDS
