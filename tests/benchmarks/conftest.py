"""What a measurement gets: served tables, and a place for its figures beside what they are compared with."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.served.table import served

__all__ = ["served"]

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print every figure, and write them where asked."""
    noted = config.stash[FIGURES]
    for name, figures in noted.items():
        terminalreporter.write_line(f"{name}: " + ", ".join(f"{key} {value:.3g}" for key, value in figures.items()))
    target = config.getoption("--benchmark-json")
    if target is not None:
        target.write_text(json.dumps(noted, indent=1), encoding="utf-8")
