"""The catalogue as people meet it: both languages, a registration without script, the progress of a file."""

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Resource, Upload
from catalog.services.versions import check_upload, receive_upload
from portal.kernel.actors import system_actor
from tests.browser.checks import faults
from tests.browser.conftest import PHONE, OpenPage
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADER = "街道代码,街道名称,联系人\n"


def sign_in(page: Page, cast: Cast, name: str) -> None:
    """Let a page be read by one of the cast."""
    page.goto("/robots.txt")
    session = cast.client(name).cookies["songhua_session"].value
    page.context.add_cookies([{"name": "songhua_session", "value": session, "url": page.url}])


def _load(cast: Cast, resource: Resource, rows: str) -> Upload:
    file = io.BytesIO((HEADER + rows).encode())
    actor = cast.actor("steward")
    upload = receive_upload(actor, resource=resource, file=file, name="streets.csv", announce=False)
    return check_upload(system_actor("test"), upload_id=upload.pk)


def _addresses(cast: Cast) -> list[str]:
    published, submitted = resource_in(cast, "published"), resource_in(cast, "submitted", "殡葬服务机构名单")
    working = draft(cast.actor("steward"), cast.provider, "养老机构名录", abstract_zh="")
    uploads = [_load(cast, published, rows) for rows in ("220102001,南岭,张三\n", "22010200111,南岭,张三\n,x,y\n")]
    at, work = published.get_absolute_url(), working.get_absolute_url()
    pages = ("", "items/", "versions/", "rows/", "history/", "similar/", "upload/")
    sections = ("edit/", "edit/basic/", "edit/items/", "edit/attributes/", "edit/attributes/name/", "check/")
    return [
        "/catalog/",
        "/catalog/?q=zzz",
        "/catalog/mine/",
        "/catalog/register/",
        *(at + page for page in pages),
        *(f"{at}uploads/{upload.pk}/" for upload in uploads),
        *(work + page for page in (*sections, "edit/assessments/")),
        f"{submitted.get_absolute_url()}review/",
    ]


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_pages_are_accessible_and_fit_a_phone(
    open_page: OpenPage, axe: Callable[[Page], list[str]], cast: Cast, locale: str
) -> None:
    page = open_page(locale)
    sign_in(page, cast, "steward")
    problems = []
    for address in _addresses(cast):
        page.goto(address)
        problems += [f"{address}: {found}" for found in faults(page, axe, PHONE)]
    assert problems == []


@pytest.mark.parametrize("script", [True, False])
def test_similar_resources_come_by_themselves_or_by_a_link(open_page: OpenPage, cast: Cast, *, script: bool) -> None:
    looked_at, other = (resource_in(cast, "published", title) for title in ("河流断面名录", "河流采砂点"))
    page = open_page("zh-CN", script=script)
    sign_in(page, cast, "holder")
    page.goto(looked_at.get_absolute_url())
    page.locator("#similar").scroll_into_view_if_needed()
    if not script:
        page.locator("section", has=page.locator("#similar")).get_by_role("link").click()
        expect(page.locator("h1")).to_have_text("相似资源")
    expect(page.get_by_role("link", name=other.title_zh)).to_be_visible()


def test_a_resource_is_registered_without_script(open_page: OpenPage, cast: Cast) -> None:
    page = open_page("en-US", script=False)
    sign_in(page, cast, "steward")
    page.goto("/catalog/register/")
    page.get_by_label("Name in Chinese").fill("停车场名录")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Data items").click()
    page.get_by_role("button", name="Add a row").click()
    page.locator("[name=items-0-name_zh]").fill("名称")
    page.locator("[name=items-1-name_zh]").fill("地址")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Check and submit").click()
    expect(page.get_by_role("alert")).to_contain_text("missing")
    expect(page.get_by_role("button", name="Submit")).to_have_count(0)
    assert [item.code for item in Resource.objects.get().items.all()] == ["mingcheng", "dizhi"]


def test_the_progress_of_a_check_refreshes_itself(open_page: OpenPage, cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    file = io.BytesIO((HEADER + "220102001,南岭,张三\n").encode())
    upload = receive_upload(cast.actor("steward"), resource=resource, file=file, name="streets.csv", announce=False)
    page = open_page("en-US")
    sign_in(page, cast, "steward")
    page.goto(f"{resource.get_absolute_url()}uploads/{upload.pk}/")
    expect(page.locator("[data-state=received]")).to_be_visible()
    check_upload(system_actor("test"), upload_id=upload.pk)
    expect(page.locator("[data-state=accepted]")).to_be_visible()
