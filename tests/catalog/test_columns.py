"""Who has this column: items by name, pinyin, column name and data element, grouped by meaning; codes in the search."""

from itertools import pairwise

import pytest

from catalog.data.standards.codes import CodeRow
from catalog.models import CodeSet, Element, Item
from catalog.selectors import resources, search
from catalog.selectors.holders import Grouped, holders, holding_items, holding_words
from catalog.services.bindings import bind_items
from catalog.services.code_sets import create_code_set, enforce_code_set, new_code_set_version, set_codes
from catalog.services.element_sources import name_source
from catalog.services.elements import create_element, enforce_element
from portal.kernel.errors import NotFound
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
    part = found.part(30)
    assert (len(found), len(part.placed), part.is_first, part.is_last) == (3, 3, True, True)
    assert part.placed[2].item.resource.title_zh == "村名录"
    groups = holders(part.placed, found.totals)
    assert [(group.name, group.total) for group in groups] == [("水体类别代码", 2), ("联系人", 1)]
    assert groups[0].source_departments() == {cast.provider.pk}
    assert groups[1].sources == []
    assert {item.resource.title_zh for item in holding_items(steward, element=river.identifier)} == {
        "水库名录",
        "湖泊名录",
    }
    assert not holding_items(steward).exists()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 20])
def test_the_groups_are_walked_forward_and_back_without_losing_any(cast: Cast, river: Element, size: int) -> None:
    steward = cast.actor("steward")
    for number in range(5):
        made = draft(steward, cast.provider, f"名录{number}")
        bound = ["联系人"] if number < 3 else ["街道名称"] if number == 3 else []
        bind_items(steward, resource=made, bindings={made.items.get(name_zh=name).code: river for name in bound})
    found = Grouped(holding_words(steward, "jd"))
    whole = [one.item.pk for one in found.part(100).placed]
    assert len(whole) == len(found) > 8
    assert len(found.totals) > 2
    for before, after in pairwise(found.part(100).placed):
        ranks = [list(found.totals).index(one.meaning) for one in (before, after)]
        assert (ranks[0], before.item.pk) < (ranks[1], after.item.pk)
    part, forward, starts = found.part(size), [], []
    while True:
        forward += [one.item.pk for one in part.placed]
        starts.append(part.placed[0].item.pk)
        if part.is_last:
            break
        part = found.part(size, after=forward[-1])
        assert not part.is_first
    assert forward == whole
    back: list[int] = [one.item.pk for one in part.placed]
    while not part.is_first:
        part = found.part(size, before=back[0])
        back = [one.item.pk for one in part.placed] + back
    assert back == whole
    with pytest.raises(NotFound):
        found.part(size, after=whole[-1])
    with pytest.raises(NotFound):
        found.part(size, before=whole[0])
    with pytest.raises(NotFound):
        found.part(size, after=0)


def test_the_page_walks_on_and_refuses_what_is_no_place(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.views.columns._ITEMS_A_PAGE", 1)
    for title in ("湖泊名录", "水库名录"):
        resource_in(cast, "published", title)
    client, address = cast.client("holder"), "/catalog/columns/?q=联系人"
    first = client.get(address).content.decode()
    assert 'rel="prev"' not in first
    place = Item.objects.filter(name_zh="联系人").earliest("pk").pk
    assert f"after={place}" in first
    second = client.get(f"{address}&after={place}").content.decode()
    assert ("湖泊名录" in first, "水库名录" in second, 'rel="next"' in second) == (True, True, False)
    last = Item.objects.filter(name_zh="联系人").latest("pk").pk
    assert f"before={last}" in second
    assert "湖泊名录" in client.get(f"{address}&before={last}").content.decode()
    assert client.get(f"{address}&after=x").status_code == 400
    assert client.get(f"{address}&after={'9' * 19}").status_code == 400
    assert client.get(f"{address}&after={last}").status_code == 404


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
