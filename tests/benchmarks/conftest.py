"""What a measurement gets: a process of its own, and a place for its figures beside what they are compared with."""

import json
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.benchmarks.served.table import served

__all__ = ["served"]

T = TypeVar("T")
FIGURES = pytest.StashKey[dict[str, dict[str, float]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--benchmark-json`."""
    parser.addoption("--benchmark-json", type=Path, default=None, help="write the figures to this file")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no figures."""
    config.stash[FIGURES] = {}


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Note figures under the test's name; `seconds` with `limit` is also given as their ratio."""

    def write(**figures: float) -> None:
        kept = request.config.stash[FIGURES].setdefault(request.node.name, {})
        kept.update(figures)
        if "seconds" in kept and "limit" in kept:
            kept["of_limit"] = kept["seconds"] / kept["limit"]

    return write


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print every figure, and write them where asked."""
    noted = config.stash[FIGURES]
    for name, figures in noted.items():
        terminalreporter.write_line(f"{name}: " + ", ".join(f"{key} {value:.3g}" for key, value in figures.items()))
    target = config.getoption("--benchmark-json")
    if target is not None:
        target.write_text(json.dumps(noted, indent=1), encoding="utf-8")
