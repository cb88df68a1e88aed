"""The code under examination: our modules as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "catalog", "sharing", "opening", "licenses")


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the product, migrations left out."""
    found = (path for package in PACKAGES for path in (PROJECT / package).rglob("*.py"))
    return tuple(sorted(path for path in found if "migrations" not in path.parts))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """How people call the file."""
    return path.relative_to(PROJECT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, methods included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function: signature and body without its docstring."""
    documented = ast.get_docstring(node, clean=False)
    skipped = (node.body[0].end_lineno or 0) - node.body[0].lineno + 1 if documented is not None else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - skipped


def imports(path: Path) -> Iterator[str]:
    """Every module that a module imports, by its full name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
