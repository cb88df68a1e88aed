"""Titles of columns in the reader's language: English where an item has one, else Chinese marked as such."""

import pytest

from catalog.models import Resource
from catalog.services import set_items
from tests.cast import Cast
from tests.factories.catalog import ITEMS, draft
from tests.factories.uploads import hand_in, version_of

pytestmark = pytest.mark.django_db
EN, ZH = {"accept-language": "en"}, {"accept-language": "zh-hans"}
NAMED = "Name of the street"
FILES = ("code,name,contact\n220102001,Nanling,Zhang\n", "code,name,contact\n220102001,Nanling,Li\n")
PAGES = ("rows/", "versions/2/", "versions/1/compare/2/", "profile/", "quality/rules/", "lineage/", "impact/")


@pytest.fixture
def resource(cast: Cast) -> Resource:
    """A resource with two versions, of whose items one has no English name."""
    code, name, contact = ITEMS
    items = [code, name | {"name_en": NAMED}, contact | {"name_en": ""}]
    made = draft(cast.actor("steward"), cast.provider, items=items)
    for content in FILES:
        version_of(hand_in(cast, made, content, "a.csv"))
    return made


def shown(cast: Cast, resource: Resource, path: str, **headers: str) -> str:
    page = cast.client("steward").get(f"{resource.get_absolute_url()}{path}", headers=headers)
    assert page.status_code == 200, path
    text: str = page.content.decode()
    return text


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_says_english_titles(cast: Cast, resource: Resource, path: str) -> None:
    page = shown(cast, resource, path, **EN)
    assert NAMED in page
    assert "街道名称" not in page


@pytest.mark.parametrize("path", PAGES)
def test_a_chinese_page_says_chinese_titles(cast: Cast, resource: Resource, path: str) -> None:
    page = shown(cast, resource, path, **ZH)
    assert "街道名称" in page
    assert NAMED not in page


@pytest.mark.parametrize("path", ["rows/", "versions/2/", "versions/1/compare/2/", "profile/", "impact/"])
def test_a_title_that_is_chinese_only_says_its_language(cast: Cast, resource: Resource, path: str) -> None:
    assert '<span lang="zh-Hans">联系人</span>' in shown(cast, resource, path, **EN)


def test_an_item_that_is_gone_keeps_the_title_of_its_version(cast: Cast, resource: Resource) -> None:
    kept = [{"code": "code", "name_zh": "街道代码"}, {"code": "name", "name_zh": "街道名称"}]
    set_items(cast.actor("steward"), resource=resource, items=kept)
    assert '<span lang="zh-Hans">联系人</span>' in shown(cast, resource, "versions/1/", **EN)


def test_rows_that_break_a_rule_stand_under_the_same_titles(cast: Cast, resource: Resource) -> None:
    version_of(hand_in(cast, resource, "code,name,contact\n220102001,N/A,Li\n", "b.csv"))
    name = resource.items.get(code="name")
    page = shown(cast, resource, f"quality/rows/dirty:{name.column_id}/", **EN)
    assert NAMED in page


def test_a_report_names_the_column_as_the_reader_knows_it(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource, "code,name,contact\n2201020019999,Nanling,Li\n", "b.csv")
    page = shown(cast, resource, f"uploads/{upload.pk}/", **ZH)
    assert '街道代码 <span class="code sm">code</span>' in page
