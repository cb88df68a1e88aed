"""Files and functions stay small enough to be read at once."""

import ast
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from tests.architecture.source import functions, length, modules, name_of

LONGEST_FILE = 500
LONGEST_FUNCTION = 50
LONGEST_VIEW = 25
LONGEST_TASK = 15
LARGEST_MEDIAN = 120


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_too_long() -> None:
    assert {name_of(path): _lines(path) for path in modules() if _lines(path) > LONGEST_FILE} == {}


def test_the_median_file_is_small() -> None:
    assert median(_lines(path) for path in modules() if _lines(path) > 1) <= LARGEST_MEDIAN


def test_no_function_is_too_long() -> None:
    assert _too_long(modules(), LONGEST_FUNCTION) == {}


def test_no_view_is_too_long() -> None:
    views = [path for path in modules() if path.name == "views.py" or path.parent.name == "views"]
    long = _too_long(views, LONGEST_VIEW, lambda node: bool(node.args.args) and node.args.args[0].arg == "request")
    assert long == {}


def test_no_task_is_too_long() -> None:
    tasks = [path for path in modules() if path.name == "tasks.py" or path.parent.name == "tasks"]
    assert _too_long(tasks, LONGEST_TASK) == {}


def _too_long(
    paths: Iterable[Path], limit: int, counts: Callable[[ast.FunctionDef | ast.AsyncFunctionDef], bool] = lambda _: True
) -> dict[str, int]:
    return {
        f"{name_of(path)}:{node.lineno} {node.name}": length(node)
        for path in paths
        for node in functions(path)
        if length(node) > limit and counts(node)
    }
