"""The `test` command: servers of its own, then pytest on both cores."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from portal.runtime.directory import DataDirectory
from portal.runtime.faults import Interrupted
from portal.runtime.servers import borrowed_servers
from portal.settings.environment import PROJECT_DIR

PROCESSES = "3"
PATIENCE_SECONDS = 20


def main(arguments: Sequence[str]) -> int:
    """Run the suite with the given pytest arguments; give pytest's exit status."""
    try:
        with _test_directory() as directory, borrowed_servers(directory, durable=False) as addresses:
            variables = {**os.environ, **addresses, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
            return _pytest(arguments, variables)
    except Interrupted:
        return 130


@contextmanager
def _test_directory() -> Iterator[Path]:
    """Give `var/test`, whose database is made once; a second run at the same time gets a folder for itself."""
    usual = PROJECT_DIR / "var" / "test"
    usual.parent.mkdir(mode=0o700, exist_ok=True)
    if not DataDirectory(usual).is_held():
        yield usual
        return
    with tempfile.TemporaryDirectory(prefix="songhua-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def command(arguments: Sequence[str]) -> list[str]:
    """The pytest command: three processes unless the arguments say otherwise; on two cores one of them often waits."""
    chosen = any(argument.startswith(("-n", "--numprocesses", "-p no:xdist")) for argument in arguments)
    spread = [] if chosen else ["-n", PROCESSES, "--dist", "loadfile", "--no-loadscope-reorder"]
    return [sys.executable, "-m", "pytest", *spread, *arguments]


def _pytest(arguments: Sequence[str], variables: Mapping[str, str]) -> int:
    process = subprocess.Popen(command(arguments), env=dict(variables), cwd=PROJECT_DIR)
    try:
        return process.wait()
    except Interrupted:
        # Ctrl-C reaches pytest by the terminal; any other end must be passed on.
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
