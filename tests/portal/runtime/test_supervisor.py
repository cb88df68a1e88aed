"""Programs start again when they fall, and none outlives its supervisor."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.runtime.faults import Interrupted
from portal.runtime.programs import Program, last_words
from portal.runtime.supervisor import Supervisor, Ward

SLEEP = "import time; time.sleep(300)"
FAMILY = "import subprocess, sys, time; subprocess.Popen(['sleep', '300']); print('up', flush=True); time.sleep(300)"


def _program(tmp_path: Path, code: str = SLEEP) -> Program:
    return Program("sleeper", (sys.executable, "-c", code), dict(os.environ), tmp_path, log=tmp_path / "log")


def _until(true: Callable[[], bool], seconds: float = 10) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)


def _watch_until(supervisor: Supervisor, true: Callable[[], bool]) -> None:
    def look() -> bool:
        supervisor.look()
        return true()

    _until(look)


def _lives(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_fallen_program_rises_and_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    with Supervisor(told.append) as supervisor:
        ward = supervisor.add(_program(tmp_path))
        first = ward.process.pid
        os.kill(first, signal.SIGKILL)
        _watch_until(supervisor, lambda: ward.process.pid != first and ward.is_running())
        assert "ended with status -9" in told[0]
        assert "runs again" in told[1]
    assert not _lives(ward.process.pid)


def test_pauses_grow_while_it_keeps_falling(tmp_path: Path) -> None:
    told: list[str] = []
    with Supervisor(told.append) as supervisor:
        supervisor.add(_program(tmp_path, "raise SystemExit(3)"))
        _watch_until(supervisor, lambda: supervisor.fallen(times=2) == "sleeper")
    falls = [line for line in told if "ended with status 3" in line]
    assert "in 0.5 s" in falls[0]
    assert "in 1 s" in falls[1]


def test_children_of_a_program_end_with_it(tmp_path: Path) -> None:
    with Supervisor(lambda line: None) as supervisor:
        ward = supervisor.add(_program(tmp_path, FAMILY))
        _until(lambda: "up" in last_words(tmp_path / "log"))
        listed = subprocess.run(["pgrep", "-g", str(ward.process.pid)], capture_output=True, text=True, check=True)
        family = [int(number) for number in listed.stdout.split()]
        assert len(family) == 2
    _until(lambda: not any(_lives(number) for number in family))


def test_interrupt_stops_all(tmp_path: Path) -> None:
    def watch_one() -> None:
        with Supervisor(lambda line: None) as supervisor:
            wards.append(supervisor.add(_program(tmp_path)))
            os.kill(os.getpid(), signal.SIGTERM)
            supervisor.watch()

    wards: list[Ward] = []
    with pytest.raises(Interrupted):
        watch_one()
    (ward,) = wards
    assert not _lives(ward.process.pid)


def test_handlers_of_before_come_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    with Supervisor(lambda line: None):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    code = f"""
import os, sys, time
from pathlib import Path
from portal.runtime.programs import Program
from portal.runtime.supervisor import Supervisor
with Supervisor(print) as supervisor:
    command = (sys.executable, "-c", {SLEEP!r})
    ward = supervisor.add(Program("sleeper", command, dict(os.environ), Path({str(tmp_path)!r})))
    print(ward.process.pid, flush=True)
    supervisor.watch()
"""
    watcher = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert watcher.stdout is not None
    with watcher.stdout:
        child = int(watcher.stdout.readline())
        assert _lives(child)
        watcher.kill()
        watcher.wait()
        _until(lambda: not _lives(child))


def test_run_once_gives_the_status(tmp_path: Path) -> None:
    with Supervisor(lambda line: None) as supervisor:
        assert supervisor.run_once(_program(tmp_path, "raise SystemExit(4)")) == 4
