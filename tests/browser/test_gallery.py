"""Every component in every mode: no accessibility violation, no sideways scrolling, a clean console."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.checks import overflow, too_small_targets
from tests.browser.conftest import PHONE, OpenPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.browser.gallery_urls"),
    pytest.mark.django_db(transaction=True),
]
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "large": {"cookies": {"songhua_text": "large"}},
    "phone": {"viewport": PHONE},
    "forced": {"forced_colors": "active"},
}
SHOTS = os.environ.get("SHOTS")


def _open(open_page: OpenPage, locale: str, mode: str, address: str) -> Page:
    options = dict(MODES[mode])
    cookies = options.pop("cookies", {})
    page = open_page(locale, **options)
    page.goto("/robots.txt")
    page.context.add_cookies([{"name": name, "value": value, "url": page.url} for name, value in cookies.items()])
    page.goto(address)
    return page


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("address", ["/gallery/", "/gallery/?errors=1"])
def test_components_pass_in_every_mode(
    open_page: OpenPage, axe: Callable[[Page], list[str]], locale: str, address: str
) -> None:
    found = {}
    for mode in MODES:
        page = _open(open_page, locale, mode, address)
        if SHOTS:
            name = f"gallery-{'errors-' if 'errors' in address else ''}{locale[:2]}-{mode}.png"
            page.screenshot(path=Path(SHOTS) / name, full_page=True)
        found[mode] = [*axe(page), *too_small_targets(page), *(["wider than the window"] if overflow(page) > 0 else [])]
    assert [problem for problems in found.values() for problem in problems] == []


def test_errors_take_the_focus(open_page: OpenPage) -> None:
    page = _open(open_page, "en-US", "light", "/gallery/?errors=1")
    assert page.evaluate("document.activeElement.classList.contains('errors')")
    assert page.title().startswith("Error:")


def test_console_stays_clean(open_page: OpenPage, clean_console: Callable[[Page], None]) -> None:
    page = open_page("en-US")
    clean_console(page)
    page.goto("/gallery/")
    page.goto("/help/")


def test_large_text_is_chosen_without_script_and_comes_back_to_the_page(open_page: OpenPage) -> None:
    page = open_page("en-US", script=False)
    page.goto("/help/?from=test")
    page.get_by_role("link", name="Large text").click()
    assert page.url.endswith("/help/?from=test")
    assert page.locator("html").get_attribute("data-text") == "large"


def test_language_is_switched_and_kept(open_page: OpenPage) -> None:
    page = open_page("en-US")
    page.goto("/help/")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="中文").click()
    page.goto("/accessibility/")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
