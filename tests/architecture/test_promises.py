"""What the tree promises to whoever clones it."""

import re
import subprocess

from tests.architecture.source import PROJECT, modules, name_of

TOP_LEVEL = frozenset(
    {
        *(
            "manage.py",
            "pyproject.toml",
            "portal",
            "catalog",
            "sharing",
            "opening",
            "licenses",
            "templates",
            "tests",
            "docs",
        ),
        *(
            "requirements.txt",
            "requirements-dev.txt",
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "LICENSE",
            "NOTICE",
        ),
        *(".ci", ".pre-commit-config.yaml", ".gitignore", ".gitattributes", ".editorconfig", "SECURITY.md"),
    }
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def test_the_top_level_is_as_the_user_fixed_it() -> None:
    assert {name.split("/", 1)[0] for name in _tracked()} - TOP_LEVEL == set()


def test_locked_sets_name_no_download_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if "://" in line.split("#", 1)[0]] == []


def test_nothing_is_left_unfinished() -> None:
    assert [name_of(path) for path in modules() if UNFINISHED.search(path.read_text(encoding="utf-8"))] == []


def test_every_silenced_check_names_its_code() -> None:
    bare = re.compile(r"#\s*(noqa(?!:\s*[A-Z]+\d)|type:\s*ignore(?!\[))")
    assert [name_of(path) for path in modules() if bare.search(path.read_text(encoding="utf-8"))] == []


def test_templates_carry_no_inline_code() -> None:
    inline = re.compile(
        r"<script(?![^>]*(\bsrc=|application/ld\+json))[^>]*>\s*[^\s<]|<style\b|\sstyle=|\son[a-z]+=", re.IGNORECASE
    )
    pages = [path for path in (PROJECT / "templates").rglob("*.html") if "email" not in path.parts]
    assert [path.name for path in pages if inline.search(path.read_text(encoding="utf-8"))] == []
