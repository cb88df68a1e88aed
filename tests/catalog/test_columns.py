"""Who has this column: items by name, pinyin, column name and data element, grouped by meaning; codes in the search."""

import pytest

from catalog.data.standards.codes import CodeRow
from catalog.models import CodeSet, Element
from catalog.selectors import resources, search
from catalog.selectors.holders import Grouped, holders, holding_items, holding_words
from catalog.services.bindings import bind_items
from catalog.services.code_sets import create_code_set, enforce_code_set, new_code_set_version, set_codes
from catalog.services.element_sources import name_source
from catalog.services.elements import create_element, enforce_element
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def river(cast: Cast) -> Element:
    """An element in force whose values are codes of a set in force."""
    keeper = cast.actor("coordinator")
    first = create_code_set(keeper, code="waters", number="1", name_zh="水体类别")
    set_codes(keeper, version=first, rows=[CodeRow(code="1", label_zh="湖泊", label_en="Lake")])
    enforce_code_set(keeper, version=first)
    made = create_element(
        keeper,
        name_zh="水体类别代码",
        definition="水体的类别。",
        synonyms=["河湖种类"],
        code_set=CodeSet.objects.get(code="waters"),
    )
    return enforce_element(keeper, element=made)


def titles(cast: Cast, words: str) -> list[str]:
    return [resource.title_zh for resource in search(resources(cast.actor("steward")), words=words).results]


@pytest.mark.parametrize("words", ["联系人", "lianxiren", "lxr", "lianx"])
def test_resources_are_found_by_the_names_of_their_items(cast: Cast, words: str) -> None:
    draft(cast.actor("steward"), cast.provider, "水库名录")
    assert titles(cast, words) == ["水库名录"]


def test_the_labels_of_codes_find_what_is_bound_to_them(cast: Cast, river: Element) -> None:
    steward, keeper = cast.actor("steward"), cast.actor("coordinator")
    made = draft(steward, cast.provider, "水库名录")
    assert titles(cast, "湖泊") == []
    bind_items(steward, resource=made, bindings={made.items.all()[0].code: river})
    for words in ("湖泊", "hupo", "hp", "lake", "水库 湖泊", "河湖种类"):
        assert titles(cast, words) == ["水库名录"], words
    assert titles(cast, "铁路 湖泊") == []
    second = new_code_set_version(keeper, code_set=CodeSet.objects.get(code="waters"), number="2")
    set_codes(keeper, version=second, rows=[CodeRow(code="1", label_zh="沼泽")])
    assert titles(cast, "沼泽") == []
    enforce_code_set(keeper, version=second)
    assert titles(cast, "沼泽") == ["水库名录"]
    assert titles(cast, "湖泊") == []


def test_items_of_one_meaning_stand_together_with_the_source_of_their_element(cast: Cast, river: Element) -> None:
    steward = cast.actor("steward")
    for title in ("水库名录", "湖泊名录"):
        made = draft(steward, cast.provider, title)
        bind_items(steward, resource=made, bindings={made.items.get(name_zh="联系人").code: river})
    draft(steward, cast.provider, "村名录")
    name_source(
        cast.actor("coordinator"),
        identifier=river.identifier,
        region=cast.provider.region,
        department=cast.provider,
        basis="决定",
    )
    found = Grouped(holding_words(steward, "lianxiren"))
    assert (len(found), len(found[1:3]), found[3:9]) == (3, 2, [])
    assert found[2].item.resource.title_zh == "村名录"
    groups = holders(found[0:30], found.totals)
    assert [(group.name, group.total) for group in groups] == [("水体类别代码", 2), ("联系人", 1)]
    assert groups[0].source_departments() == {cast.provider.pk}
    assert groups[1].sources == []
    assert {item.resource.title_zh for item in holding_items(steward, element=river.identifier)} == {
        "水库名录",
        "湖泊名录",
    }
    assert not holding_items(steward).exists()


def test_only_items_of_resources_she_may_see_are_found(cast: Cast) -> None:
    draft(cast.actor("steward"), cast.provider, "水库名录")
    assert not holding_items(cast.actor("outsider"), "联系人").exists()
    resource_in(cast, "published", "湖泊名录")
    assert {item.resource.title_zh for item in holding_items(cast.actor("outsider"), "联系人")} == {"湖泊名录"}
    assert not holding_items(cast.actor("visitor"), "联系人").exists()


def test_the_page_leads_to_the_item_and_to_asking_for_it(cast: Cast) -> None:
    resource = resource_in(cast, "published", "湖泊名录")
    page = cast.client("holder").get("/catalog/columns/?q=联系人").content.decode()
    assert f"/catalog/{resource.address}/items/#item-" in page
    assert f"/sharing/requests/new/?resource={resource.code}" in page
    assert "Nobody has such a column" in cast.client("holder").get("/catalog/columns/?q=铁路里程").content.decode()
    empty = cast.client("holder").get("/catalog/columns/")
    assert "Nobody" not in empty.content.decode()


def test_the_api_lists_the_same_items(cast: Cast, river: Element) -> None:
    steward = cast.actor("steward")
    made = draft(steward, cast.provider, "水库名录")
    bind_items(steward, resource=made, bindings={made.items.get(name_zh="联系人").code: river})
    client = cast.client("steward")
    answer = client.get("/api/v1/catalog/columns/", {"q": "lxr"}).json()
    line = answer["results"][0]
    assert (line["resource"], line["element"], line["sources"]) == (made.code, river.identifier, [])
    assert client.get("/api/v1/catalog/columns/").json()["results"] == []
    assert client.get("/api/v1/catalog/columns/", {"q": "长" * 201}).status_code == 400
