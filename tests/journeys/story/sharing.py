"""Sharing: the resource is found, asked for, granted, read by those who may, suspended and resumed."""

import csv
import io
import re
from datetime import timedelta

from django.utils import timezone

from tests.journeys.reader import Reader
from tests.journeys.story.story import Story, rows_of_streets


def find_and_ask(story: Story) -> None:
    """An official of a city finds the resource in Chinese, by pinyin and by facet, and asks for three items."""
    asker = story.person("changchun.minzheng.officer")
    for words in ("街道 核对", "jiedao", "jdxz", story.title):
        asker.visit(f"/catalog/?q={words}")
        assert story.stamp in asker.text, f"{words} does not find it"
    asker.visit(f"/catalog/?q={story.title}")
    assert story.stamp in asker.page.locator("main h2 a, main h3 a").first.inner_text(), "an exact title stands first"
    asker.visit(f"/catalog/{story.resource}/")
    asker.page.locator('main a[href*="/sharing/requests/new/"]').first.click()
    asker.page.wait_for_load_state()
    asker.look()
    asker.tick("items", "code", "name", "provinceCode")
    asker.fill({"title": f"地址核对{story.stamp}"})
    asker.submit("title")
    story.request = asker.number if asker.number.startswith("GX-") else asker.page.url.rstrip("/").split("/")[-1]
    asker.visit(f"/sharing/requests/{story.request}/")
    asker.press("submit")
    assert asker.errors().count() >= 1, "the five statements of Order 809 art 20 are needed"
    asker.visit(f"/sharing/requests/{story.request}/edit/")
    asker.fill(
        {
            "use_scenario": "每月比对社会救助申请中的地址。",
            "legal_basis": "《政务数据共享条例》第二十条",
            "scope": "长春市所辖街道。",
            "method": "file",
            "valid_until": (timezone.localdate() + timedelta(days=120)).isoformat(),
            "rows-0-item": "cityCode",
            "rows-0-op": "eq",
            "rows-0-value": "2201",
        }
    )
    asker.submit("title")
    asker.press("submit")
    assert asker.state == "consent_pending"
    head = story.person("changchun.minzheng.head")
    head.visit("/desk/")
    assert story.stamp in head.text
    head.visit(f"/sharing/requests/{story.request}/")
    head.press("consent")
    assert head.state == "with_provider"
    asker.close()
    head.close()


def decide(story: Story) -> None:
    """The provider's staff see it with its deadline and approve; the job opens the grant."""
    steward = story.person("minzheng.officer")
    steward.visit("/desk/")
    assert story.stamp in steward.text
    steward.visit(f"/sharing/requests/{story.request}/")
    steward.press("approve")
    assert steward.wait_for_state("delivered") == "delivered"
    link = steward.page.locator('main a[href*="/sharing/grants/"]').first
    story.grant = (link.get_attribute("href") or "").rstrip("/").split("/")[-1]
    steward.close()


def read(story: Story) -> None:
    """The requester reads exactly the granted items and rows, in files and by key; others get nothing."""
    wanted = [[row[0], row[1], row[3]] for row in rows_of_streets()[1:] if row[4] == "2201"]
    asker = story.person("changchun.minzheng.officer")
    asker.visit(f"/sharing/grants/{story.grant}/")
    got = list(
        csv.reader(io.StringIO(asker.download(f"/sharing/grants/{story.grant}/download/csv/").decode("utf-8-sig")))
    )
    assert got[0] == ["code", "name", "provinceCode"]
    assert got[1:] == wanted
    key = _make_key(story, asker)
    headers = {"Authorization": f"Bearer {key}"}
    address = f"{story.product.url}/api/v1/sharing/grants/{story.grant}/rows?limit=10000"
    visitor = story.person()
    rows = visitor.context.request.get(address, headers=headers).json()
    assert rows["total"] == len(wanted)
    assert [[row["code"], row["name"], row["provinceCode"]] for row in rows["rows"]] == wanted
    assert visitor.context.request.get(address + "&columns=areaCode", headers=headers).status == 400
    assert visitor.context.request.get(address).status == 401
    other = story.person("yanbian.wenlv.officer")
    assert other.status_of(f"/sharing/grants/{story.grant}/") == 404
    assert other.status_of(f"/sharing/grants/{story.grant}/download/csv/") == 404
    steward = story.person("minzheng.head")
    steward.visit(f"/sharing/grants/{story.grant}/")
    steward.press("suspend", "核查使用情况。")
    assert asker.status_of(f"/sharing/grants/{story.grant}/download/csv/") == 403
    assert visitor.context.request.get(address, headers=headers).status == 403
    steward.visit(f"/sharing/grants/{story.grant}/")
    steward.press("resume", "核查完毕。")
    assert asker.status_of(f"/sharing/grants/{story.grant}/download/csv/") == 200
    for reader in (asker, visitor, other, steward):
        reader.close()


def _make_key(story: Story, asker: Reader) -> str:
    asker.visit("/me/")
    asker.fill({"name": "journey"})
    asker.tick("scopes", "sharing:read")
    asker.submit("scopes")
    found = re.search(r"sh_[\w-]{40,}", asker.text)
    assert found, "the key is shown once"
    asker.visit("/me/")
    assert found[0] not in asker.page.content()
    return found[0]
