"""The working pages of the catalog that no journey passes: accessible, on a phone, on paper, without a reason given."""

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Deletion
from catalog.services.deletions import carry_out_deletion, move_deletion, propose_deletion
from catalog.services.versions import check_upload, receive_upload
from portal.kernel.actors import system_actor
from tests.browser.checks import faults
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_catalog import sign_in
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in
from tests.factories.world import World, build_world
from tests.test_access import addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMARTPHONE = {"width": 390, "height": 800}
#: Pages under these names, as the provider's data officer sees them, and what is asked of them.
PAGES = {
    "catalog:asset": "",
    "catalog:assets": "",
    "catalog:assessments": "",
    "catalog:batch": "",
    "catalog:batches": "",
    "catalog:bulk": "",
    "catalog:columns": "?q=code",
    "catalog:completeness": "",
    "catalog:deletion": "",
    "catalog:deletion_new": "",
    "catalog:deletions": "",
    "catalog:element_sources": "",
    "catalog:extensions": "",
    "catalog:handover": "",
    "catalog:handover_new": "",
    "catalog:handovers": "",
    "catalog:impact": "?change=retire",
    "catalog:lineage": "",
    "catalog:mapping": "",
    "catalog:profile": "",
    "catalog:quality": "",
    "catalog:quality_departments": "",
    "catalog:quality_rule_new": "?kind=expression",
    "catalog:quality_rules": "",
    "catalog:reality": "",
    "catalog:reality_of": "",
    "catalog:run": "",
    "catalog:serving": "",
    "catalog:source": "",
    "catalog:source_edit": "",
    "catalog:sources": "",
    "catalog:standards": "",
    "catalog:ticket": "",
    "catalog:tickets": "",
    "catalog:tolerance": "",
    "catalog:tree": "",
    "catalog:version": "",
}


@pytest.fixture
def world(cast: Cast) -> World:
    """One object of each kind."""
    return build_world(cast)


def test_working_pages_are_accessible_and_fit_a_phone(
    open_page: OpenPage, axe: Callable[[Page], list[str]], world: World
) -> None:
    page, patterns = open_page("zh-CN"), addresses()
    sign_in(page, world.cast, "steward")
    problems = []
    for name, asked in PAGES.items():
        response = page.goto(world.address(name, patterns[name]) + asked)
        assert response is not None
        assert response.status == 200, name
        problems += [f"{name}: {found}" for found in faults(page, axe, PHONE)]
    assert problems == []


def test_a_missing_reason_is_said_at_the_top_and_leads_to_its_field(open_page: OpenPage, cast: Cast) -> None:
    page = open_page("en-US")
    sign_in(page, cast, "office_head")
    page.goto(f"{resource_in(cast, 'submitted').get_absolute_url()}review/")
    page.get_by_role("button", name="Return").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error:"))
    summary.get_by_role("link").click()
    expect(page.locator("#act-reason")).to_be_focused()


def test_on_a_phone_what_a_change_touches_is_read_without_scrolling_sideways(open_page: OpenPage, world: World) -> None:
    page = open_page("en-US", viewport=SMARTPHONE)
    sign_in(page, world.cast, "steward")
    page.goto(f"{world.resource.get_absolute_url()}impact/?change=retire")
    cells = page.locator("#touched ~ .scroll tbody td")
    assert cells.count() > 0
    for cell in cells.all():
        box = cell.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SMARTPHONE["width"], cell.inner_text()
    page.goto(f"{world.resource.get_absolute_url()}lineage/")
    expect(page.locator("svg.graph")).to_be_hidden()
    expect(page.get_by_role("link", name=world.grant.number).first).to_be_visible()


def _deleted(cast: Cast) -> Deletion:
    """Data of a draft, deleted and certified."""
    resource = draft(cast.actor("steward"), cast.provider)
    for name in ("张", "李"):
        file = io.BytesIO(f"街道代码,街道名称,联系人\n7,新街道,{name}\n".encode())
        upload = receive_upload(cast.actor("steward"), resource=resource, file=file, name="a.csv", announce=False)
        check_upload(system_actor("test"), upload_id=upload.pk)
    facts = {"reason": "保存期限已满", "basis": "数据管理办法第十条"}
    deletion = propose_deletion(cast.actor("steward"), resource=resource, numbers=[1], **facts)
    deletion = move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve", reason="同意")
    return carry_out_deletion(system_actor("catalog.carry_out_deletion"), deletion_id=deletion.pk)


def test_a_certificate_stands_alone_on_paper(open_page: OpenPage, cast: Cast) -> None:
    deletion = _deleted(cast)
    page = open_page("en-US")
    sign_in(page, cast, "office_head")
    page.goto(deletion.get_absolute_url())
    certificate = page.get_by_role("heading", name="Certificate of deletion")
    checked_at = page.get_by_text("This certificate can be checked", exact=False)
    expect(certificate).to_be_visible()
    expect(page.locator("main h1")).to_be_visible()
    expect(checked_at).to_be_hidden()
    page.emulate_media(media="print")
    expect(certificate).to_be_visible()
    expect(checked_at).to_be_visible()
    expect(checked_at).to_contain_text(deletion.get_absolute_url())
    expect(page.get_by_text("数据管理办法第十条")).to_be_visible()
    for away in (
        page.locator("main h1"),
        page.locator("nav.tabs"),
        page.get_by_role("link", name="Certificate as JSON"),
    ):
        expect(away).to_be_hidden()
