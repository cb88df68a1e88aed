"""The environment is made once, by hash, and a half-made one is seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.runtime import bootstrap

REPOSITORY = bootstrap.PROJECT_DIR


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project with two locked sets."""
    for name in (bootstrap.RUNTIME_SET, bootstrap.DEVELOPMENT_SET):
        (tmp_path / name).write_text("uv==1.2.3 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via x\n")
    monkeypatch.setattr(bootstrap, "PROJECT_DIR", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV_DIR", tmp_path / ".venv")
    return tmp_path


@pytest.fixture
def installed(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was installed, with nothing truly fetched."""
    done: list[str] = []
    monkeypatch.setattr(bootstrap, "_install", done.append)
    monkeypatch.setattr(bootstrap, "_install_uv", lambda: done.append("uv"))
    monkeypatch.setattr(bootstrap, "_create", lambda python: _pretend(bootstrap.environment_python()))
    monkeypatch.setattr(bootstrap, "_runs", Path.exists)
    return done


def _pretend(python: Path) -> None:
    python.parent.mkdir(parents=True)
    python.touch()


def test_it_imports_nothing_but_the_standard_library() -> None:
    code = (
        "import sys, portal.runtime.bootstrap;"
        "print([name for name in sys.modules if name.split('.')[0] in {'django', 'celery', 'environs', 'psycopg'}])"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.'); {code}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=bootstrap.PROJECT_DIR,
    )
    assert said.stdout.strip() == "[]"


def test_complete_environment_is_left_alone(installed: list[str]) -> None:
    bootstrap.complete(development=False)
    assert installed == ["uv", bootstrap.RUNTIME_SET]
    bootstrap.complete(development=False)
    assert installed == ["uv", bootstrap.RUNTIME_SET]


def test_modules_are_compiled_once_where_the_machine_keeps_folders_of_source_clean(project: Path) -> None:
    source = project / "source"
    source.mkdir()
    (source / "compiled_once.py").write_text("")
    code = (
        "import pathlib, subprocess, sys; from portal.runtime import bootstrap;"
        f"bootstrap.VENV_DIR = pathlib.Path({str(project / '.venv')!r}); bootstrap.keep_compiled();"
        f"sys.exit(subprocess.run([sys.executable, '-c', 'import compiled_once'], cwd={str(source)!r}).returncode)"
    )
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    variables = {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(REPOSITORY)}
    subprocess.run([sys.executable, "-c", code], env=variables, check=True)
    assert [path.name for path in source.iterdir()] == ["compiled_once.py"]
    assert len(list((project / ".venv" / "compiled").rglob("compiled_once.*.pyc"))) == 1


def test_what_was_compiled_goes_with_the_packages_it_was_compiled_from(project: Path, installed: list[str]) -> None:
    bootstrap.complete(development=False)
    old = project / ".venv" / "compiled" / "package.pyc"
    old.parent.mkdir()
    old.touch()
    bootstrap.complete(development=False)
    assert old.exists()
    (project / bootstrap.RUNTIME_SET).write_text("changed")
    bootstrap.complete(development=False)
    assert not old.exists()


def test_changed_set_is_installed_again(project: Path, installed: list[str]) -> None:
    bootstrap.complete(development=True)
    installed.clear()
    (project / bootstrap.RUNTIME_SET).write_text("changed")
    bootstrap.complete(development=False)
    assert bootstrap.RUNTIME_SET in installed


def test_cut_off_installation_is_taken_up_again(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        message = "no network"
        raise bootstrap.BootstrapError(message)

    with monkeypatch.context() as broken:
        broken.setattr(bootstrap, "_install", fail)
        with pytest.raises(SystemExit) as ended:
            bootstrap.complete(development=False)
        assert ended.value.code == 1
    assert not bootstrap.is_complete([bootstrap.RUNTIME_SET])
    bootstrap.complete(development=False)
    assert bootstrap.is_complete([bootstrap.RUNTIME_SET])


def test_missing_venv_module_names_the_package(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "The virtual environment was not created successfully because ensurepip is not available."
    monkeypatch.setattr(
        bootstrap.subprocess, "run", lambda *args, **kwargs: subprocess.CompletedProcess(args, 1, words, "")
    )
    with pytest.raises(SystemExit):
        bootstrap.complete(development=False)
    assert "python3-venv" in capsys.readouterr().err


def test_other_python_is_told_which_one_is_needed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 13, 1, "final", 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit):
        bootstrap.complete(development=False)
    assert "Python 3.11 and this is 3.13" in capsys.readouterr().err


def test_uv_is_pinned_by_hash_in_the_development_set(project: Path) -> None:
    assert bootstrap._locked_uv() == "uv==1.2.3 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n"
