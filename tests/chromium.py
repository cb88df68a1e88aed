"""Find Chromium, decide whether browser tests run, and give tests a page."""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

INSTALL = "apt-get install -y chromium fonts-noto-cjk"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


@cache
def chromium_path() -> str | None:
    """Where Chromium is: CHROMIUM if set, else the usual places; None where there is none."""
    given = os.environ.get("CHROMIUM", "").strip()
    if given:
        return shutil.which(given)
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in (*found, *PLACES) if path and Path(path).exists()), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--browser`."""
    parser.addoption(
        "--browser",
        choices=("auto", "require", "none"),
        default="auto",
        help="auto: run browser tests where Chromium is found; require: fail where it is not; none: leave them out",
    )


def _wanted(config: pytest.Config) -> bool:
    choice = config.getoption("--browser")
    return choice == "require" or (choice == "auto" and chromium_path() is not None)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to go on where a browser is required and missing."""
    if config.getoption("--browser") == "require" and chromium_path() is None:
        message = f"--browser=require, but no Chromium was found (CHROMIUM or the usual places); {INSTALL}"
        raise pytest.UsageError(message)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect browser tests where they cannot run or are not wanted."""
    if _wanted(config):
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("browser")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line that browser tests did not run, and how to run them."""
    if not _wanted(config):
        why = "--browser=none" if config.getoption("--browser") == "none" else f"no Chromium found; {INSTALL}"
        terminalreporter.write_line(f"Browser tests were not run: {why}")


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Start one headless Chromium for the session."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  half a second that other tests need not pay

    # Root has no sandbox, /dev/shm is small in containers, and a graphics card that the processor plays is slow.
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        yield started
        started.close()


@pytest.fixture
def browser_language() -> str:
    """The language the browser asks for; override it with `parametrize`."""
    return "en"


@pytest.fixture
def context(browser: "Browser", browser_language: str) -> "Iterator[BrowserContext]":
    """Open a browser profile of its own, so that no cookie outlives a test."""
    opened = browser.new_context(
        locale=browser_language, timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900}
    )
    opened.set_default_timeout(15000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: "BrowserContext") -> "Page":
    """Open an empty page."""
    return context.new_page()
