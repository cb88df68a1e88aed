"""What each room may hold and whom it may know, where import-linter cannot say it."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, PROJECT, functions, imports, modules, name_of, tree

APPS = ("catalog", "sharing", "opening", "licenses")
GROUND_APPS = ("accounts", "audit", "workflow", "notices", "home", "oversight")
BANNED_NAMES = frozenset({"utils", "helpers", "common", "misc", "util", "helper", "tools", "stuff"})
PRIVATE_FACES = ("views", "api", "tasks", "forms", "filters", "admin", "receivers")
# Who sees the process environment: settings read it, entry points name the settings, the runtime hands it to children.
ENVIRONMENT_READERS = re.compile(r"^portal/(settings/environment|celery|wsgi|asgi|runtime/\w+)\.py$")
MOVER = "portal/workflow/move.py"


def _app_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).parts
    return f"portal.{parts[1].removesuffix('.py')}" if parts[0] == "portal" else parts[0]


def test_every_module_opens_with_what_it_is_for() -> None:
    assert [name_of(path) for path in modules() if ast.get_docstring(tree(path)) is None] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name_of(path) for path in modules() if {path.stem, path.parent.name} & BANNED_NAMES] == []


def test_only_settings_and_runtime_see_the_environment() -> None:
    strangers = {
        name_of(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and ast.unparse(node.value) == "os")
        and not ENVIRONMENT_READERS.match(name_of(path))
    }
    assert strangers == set()


def test_no_app_imports_anothers_private_face() -> None:
    faces = {f"{app}.{face}" for app in (*APPS, *(f"portal.{app}" for app in GROUND_APPS)) for face in PRIVATE_FACES}
    trespasses = {
        f"{name_of(path)} imports {name}"
        for path in modules()
        for name in imports(path)
        for face in faces
        if (name == face or name.startswith(f"{face}.")) and not face.startswith(f"{_app_of(path)}.")
    }
    assert trespasses == set()


@pytest.mark.parametrize("room", ["catalog/data", "licenses/seals"])
def test_pure_rooms_know_no_model_and_no_request(room: str) -> None:
    banned = ("django.db", "django.http", "django.contrib", "rest_framework", "celery", "redis", "guardian")
    found = {
        f"{name_of(path)} imports {name}"
        for path in modules()
        if name_of(path).startswith(f"{room}/")
        for name in imports(path)
        if name.startswith(banned)
    }
    assert found == set()


def _is_state(target: ast.expr | None) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "state" and not _is_self(target.value)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def test_state_is_assigned_by_the_mover_alone() -> None:
    found = []
    for path in modules():
        if name_of(path) == MOVER:
            continue
        for node in ast.walk(tree(path)):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and any(map(_is_state, targets)):
                found.append(f"{name_of(path)}:{node.lineno}")
    assert found == []


def test_state_is_never_updated_past_the_mover() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"update", "aupdate"}
        and any(word.arg == "state" for word in node.keywords)
        and name_of(path) != MOVER
    ]
    assert found == []


def test_policies_never_ask_django_for_permission() -> None:
    asked = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"has_perm", "has_perms", "get_objects_for_user"}
    ]
    assert asked == []


def test_no_star_import_but_in_settings() -> None:
    stars = [
        name_of(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*" and "settings" not in path.parts
    ]
    assert stars == []


def test_no_error_is_swallowed() -> None:
    swallowed = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
        and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert swallowed == []


def test_models_only_hold_tables() -> None:
    found = {
        f"{name_of(path)} imports {name}"
        for path in modules()
        if path.stem == "models" or path.parent.name == "models"
        for name in imports(path)
        if name.startswith(("django.http", "rest_framework", "celery", "redis", "requests", "urllib.request"))
    }
    assert found == set()


def test_services_do_not_import_tasks() -> None:
    found = {
        f"{name_of(path)} imports {name}"
        for path in modules()
        if path.stem == "services" or "services" in path.parts
        for name in imports(path)
        if any(name.startswith(f"{package}.") and ".tasks" in name for package in PACKAGES)
    }
    assert found == set()


def test_every_function_is_annotated() -> None:
    bare = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in functions(path)
        if node.returns is None
    ]
    assert bare == []
