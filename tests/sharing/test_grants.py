"""A grant gives exactly its items and rows, to its receiver, while it stands; and nothing when it does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog import services as catalog_services
from catalog.gate import release
from catalog.models import Item
from portal.audit.models import Entry
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, DomainError, NotAllowed
from sharing import services
from sharing.models import Grant
from sharing.selectors import fetch_grant, grant_page
from sharing.services.warrants import mask_key
from tests.cast import Cast
from tests.factories import sharing as made

pytestmark = pytest.mark.django_db


def read(actor: Actor, grant: Grant) -> list[dict[str, Any]]:
    fresh = Grant.objects.select_related("resource__current_version").get(pk=grant.pk)
    return release(actor, services.warrant_for(fresh)).page().rows


def test_exactly_the_granted_items_and_rows(cast: Cast) -> None:
    grant = made.grant(cast, items=["name", "contact"], rows=[{"item": "city", "op": "in", "value": ["2201"]}])
    assert read(cast.actor("holder"), grant) == [
        {"name": "东街道", "contact": "王五"},
        {"name": "西街道", "contact": "赵六"},
    ]


def test_masks_of_the_items_hold(cast: Cast) -> None:
    resource = made.resource(cast)
    Item.objects.filter(resource=resource, code="contact").update(mask={"op": "keep", "a": 1, "b": 0})
    grant = made.grant(cast, resource, items=["contact"])
    assert [row["contact"][0] for row in read(cast.actor("holder"), grant)] == ["张", "李", "王", "赵"]
    assert all("三" not in row["contact"] for row in read(cast.actor("holder"), grant))


def test_a_mask_set_after_the_grant_holds_too(cast: Cast) -> None:
    grant = made.grant(cast, items=["code", "contact"])
    Item.objects.filter(resource=grant.resource, code="contact").update(mask={"op": "null"})
    assert {row["contact"] for row in read(cast.actor("holder"), grant)} == {None}


def test_an_item_hidden_after_the_grant_is_hidden_though_it_was_masked(cast: Cast) -> None:
    resource = made.resource(cast)
    Item.objects.filter(resource=resource, code="contact").update(mask={"op": "keep", "a": 1, "b": 0})
    grant = made.grant(cast, resource, items=["contact"])
    Item.objects.filter(resource=resource, code="contact").update(mask={"op": "null"})
    assert {row["contact"] for row in read(cast.actor("holder"), grant)} == {None}


def test_pseudonyms_differ_between_grants(cast: Cast) -> None:
    resource = made.resource(cast)
    Item.objects.filter(resource=resource, code="contact").update(mask={"op": "hmac"})
    first, second = (made.grant(cast, resource, items=["contact"]) for _grant in range(2))
    holder = cast.actor("holder")
    assert read(holder, first) == read(holder, first)
    assert read(holder, first) != read(holder, second)
    assert mask_key(first).hex() not in str(first.plan)


def test_regraded_item_leaves_the_grant_and_the_rest_stays(cast: Cast) -> None:
    grant = made.grant(cast, items=["code", "contact"])
    Item.objects.filter(resource=grant.resource, code="contact").update(grade=4)
    assert list(read(cast.actor("holder"), grant)[0]) == ["code"]
    page = grant_page(fetch_grant(cast.actor("holder"), grant.number))
    assert [(line.code, line.gives) for line in page.items] == [("code", True), ("contact", False)]


def test_nothing_is_left_when_every_item_was_withdrawn_from_sharing(cast: Cast) -> None:
    grant = made.grant(cast, items=["contact"])
    Item.objects.filter(resource=grant.resource).update(sharing_type=3)
    with pytest.raises(NotAllowed):
        read(cast.actor("holder"), grant)


@pytest.mark.parametrize("name", ["outsider", "steward", "office_head", "coordinator", "auditor", "visitor"])
def test_nobody_but_the_receiver_gets_rows(cast: Cast, name: str) -> None:
    grant = made.grant(cast)
    with pytest.raises(NotAllowed):
        read(cast.actor(name), grant)
    assert not grant.uses.exists()


def test_clearance_below_the_grade_gets_nothing(cast: Cast) -> None:
    grant = made.grant(cast)
    cast.user("holder").clearance = 1
    cast.user("holder").save(update_fields=["clearance"])
    with pytest.raises(NotAllowed) as caught:
        read(cast.actor("holder"), grant)
    assert caught.value.code == "clearance"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"state": "suspended"}, "grant_suspended"),
        ({"state": "terminated"}, "grant_terminated"),
        ({"state": "expired"}, "grant_expired"),
        ({"valid_until": timezone.localdate() - timedelta(days=1)}, "grant_expired"),
        ({"valid_from": timezone.localdate() + timedelta(days=1)}, "grant_not_yet"),
    ],
)
def test_a_grant_that_does_not_stand_gives_nothing(cast: Cast, state: dict[str, Any], code: str) -> None:
    grant = made.grant(cast)
    Grant.objects.filter(pk=grant.pk).update(**state)
    with pytest.raises(NotAllowed) as caught:
        read(cast.actor("holder"), grant)
    assert caught.value.code == code
    assert Entry.objects.filter(action="gate.disclose", outcome="refused").count() == 1


def test_suspended_in_the_middle_of_a_warrant_holds_at_once(cast: Cast) -> None:
    grant = made.grant(cast)
    holder = cast.actor("holder")
    warrant = services.warrant_for(Grant.objects.select_related("resource__current_version").get(pk=grant.pk))
    assert warrant.decide(holder)
    services.suspend_grant(cast.actor("steward"), grant=grant, reason="超范围")
    assert not warrant.decide(holder)
    services.resume_grant(cast.actor("office_head"), grant=grant, reason="已整改")
    assert warrant.decide(holder)
    services.terminate_grant(holder, grant=grant, reason="用途已达到")
    assert not warrant.decide(holder)


@pytest.mark.parametrize("verb", ["suspend", "retire"])
def test_suspended_or_retired_resource_gives_nothing(cast: Cast, verb: str) -> None:
    grant = made.grant(cast)
    catalog_services.VERBS[verb](cast.actor("office_head"), resource=grant.resource, reason="核查")
    with pytest.raises(DomainError):
        read(cast.actor("holder"), grant)


def test_a_newer_version_is_what_the_grant_gives(cast: Cast) -> None:
    grant = made.grant(cast, items=["code", "contact"])
    made.upload(cast, grant.resource, made.STREETS + "220103001,新街道,孙七,2201\n")
    assert len(read(cast.actor("holder"), grant)) == 5


def test_no_data_yet_is_said(cast: Cast) -> None:
    request = made.request_in(cast, "approved")
    grant = services.open_grant(made.SYSTEM, request=request)
    with pytest.raises(Conflict) as caught:
        read(cast.actor("holder"), grant)
    assert caught.value.code == "no_version"


def test_grant_past_its_time_cannot_be_resumed(cast: Cast) -> None:
    grant = made.grant(cast)
    services.suspend_grant(cast.actor("steward"), grant=grant, reason="核查")
    Grant.objects.filter(pk=grant.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(NotAllowed) as caught:
        services.resume_grant(cast.actor("steward"), grant=grant, reason="查清")
    assert caught.value.code == "expired"
