"""One source per data element: named by the authority, resolved upwards, and asked for at submission."""

import pytest

from catalog import services
from catalog.models import Element, ElementSource, Resource
from catalog.selectors import gaps
from catalog.selectors.element_sources import collected_again, sources, sources_for
from catalog.services.assets import declare_origin, edit_asset
from catalog.services.bindings import bind_items
from catalog.services.element_sources import end_source, name_source
from portal.accounts.models import Region
from portal.audit.models import Entry
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.notices.models import Notice
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in


@pytest.fixture
def element(cast: Cast) -> Element:
    """A data element in force."""
    return Element.objects.filter(state="in_force", type="C").order_by("identifier")[0]


def _name(cast: Cast, element: Element, **facts: object) -> ElementSource:
    given = {
        "identifier": element.identifier,
        "region": cast.authority.region,
        "department": cast.stranger,
        "basis": "吉数发〔2026〕1号",
    }
    return name_source(cast.actor("coordinator"), **(given | facts))  # type: ignore[arg-type]  # facts of a test


def _collecting(cast: Cast, element: Element) -> Resource:
    resource = draft(cast.actor("steward"), cast.provider)
    bind_items(cast.actor("steward"), resource=resource, bindings={"name": element})
    return Resource.objects.get(pk=resource.pk)


def test_a_source_is_named_once_and_another_takes_its_place(cast: Cast, element: Element) -> None:
    first = _name(cast, element)
    with pytest.raises(Invalid) as refused:
        _name(cast, element)
    assert set(refused.value.fields) == {"department"}
    second = _name(cast, element, department=cast.provider)
    assert list(sources()) == [second]
    first.refresh_from_db()
    assert first.ended_on is not None
    assert Entry.objects.filter(action="catalog.name_source").count() == 2
    assert set(Notice.objects.filter(kind="catalog.source.named").values_list("user__username", flat=True)) >= {
        "steward",
        "office_head",
    }


@pytest.mark.parametrize("name", ["steward", "office_head", "holder", "auditor", "outsider"])
def test_only_the_regions_coordinator_names_and_ends(cast: Cast, element: Element, name: str) -> None:
    source = _name(cast, element)
    with pytest.raises(NotAllowed):
        end_source(cast.actor(name), source=source, reason="x")
    with pytest.raises(NotAllowed):
        name_source(
            cast.actor(name),
            identifier=element.identifier,
            region=cast.authority.region,
            department=cast.provider,
            basis="x",
        )


def test_what_is_wrong_with_a_source_is_said(cast: Cast, element: Element) -> None:
    for facts, field in (
        ({"identifier": "no-such"}, "identifier"),
        ({"basis": " "}, "basis"),
        ({"resource_code": "999/9"}, "resource_code"),
    ):
        with pytest.raises(Invalid) as refused:
            _name(cast, element, **facts)
        assert set(refused.value.fields) == {field}


def test_ending_needs_a_reason_and_happens_once(cast: Cast, element: Element) -> None:
    source = _name(cast, element)
    with pytest.raises(Invalid):
        end_source(cast.actor("coordinator"), source=source, reason=" ")
    end_source(cast.actor("coordinator"), source=source, reason="职责调整")
    with pytest.raises(NotFound):
        end_source(cast.actor("coordinator"), source=source, reason="again")
    assert not sources()
    assert [one.end_reason for one in sources(with_ended=True)] == ["职责调整"]


def test_the_source_named_nearest_above_holds(cast: Cast, element: Element) -> None:
    province = _name(cast, element)
    assert sources_for(cast.requester, [element.identifier]) == {element.identifier: province}
    city = ElementSource.objects.create(
        identifier=element.identifier,
        region=Region.objects.get(code="220300"),
        department=cast.requester_authority,
        basis="x",
        named_by=cast.user("coordinator"),
    )
    assert sources_for(cast.requester, [element.identifier]) == {element.identifier: city}
    assert sources_for(cast.provider, [element.identifier]) == {element.identifier: province}


def test_collecting_again_keeps_a_description_from_being_submitted(cast: Cast, element: Element) -> None:
    resource = _collecting(cast, element)
    assert "collect_again" not in gaps(resource, list(resource.items.all()))
    _name(cast, element)
    assert [one.item.code for one in collected_again(resource, list(resource.items.all()))] == ["name"]
    with pytest.raises(Invalid) as refused:
        services.submit(cast.actor("steward"), resource=resource)
    assert set(refused.value.fields) == {"collect_again"}
    page = cast.client("steward").get(f"/catalog/{resource.address}/check/")
    assert cast.stranger.name_zh in page.text
    edit_asset(cast.actor("steward"), resource=resource, collect_again_reason="来源数据尚未归集。")
    services.submit(cast.actor("steward"), resource=resource)


def test_what_is_made_from_the_source_is_not_collected_again(cast: Cast, element: Element) -> None:
    resource, source = _collecting(cast, element), resource_in(cast, title="来源")
    Resource.objects.filter(pk=source.pk).update(provider=cast.stranger)
    _name(cast, element)
    declare_origin(cast.actor("steward"), resource=resource, source_code=source.code, kind="copied", column="name")
    assert collected_again(resource, list(resource.items.all())) == []


def test_the_source_itself_collects(cast: Cast, element: Element) -> None:
    resource = _collecting(cast, element)
    _name(cast, element, department=cast.provider, resource_code=resource_in(cast, title="来源").code)
    assert collected_again(resource, list(resource.items.all())) == []


def test_the_page_names_ends_and_finds(cast: Cast, element: Element) -> None:
    client = cast.client("coordinator")
    url = "/catalog/element-sources/"
    given = {"identifier": element.identifier, "region": "220000", "department": cast.stranger.name_zh, "basis": "决定"}
    assert client.post(url, given | {"basis": ""}).status_code == 400
    assert client.post(url, given | {"department": "没有的部门"}).status_code == 400
    assert client.post(url, given).status_code == 302
    assert cast.stranger.name_en in client.get(url, {"q": element.name_zh}).text
    assert cast.stranger.name_en not in client.get(url, {"q": "没有这个"}).text
    number = ElementSource.objects.get().pk
    assert client.post(f"{url}{number}/end/", {"reason": "职责调整"}).status_code == 302
    assert 'data-state="ended"' in client.get(url, {"ended": "1"}).text
    assert cast.client("holder").post(url, given).status_code in {400, 403}


def test_the_api_lists_sources_for_officials(cast: Cast, element: Element) -> None:
    _name(cast, element)
    answer = cast.client("holder").get("/api/v1/sharing/sources/").json()
    assert [(one["element"], one["department"]) for one in answer["results"]] == [
        (element.identifier, cast.stranger.uscc)
    ]
    assert cast.client("visitor").get("/api/v1/sharing/sources/").status_code == 401
    assert cast.client("holder").get("/api/v1/sharing/sources/", {"ended": "yes"}).status_code == 400
