"""A program that Songhua starts and stops: its command, its log, its process group."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.runtime.privilege import Disguise, preparation

LONGEST_LOG_BYTES = 20 * 1024**2
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Program:
    """What to run and how it wants to be asked to end."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    log: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    disguise: Disguise | None = None
    is_server: bool = False


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Start the program as the head of a process group of its own, tied to the life of this process."""
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(_open_log(program.log)) if program.log else None
        return subprocess.Popen(
            program.command,
            env=dict(program.environment),
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=preparation(program.disguise, program.stop_signal),  # noqa: PLW1509  this process has one thread
        )


def _open_log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > LONGEST_LOG_BYTES:
        path.replace(path.with_suffix(".1.log"))
    return path.open("ab")


def ask_to_stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Ask the program's first process to end; it ends its own children."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)


def wait_or_kill(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait for the program to end, then end whatever is left of its process group."""
    limit = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < limit:
        time.sleep(POLL_SECONDS)
    kill_group(process)
    process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End every process of the program's group at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def last_words(log: Path, mark: str = "") -> str:
    """The last line of a log, or the last that contains `mark`."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace")[-20000:].splitlines()
    except OSError:
        return ""
    spoken = [line.strip() for line in lines if line.strip() and mark in line]
    return spoken[-1] if spoken else ""
