"""A process of its own for a measurement.

It loads no Django: the fresh process imports this module before anything is set up, and so do the files of the
functions that it runs.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def apart(function: Callable[..., T], *arguments: Any) -> tuple[T, float]:
    """Run a function in a fresh process; give what it returns and the peak of the process's memory in MiB."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(there, function, arguments))
    process.start()
    there.close()
    try:
        value, memory = here.recv()
    except EOFError:
        message = f"{function.__name__} ended without an answer; its words are above"
        raise RuntimeError(message) from None
    finally:
        process.join()
        here.close()
    return value, memory


def _answer(there: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    there.send((function(*arguments), _peak_mebibytes()))
    there.close()


def _peak_mebibytes() -> float:
    """The kernel's own high-water mark: getrusage would count what the parent held before exec."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
