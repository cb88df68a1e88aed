"""Decide whether tests on Spark run, where their Spark is, and give tests an engine on it."""

import importlib.util
import shutil
from collections.abc import Iterator

import pytest

from catalog.data.engines.spark import SparkEngine

INSTALL = "uv pip install --require-hashes -r .ci/requirements-spark.txt, and Java 17"


def is_installed() -> bool:
    return importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--spark` and `--spark-address`."""
    parser.addoption(
        "--spark",
        choices=("auto", "require", "none"),
        default="auto",
        help="auto: run tests on Spark where it is installed; require: fail where it is not; none: leave them out",
    )
    parser.addoption(
        "--spark-address", default="local[2]", help="local[2], or sc://host:port of a Connect server that runs already"
    )


def _wanted(config: pytest.Config) -> bool:
    choice = config.getoption("--spark")
    return choice == "require" or (choice == "auto" and is_installed())


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to go on where Spark is required and missing."""
    if config.getoption("--spark") == "require" and not is_installed():
        message = f"--spark=require, but pyspark or java was not found; {INSTALL}"
        raise pytest.UsageError(message)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests on Spark where they cannot run or are not wanted."""
    if _wanted(config):
        return
    left_out = [item for item in items if item.get_closest_marker("spark")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("spark")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line that tests on Spark did not run, and how to run them."""
    if not _wanted(config):
        why = "--spark=none" if config.getoption("--spark") == "none" else f"Spark is not installed; {INSTALL}"
        terminalreporter.write_line(f"Tests on Spark were not run: {why}")


@pytest.fixture(scope="session")
def spark_engine(request: pytest.FixtureRequest) -> Iterator[SparkEngine]:
    """Start one session of Spark for all tests."""
    engine = SparkEngine(str(request.config.getoption("--spark-address")), seconds=120)
    yield engine
    engine.stop()
