"""Pages for the browser tests: a fresh context each, and the checks that every page must pass."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.checks import Console, axe_violations

WINDOW = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}
OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[OpenPage]:
    """Open pages on the live server: ``open_page(locale="zh-CN", script=True, **context options)``."""
    contexts: list[BrowserContext] = []

    def opened(locale: str = "zh-CN", *, script: bool = True, **options: Any) -> Page:
        chosen = {"viewport": WINDOW, **options}
        context = browser.new_context(
            base_url=live_server.url,
            locale=locale,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            java_script_enabled=script,
            **chosen,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page_zh(open_page: OpenPage) -> Page:
    """A page of a reader whose browser asks for Chinese."""
    return open_page("zh-CN")


@pytest.fixture
def page_en(open_page: OpenPage) -> Page:
    """A page of a reader whose browser asks for English."""
    return open_page("en-US")


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """The accessibility check: ``assert axe(page) == []``."""
    return axe_violations


@pytest.fixture
def clean_console() -> Iterator[Callable[[Page], None]]:
    """Watch pages with ``clean_console(page)`` before opening them; errors fail the test at its end."""
    consoles: list[Console] = []
    yield lambda page: consoles.append(Console(page))
    for console in consoles:
        console.assert_clean()
