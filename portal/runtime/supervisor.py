"""Keep programs running: start, watch, start again with growing pauses, stop all."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from portal.runtime.faults import Interrupted
from portal.runtime.programs import POLL_SECONDS, Program, ask_to_stop, kill_group, spawn, wait_or_kill

LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 12.0


@dataclass
class Ward:
    """A program under watch."""

    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    falls: int = 0
    rises_at: float | None = None

    def is_running(self) -> bool:
        """Whether its first process lives."""
        return self.process.poll() is None


class Supervisor:
    """The programs of one `start`; leaving the context stops them all, servers last."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._wards: list[Ward] = []
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, _interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in self._before:
            signal.signal(number, self._kill_all)
        self.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def add(self, program: Program) -> Ward:
        """Start a program and watch it."""
        ward = Ward(program, spawn(program), time.monotonic())
        self._wards.append(ward)
        return ward

    def run_once(self, program: Program) -> int:
        """Run a program to its end while the others are watched; give its exit status."""
        process = spawn(program)
        try:
            while process.poll() is None:
                self.look()
                time.sleep(POLL_SECONDS)
        except BaseException:
            ask_to_stop(process, program.stop_signal)
            wait_or_kill(process, STOP_SECONDS)
            raise
        return process.returncode

    def look(self) -> None:
        """Start again what has ended, after its pause."""
        now = time.monotonic()
        for ward in self._wards:
            if ward.rises_at is not None:
                if now >= ward.rises_at:
                    ward.process, ward.started_at, ward.rises_at = spawn(ward.program), now, None
                    self._tell(f"{ward.program.name} runs again (process {ward.process.pid}).")
            elif ward.process.poll() is not None:
                self._note_fall(ward, now)

    def _note_fall(self, ward: Ward, now: float) -> None:
        # Its own children may still hold its port or its socket.
        kill_group(ward.process)
        steady = now - ward.started_at > STEADY_SECONDS
        ward.falls = 1 if steady else ward.falls + 1
        pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** (ward.falls - 1))
        ward.rises_at = now + pause
        where = f"; see {ward.program.log}" if ward.program.log else ""
        self._tell(
            f"{ward.program.name} ended with status {ward.process.returncode}; starting it again in {pause:g} s{where}"
        )

    def fallen(self, *, times: int) -> str | None:
        """The first program that has fallen so often without a steady time, None where there is none."""
        return next((ward.program.name for ward in self._wards if ward.falls >= times), None)

    def watch(self) -> None:
        """Look until interrupted. Raises Interrupted."""
        while True:
            self.look()
            time.sleep(0.25)

    def stop(self) -> None:
        """Stop every program; what does not end in time is killed."""
        # What serves people ends before the servers it leans on.
        for layer in (False, True):
            leaving = [ward for ward in self._wards if ward.program.is_server is layer]
            for ward in leaving:
                ask_to_stop(ward.process, ward.program.stop_signal)
            for ward in leaving:
                wait_or_kill(ward.process, STOP_SECONDS)
        self._wards.clear()

    def _kill_all(self, number: int, frame: object) -> None:
        for ward in self._wards:
            kill_group(ward.process)


def _interrupt(number: int, frame: object) -> None:
    raise Interrupted
