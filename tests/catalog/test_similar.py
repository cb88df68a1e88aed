"""Similar resources: why they are alike, what is too common to count, and that nothing unseen is shown."""

import pytest

from catalog.models import Element
from catalog.selectors import detailed, similar
from catalog.selectors.similar import similar_resources
from catalog.services import set_items
from catalog.services.bindings import bind_items
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in

pytestmark = pytest.mark.django_db


def test_shared_elements_weigh_more_than_columns_and_words(cast: Cast) -> None:
    steward = cast.actor("steward")
    rows = [{"name_zh": "负责人证件号", "type": "C"}, {"name_zh": "水域面积", "type": "N"}]
    one, other, third = (
        draft(steward, cast.provider, title) for title in ("河流断面名录", "湖泊保护范围", "河流采砂点")
    )
    for resource in (one, other):
        set_items(steward, resource=resource, items=rows)
    number = Element.objects.get(identifier="DE00001")
    for resource in (one, other):
        resource.refresh_from_db()
        bind_items(steward, resource=resource, bindings={resource.items.all()[0].code: number})
    set_items(steward, resource=third, items=[{"name_zh": "采砂量", "type": "N"}])
    found = similar_resources(steward, one)
    assert [line.resource for line in found] == [other, third]
    assert [item.name_zh for item in found[0].elements] == ["负责人证件号"]
    assert [item.name_zh for item in found[0].columns] == ["水域面积"]
    assert (found[1].columns, found[1].words) == ([], ["河流"])


def test_what_is_everywhere_makes_nothing_alike(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    steward = cast.actor("steward")
    made = [draft(steward, cast.provider, title) for title in ("河流断面名录", "村庄名录", "湖泊名录")]
    assert len(similar_resources(steward, made[0])) == 2
    monkeypatch.setattr(similar, "_COMMON_ITEMS", 2)
    monkeypatch.setattr(similar, "_COMMON_WORDS", 1)
    assert similar_resources(steward, made[0]) == []


def test_only_what_she_may_see_is_alike_for_her(cast: Cast) -> None:
    published = resource_in(cast, "published", "河流断面名录")
    other = draft(cast.actor("steward"), cast.provider, "河流采砂点")
    assert similar_resources(cast.actor("outsider"), published) == []
    assert len(similar_resources(cast.actor("steward"), published)) == 1
    found = f'href="{other.get_absolute_url()}"'
    address = f"{published.get_absolute_url()}similar/"
    page = cast.client("steward").get(address).content.decode()
    assert found in page
    assert 'role="status">1 resource<' in page
    assert found not in cast.client("outsider").get(address).content.decode()
    assert cast.client("outsider").get(f"{other.get_absolute_url()}similar/").status_code == 404


def test_the_page_of_a_resource_links_them_and_fetches_the_list_alone(cast: Cast) -> None:
    published = resource_in(cast, "published", "河流断面名录")
    other = draft(cast.actor("steward"), cast.provider, "河流采砂点")
    client, address = cast.client("steward"), f"{published.get_absolute_url()}similar/"
    page = client.get(published.get_absolute_url()).content.decode()
    assert f'<a href="{address}">' in page
    assert f'data-hx-get="{address}"' in page
    alone = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert f'href="{other.get_absolute_url()}"' in alone
    assert "<html" not in alone
    nothing = cast.client("outsider").get(address, headers={"HX-Request": "true"}).content.decode()
    assert "No other resource is like this one." in nothing


def test_finding_them_takes_few_queries(cast: Cast, django_assert_max_num_queries: object) -> None:
    steward = cast.actor("steward")
    for n in range(8):
        draft(steward, cast.provider, f"河流断面{n}")
    looked_at = detailed(steward).order_by("pk")[0]
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert len(similar_resources(steward, looked_at)) == similar.SHOWN
