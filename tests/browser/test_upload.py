"""A file sent in blocks by the page: it breaks off, is found half there after a reload, goes on, and is checked."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from catalog.models import Transfer, Upload
from catalog.views import files
from tests.browser.conftest import OpenPage
from tests.cast import Cast
from tests.factories.catalog import resource_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = 6000
BLOCK = 4096


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "streets.csv"
    lines = (f"2{number:08d},南岭,张三\n" for number in range(ROWS))
    path.write_text("街道代码,街道名称,联系人\n" + "".join(lines), encoding="utf-8")
    return path


def _open(page: Page, cast: Cast) -> str:
    page.goto("/robots.txt")
    session = cast.client("steward").cookies["songhua_session"].value
    page.context.add_cookies([{"name": "songhua_session", "value": session, "url": page.url}])
    address = f"{resource_in(cast, 'published').get_absolute_url()}upload/"
    page.goto(address)
    return address


def _choose(page: Page, table: Path) -> None:
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("button", name="Upload and check").click()


def test_an_upload_breaks_off_and_goes_on_after_a_reload(
    open_page: OpenPage,
    clean_console: Callable[[Page], None],
    cast: Cast,
    table: Path,
    celery_worker: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "BLOCK", BLOCK)
    page = open_page("en-US")
    _open(page, cast)
    _choose(page, table)
    panel = page.locator("[data-transfer]")
    expect(panel.locator("[data-percent]")).to_have_text(re.compile("^[1-9]"))
    expect(panel).to_have_attribute("data-state", "sending")
    page.context.set_offline(True)
    page.get_by_role("button", name="Pause").click()
    expect(panel).to_have_attribute("data-state", "paused")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.context.set_offline(False)
    page.reload()
    expect(panel.get_by_role("status")).to_contain_text("not all there yet")
    kept = Transfer.objects.get()
    assert 0 < kept.offset < kept.length
    clean_console(page)
    sent: list[int] = []
    page.on("request", lambda asked: sent.append(int(asked.headers.get("upload-offset", -1))))
    _choose(page, table)
    page.wait_for_url("**/uploads/*/", timeout=30_000)
    expect(page.locator("[data-state=accepted]").first).to_be_visible(timeout=20_000)
    assert min(offset for offset in sent if offset >= 0) == kept.offset, "what was there is not sent again"
    assert Upload.objects.get().byte_count == table.stat().st_size
    assert page.evaluate("() => localStorage.length") == 0


def test_a_transfer_is_given_up_and_a_refusal_is_said(
    open_page: OpenPage, cast: Cast, table: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(files, "BLOCK", BLOCK)
    page = open_page("en-US")
    _open(page, cast)

    def break_off(route: Route, request: Request) -> None:
        if request.method == "PATCH":
            route.abort()
        else:
            route.continue_()

    page.route("**/versions/tus/*-*", break_off)
    _choose(page, table)
    expect(page.locator("[data-transfer]")).to_have_attribute("data-state", "sending")
    page.get_by_role("button", name="Give up").click()
    expect(page.get_by_role("status").filter(has_text="Given up")).to_be_visible()
    expect(page.locator("input[type=file]")).to_be_focused()
    for _ in range(200):
        if not Transfer.objects.exists():
            break
        page.wait_for_timeout(100)
    assert not Transfer.objects.exists()
    assert page.evaluate("() => localStorage.length") == 0
    monkeypatch.setattr(settings, "UPLOAD_MAX_BYTES", 10)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("status").filter(has_text="larger than can be taken")).to_be_visible()


def test_a_transfer_given_up_while_it_is_announced_leaves_nothing(open_page: OpenPage, cast: Cast, table: Path) -> None:
    page = open_page("en-US")
    _open(page, cast)
    held: list[Route] = []
    page.route("**/versions/tus/", lambda route, _request: held.append(route))
    _choose(page, table)
    expect(page.locator("[data-transfer]")).to_have_attribute("data-state", "starting")
    for name in ("Pause", "Go on"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    page.get_by_role("button", name="Give up").click()
    expect(page.get_by_role("status").filter(has_text="Given up")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as ended:
        held[0].continue_()
    assert ended.value.status == 204
    assert not Transfer.objects.exists()
    expect(page.locator("[data-transfer]")).to_have_attribute("data-state", "failed")


def test_a_lost_answer_to_the_announcement_begins_no_second_transfer(
    open_page: OpenPage, cast: Cast, table: Path, celery_worker: None
) -> None:
    page = open_page("en-US")
    _open(page, cast)
    lost: list[int] = []

    def lose(route: Route, _request: Request) -> None:
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            route.abort()
        lost.append(answer.status)

    page.route("**/versions/tus/", lose)
    _choose(page, table)
    page.wait_for_url("**/uploads/*/", timeout=30_000)
    assert lost == [201, 201]
    assert Transfer.objects.count() == 1


def test_without_script_the_form_sends_the_file_whole(open_page: OpenPage, cast: Cast, table: Path) -> None:
    page = open_page("en-US", script=False)
    _open(page, cast)
    expect(page.locator("[data-transfer]")).to_be_hidden()
    _choose(page, table)
    page.wait_for_url("**/uploads/*/", timeout=30_000)
    assert not Transfer.objects.exists()
