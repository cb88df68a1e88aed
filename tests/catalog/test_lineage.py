"""Where data comes from and goes to, what a change touches, and who is told."""

import pytest

from catalog import services
from catalog.models import Derivation, Resource
from catalog.selectors import impact as impacts
from catalog.selectors.lineage import lineage_of
from catalog.services.assets import declare_origin, take_back_origin
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.notices.models import Notice
from portal.workflow.snapshots import Change
from tests.cast import Cast
from tests.factories import opening as opening_factory
from tests.factories import sharing as sharing_factory
from tests.factories.catalog import resource_in


@pytest.fixture
def shared(cast: Cast) -> Resource:
    """A resource with data, a grant and an open edition."""
    resource = sharing_factory.resource(cast)
    sharing_factory.grant(cast, resource)
    opening_factory.edition_in(cast, "published", resource=resource, items=["code", "name", "city"])
    return resource


@pytest.fixture
def made(cast: Cast) -> Resource:
    """Another resource of the same provider."""
    return resource_in(cast, title="街道统计")


def _declare(cast: Cast, made: Resource, source: Resource, **facts: str) -> Derivation:
    given = {"kind": "computed", "column": "code", "source_column": "code"} | facts
    return declare_origin(cast.actor("steward"), resource=made, source_code=source.code, **given)


def test_lineage_shows_file_grant_and_edition_to_keepers(cast: Cast, shared: Resource) -> None:
    found = lineage_of(cast.actor("steward"), shared)
    assert [one.kind for one in found.origins] == ["upload"]
    assert {one.kind for one in found.dependents} == {"grant", "edition"}
    edition = next(one for one in found.dependents if one.kind == "edition")
    assert set(edition.columns) == {"code", "name", "city"}
    outside = lineage_of(cast.actor("outsider"), shared)
    assert (outside.origins, outside.dependents) == ([], [])


def test_lineage_of_an_item_leaves_out_who_does_not_use_it(cast: Cast, shared: Resource) -> None:
    used = {one.kind: set(one.columns) for one in lineage_of(cast.actor("steward"), shared).dependents}
    only_granted = next(iter(used["grant"] - used["edition"]))
    found = lineage_of(cast.actor("steward"), shared, column=only_granted)
    assert [one.kind for one in found.dependents] == ["grant"]
    assert len(lineage_of(cast.actor("steward"), shared, column="code").dependents) == 2
    with pytest.raises(NotFound):
        lineage_of(cast.actor("steward"), shared, column="nothing")


def test_a_declared_origin_stands_on_both_sides(cast: Cast, shared: Resource, made: Resource) -> None:
    declared = _declare(cast, made, shared)
    origin = next(one for one in lineage_of(cast.actor("steward"), made).origins if one.kind == "resource")
    assert (origin.columns, str(origin.how)) == ({"code": "code"}, "Computed")
    down = [one for one in lineage_of(cast.actor("steward"), shared).dependents if one.kind == "resource"]
    assert [(one.number, one.columns) for one in down] == [(made.code, {"code": "computed"})]
    take_back_origin(cast.actor("steward"), resource=made, derivation_id=declared.pk)
    assert not Derivation.objects.exists()
    with pytest.raises(NotFound):
        take_back_origin(cast.actor("steward"), resource=made, derivation_id=declared.pk)


def test_a_circle_a_repeat_and_an_unknown_source_are_refused(cast: Cast, shared: Resource, made: Resource) -> None:
    third = resource_in(cast, title="第三份")
    _declare(cast, made, shared)
    _declare(cast, third, made)
    for target, source in ((shared, third), (shared, made), (made, made), (made, shared)):
        with pytest.raises(Invalid):
            _declare(cast, target, source)
    with pytest.raises(Invalid) as refused:
        declare_origin(cast.actor("steward"), resource=made, source_code="999/1", kind="copied")
    assert set(refused.value.fields) == {"source_code"}
    with pytest.raises(Invalid):
        _declare(cast, made, shared, source_column="nothing")
    with pytest.raises(NotAllowed):
        declare_origin(cast.actor("outsider"), resource=made, source_code=shared.code, kind="copied")


def test_an_origin_that_the_reader_may_not_see_is_not_named(cast: Cast, shared: Resource, made: Resource) -> None:
    secret = resource_in(cast, "draft", title="未公布的表")
    _declare(cast, made, secret)
    outside = lineage_of(cast.actor("outsider"), made)
    assert [(one.url, "未公布" in str(one.label)) for one in outside.origins] == [("", False)]
    assert secret.code not in cast.client("outsider").get(f"/catalog/{made.address}/lineage/").text


