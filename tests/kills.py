"""Decide how often fault tests kill workers: a few times with the suite, a hundred times in a step of their own."""

import pytest

RUN = "python3 manage.py test tests/faults -n0 --faults=all"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--faults`."""
    parser.addoption(
        "--faults",
        choices=("few", "all"),
        default="few",
        help="few: kill workers some times; all: also the tests that do it a hundred times and take minutes",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of many kills where they were not asked for."""
    if config.getoption("--faults") == "all":
        return
    left_out = [item for item in items if item.get_closest_marker("faults")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("faults")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line where the hundred kills run."""
    if config.getoption("--faults") != "all":
        terminalreporter.write_line(f"The hundred kills of a worker were not run; .ci/run does it: {RUN}")
