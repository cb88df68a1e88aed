"""A person in front of a browser: signs in, fills forms by their fields, presses verbs, and sees only good pages."""

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Response

from tests.browser.checks import Console, axe_violations, overflow
from tests.journeys.product import Product

LOCALES = {"en": "en-US", "zh": "zh-CN"}
WAIT_SECONDS = 60


class Reader:
    """One browser context of one person; every page visited is checked by axe once, and its console must stay clean."""

    def __init__(self, browser: Browser, product: Product, language: str, **options: Any) -> None:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        self.product, self.language = product, language
        self.context = browser.new_context(
            base_url=product.url,
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **options,
        )
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.console = Console(self.page)
        self.problems: list[str] = []
        self._seen: set[str] = set()

    def sign_in(self, username: str) -> "Reader":
        """Sign in with the account of the demonstration."""
        self.visit("/accounts/login/")
        self.fill({"username": username, "password": self.product.accounts[username]})
        self.submit("username")
        assert self.page.locator('input[name="password"]').count() == 0, f"{username} could not sign in"
        return self

    def visit(self, path: str, *, status: int = 200) -> Response:
        """Open an address and look at the page."""
        response = self.page.goto(path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"
        self.look()
        return response

    def look(self) -> None:
        """Check the page that is shown: its language, one h1, no sideways scrolling, axe without violations."""
        path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{2}-\d{4}-\d+|\d+", "N", self.page.url.split("?")[0])
        if path in self._seen:
            return
        self._seen.add(path)
        where = self.page.url.removeprefix(self.product.url)
        lang = self.page.locator("html").get_attribute("lang")
        if lang != {"en": "en", "zh": "zh-Hans"}[self.language]:
            self.problems.append(f"{where}: lang is {lang}")
        if self.page.locator("h1").count() != 1:
            self.problems.append(f"{where}: not exactly one h1")
        if wide := overflow(self.page):
            self.problems.append(f"{where}: {wide} px too wide")
        self.problems += [f"{where}: {violation}" for violation in axe_violations(self.page)]

    def fill(self, values: Mapping[str, str | bool | Path]) -> None:
        """Fill fields by name: text, choices by value, boxes by truth value, files by path."""
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name}"]').first
            if isinstance(value, Path):
                field.set_input_files(value)
            elif isinstance(value, bool):
                field.set_checked(value)
            elif field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") in {"checkbox", "radio"}:
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            else:
                field.fill(value)

    def tick(self, name: str, *values: str) -> None:
        """Tick exactly these boxes of a group."""
        for box in self.page.locator(f'main input[name="{name}"]:not([disabled])').all():
            box.set_checked((box.get_attribute("value") or "") in values)

    def _press_main(self, field: str) -> None:
        form = self.page.locator("main form", has=self.page.locator(f'[name="{field}"]')).first
        form.locator('button[type="submit"]:not([name])').first.click()

    def submit(self, field: str) -> None:
        """Press the main button of the form in which ``field`` stands."""
        self._press_main(field)
        self.page.wait_for_load_state()
        self.look()

    def hand_in(self, resource: str, fields: Mapping[str, str | bool | Path]) -> None:
        """Send a file of a resource by the upload page, up to the page of its check.

        The page's script sends the file in blocks and goes on by itself; whoever loads the page anew
        meanwhile breaks that off.
        """
        self.visit(f"/catalog/{resource}/upload/")
        self.fill(fields)
        self._press_main("file")
        self.page.wait_for_url("**/uploads/*/")
        self.look()

    def press(self, verb: str, reason: str = "") -> None:
        """Press the button of a verb, with a reason if one is given."""
        if reason:
            self.page.locator('main [name="reason"]').first.fill(reason)
        self.page.locator(f'main button[name="verb"][value="{verb}"]').click()
        self.page.wait_for_load_state()
        self.look()

    @property
    def state(self) -> str:
        """The state of the thing shown."""
        return self.page.locator("main [data-state]").first.get_attribute("data-state") or ""

    @property
    def number(self) -> str:
        """The number of the thing shown."""
        return self.page.locator("main [data-number]").first.get_attribute("data-number") or ""

    @property
    def text(self) -> str:
        """What the main part of the page says."""
        return self.page.locator("main").inner_text()

    def wait_for_state(self, *states: str) -> str:
        """Reload until the thing shown is in one of ``states`` (background work takes a moment)."""
        end = time.monotonic() + WAIT_SECONDS
        while self.state not in states:
            assert time.monotonic() < end, f"{self.page.url} stays at {self.state}, not {states}"
            time.sleep(0.5)
            self.page.reload()
        self.look()
        return self.state

    def errors(self) -> Locator:
        """What the page says is wrong: the error summary and the fields marked invalid."""
        return self.page.locator('main [role="alert"], main [aria-invalid="true"]')

    def download(self, path: str) -> bytes:
        """Fetch a file with this person's session."""
        answer = self.context.request.get(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.body()

    def status_of(self, path: str) -> int:
        """Return the status of an address for this person."""
        return self.context.request.get(path).status

    def close(self) -> None:
        """Close the browser of this person and say what was wrong on the pages seen."""
        self.context.close()
        assert self.problems == []
        wrong = [error for error in self.console.errors if "status of 4" not in error]
        assert wrong == []
