"""Databases whose driver is not one of those tried here: read by a process of its own, ended when its time is over.

No driver can be trusted to obey another thread, or to leave the interpreter at all; a process can always be ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, Any, cast

import sqlalchemy as sa

from catalog.data.sources.confine import Allowed, SourceError
from catalog.data.sources.connecting import TRIED
from catalog.data.sources.watch import Watch

_CHILD = ("-m", "catalog.data.sources.child")
_ROOT = Path(__file__).parents[3]


def is_tried(dialect: str) -> bool:
    """Say whether a driver keeps its limits by itself; one that SQLAlchemy does not know is refused elsewhere."""
    try:
        return sa.URL.create(dialect).get_dialect().driver in TRIED
    except sa.exc.ArgumentError:
        return True


def read_rows(
    place: Mapping[str, Any],
    password: str,
    mark: Mapping[str, str],
    target: Path,
    allowed: Allowed,
    watch: Watch,
) -> tuple[int, dict[str, str]]:
    """Read like `database.read_rows`; the limit of time counts from the beginning to the last row."""
    answer = _asked({"place": dict(place), "mark": dict(mark), "target": str(target)}, password, allowed, watch)
    return answer["rows"], answer["mark"]


def look(place: Mapping[str, Any], password: str, allowed: Allowed) -> list[str]:
    """Look like `database.look`."""
    names: list[str] = _asked({"place": dict(place)}, password, allowed, Watch())["names"]
    return names


class _Process:
    """The process as something that can be broken off."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def interrupt(self) -> None:
        self._process.kill()


def _asked(question: Mapping[str, Any], password: str, allowed: Allowed, watch: Watch) -> dict[str, Any]:
    places = {"hosts": allowed.hosts, "folders": list(map(str, allowed.folders)), "dialects": allowed.dialects}
    asked = {**question, "password": password, "allowed": {**places, "seconds": allowed.seconds}}
    with _running() as process, _limited(process, allowed.seconds) as late:
        with watch.stopper.watching(_Process(process)) if watch.stopper else nullcontext():
            watch.check()
            for line in _conversation(process, asked):
                if "answer" in line:
                    answer: dict[str, Any] = line["answer"]
                    return answer
                _heard(line, watch)
        watch.check()
    if late.is_set():
        raise SourceError("statement_time", seconds=allowed.seconds)
    raise SourceError("driver_died", status=process.returncode)


@contextmanager
def _running() -> Iterator[subprocess.Popen[str]]:
    """Start the process; it is gone when the block ends, however it ends."""
    pipe = subprocess.PIPE
    command = [sys.executable, *_CHILD]
    with subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, encoding="utf-8") as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def _limited(process: subprocess.Popen[str], seconds: int) -> Iterator[threading.Event]:
    """End the process when its time is over; the event says whether that was so."""
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    if seconds:
        timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _conversation(process: subprocess.Popen[str], asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Ask, and give the lines of the answer until the process is silent. What it is asked stays open while it works."""
    asking, answering = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
    try:
        asking.write(json.dumps(asked) + "\n")
        asking.flush()
    except BrokenPipeError:
        # It ended before it was asked; what is still to be written must not be tried again.
        with suppress(BrokenPipeError):
            asking.close()
    for line in answering:
        # It may have been ended within a line.
        if line.endswith("\n"):
            yield json.loads(line)
    process.wait()


def _heard(line: Mapping[str, Any], watch: Watch) -> None:
    if "refused" in line:
        code, params = line["refused"]
        raise SourceError(code, **params)
    if "note" in line:
        code, params = line["note"]
        watch.note(code, params)
    else:
        watch.show(line["rows"])