def test_retiring_touches_all_that_stands(cast: Cast, shared: Resource) -> None:
    found = impacts.impact_of_whole(shared, "retire")
    assert {hit.dependent.kind for hit in found.hits} == {"grant", "edition"}
    assert [department.pk for department in found.departments] == [cast.requester.pk]
    assert found.is_public


def test_a_change_of_one_item_touches_its_users_only(cast: Cast, shared: Resource) -> None:
    steward = cast.actor("steward")
    used = {one.kind: set(one.columns) for one in lineage_of(steward, shared).dependents}
    only_grant = next(iter(used["grant"] - used["edition"]))
    found = impacts.impact_of_items(shared, {only_grant: "removed"})
    assert [(hit.dependent.kind, hit.columns) for hit in found.hits] == [("grant", (only_grant,))]
    assert not found.is_public
    with pytest.raises(Invalid):
        impacts.asked(shared, "removed", ["nothing"])
    with pytest.raises(Invalid):
        impacts.asked(shared, "improved", [])


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ({"type": "C"}, None, "removed"),
        (None, {"type": "C"}, None),
        ({"sharing_type": 1}, {"sharing_type": 2}, "closed"),
        ({"sharing_type": 2}, {"sharing_type": 1}, None),
        ({"opening_type": 1}, {"opening_type": 3}, "closed"),
        ({"type": "C"}, {"type": "I"}, "retyped"),
        ({"grade": 1}, {"grade": 2}, "regraded"),
        ({"description": "a"}, {"description": "b"}, None),
    ],
)
def test_differences_are_read_as_what_users_notice(before: object, after: object, effect: str | None) -> None:
    found = impacts.touched_items([Change("item:code", before, after), Change("title_zh", "a", "b")])
    assert found == ({"code": effect} if effect else {})


def test_departments_that_use_a_resource_are_told_when_it_is_held_back(cast: Cast, shared: Resource) -> None:
    services.suspend(cast.actor("office_head"), resource=shared, reason="数据有误")
    told = set(Notice.objects.filter(kind="catalog.touched.suspend").values_list("user__username", flat=True))
    assert told == {"holder", "holder_head"}


def test_pages_draw_declare_and_ask(cast: Cast, shared: Resource, made: Resource) -> None:
    client = cast.client("steward")
    base = f"/catalog/{made.address}/lineage/"
    assert client.post(base, {"source_code": "nichts", "kind": "copied"}).status_code == 400
    answer = client.post(base, {"source_code": shared.code, "kind": "copied", "column": "", "source_column": ""})
    assert answer.status_code == 302
    page = client.get(base).text
    assert "<svg" in page
    assert shared.get_absolute_url() in page
    number = Derivation.objects.get().pk
    assert client.post(f"{base}{number}/take/").status_code == 302
    touched = client.get(f"/catalog/{shared.address}/impact/", {"change": "retire"})
    assert 'role="status"' in touched.text
    assert cast.client("outsider").get(f"/catalog/{shared.address}/impact/").status_code == 403


def test_the_api_gives_lineage_and_impact(cast: Cast, shared: Resource) -> None:
    base = f"/api/v1/catalog/resources/{shared.address}"
    client = cast.client("steward")
    lineage = client.get(f"{base}/lineage/").json()
    assert {one["kind"] for one in lineage["downstream"]} == {"grant", "edition"}
    impact = client.get(f"{base}/impact/", {"change": "removed", "item": "code"}).json()
    assert impact["public"] is True
    assert client.get(f"{base}/impact/").status_code == 400
    assert cast.client("outsider").get(f"{base}/impact/", {"change": "retire"}).status_code == 403


def test_an_amendment_shows_what_it_touches_before_it_is_published_and_tells_after(
    cast: Cast, shared: Resource
) -> None:
    steward = cast.actor("steward")
    used = {one.kind: set(one.columns) for one in lineage_of(steward, shared).dependents}
    granted = next(iter(used["grant"] - used["edition"]))
    services.amend(steward, resource=shared, reason="职责调整")
    shared.refresh_from_db()
    kept = [item for item in shared.items.all() if item.code != granted]
    services.set_items(steward, resource=shared, items=[{"code": one.code, "name_zh": one.name_zh} for one in kept])
    assert cast.requester.name_en in cast.client("steward").get(f"/catalog/{shared.address}/check/").text
    services.submit(steward, resource=Resource.objects.get(pk=shared.pk))
    assert cast.requester.name_en in cast.client("office_head").get(f"/catalog/{shared.address}/review/").text
    assert not Notice.objects.filter(kind="catalog.touched.items").exists()
    services.approve(cast.actor("office_head"), resource=Resource.objects.get(pk=shared.pk))
    services.publish(cast.actor("coordinator"), resource=Resource.objects.get(pk=shared.pk))
    told = Notice.objects.filter(kind="catalog.touched.items").values_list("user__username", flat=True)
    assert set(told) == {"holder", "holder_head"}
