"""The pages around the apps as people meet them: in both languages, by keyboard, without script, signed in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import faults
from tests.browser.conftest import PHONE, OpenPage
from tests.cast import Cast
from tests.factories.opening import edition_in
from tests.factories.sharing import request_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PUBLIC = (
    "/",
    "/display/",
    "/accessibility/",
    "/help/",
    "/site-map/",
    "/developers/",
    "/developers/api/",
    "/accounts/login/",
)
OWN = ("/desk/", "/desk/?tab=started", "/desk/?tab=done", "/me/", "/notices/", "/accounts/", "/accounts/password/")


def _sign_in(page: Page, cast: Cast, name: str) -> None:
    page.goto("/robots.txt")
    session = cast.client(name).cookies["songhua_session"].value
    page.context.add_cookies([{"name": "songhua_session", "value": session, "url": page.url}])


def _problems(page: Page, addresses: tuple[str, ...], axe: Callable[[Page], list[str]]) -> list[str]:
    found = []
    for address in addresses:
        page.goto(address)
        found += [f"{address}: {problem}" for problem in faults(page, axe, PHONE)]
    return found


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_pages_around_the_apps_are_accessible(
    open_page: OpenPage, axe: Callable[[Page], list[str]], cast: Cast, locale: str
) -> None:
    edition_in(cast)
    request_in(cast, "with_provider")
    page = open_page(locale)
    assert _problems(page, PUBLIC, axe) == []
    _sign_in(page, cast, "steward")
    assert _problems(page, OWN, axe) == []


def test_signing_in_by_keyboard_leads_to_the_desk_and_out_again(open_page: OpenPage, cast: Cast) -> None:
    person = cast.user("steward")
    person.set_password("Kb-only-Way-2026")
    person.save(update_fields=["password"])
    page = open_page("en-US")
    page.goto("/accounts/login/")
    page.get_by_label("User name").focus()
    page.keyboard.type(person.username)
    page.keyboard.press("Tab")
    page.keyboard.type("Kb-only-Way-2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My desk")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_wrong_password_is_said_in_the_summary_that_takes_the_focus(open_page: OpenPage, cast: Cast) -> None:
    page = open_page("en-US")
    page.goto("/accounts/login/")
    page.get_by_label("User name").fill("steward")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith("Error:")


def test_a_key_is_made_without_script(open_page: OpenPage, cast: Cast) -> None:
    page = open_page("en-US", script=False)
    _sign_in(page, cast, "steward")
    page.goto("/me/")
    page.get_by_label("What the key is for").fill("nightly")
    page.get_by_label("Read the catalog").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("code#secret")).to_contain_text("sh_")
