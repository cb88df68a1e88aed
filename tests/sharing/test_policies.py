"""Who sees, who may, who is asked: where a duty alone does not answer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Item
from portal.kernel.actors import Duty
from portal.notices.models import Notice
from portal.workflow.deadlines import sweep
from portal.workflow.models import Deadline
from sharing import policies, services
from sharing.models import Grant, Request
from sharing.selectors import decided_summary, grants, grants_on, open_requests_count, requests, tasks_for
from sharing.tasks import open_grant, sweep_sharing
from tests.cast import Cast
from tests.factories import sharing as made
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


def test_nobody_consents_to_or_decides_on_a_request_of_her_own(cast: Cast) -> None:
    both = person(
        "both",
        (Duty.DATA_OFFICER, cast.requester),
        (Duty.OFFICE_HEAD, cast.requester),
        (Duty.OFFICE_HEAD, cast.provider),
    )
    cast.people["both"] = both
    actor = cast.actor("both")
    request = services.draft_request(actor, resource=made.resource(cast, data=""))
    assert request.requester == cast.requester
    for state, verb in (("consent_pending", "consent"), ("with_provider", "approve"), ("with_provider", "refuse")):
        request.state = state
        assert policies.decide(actor, verb, request).code == "own_request"
        assert not policies.people_who_can(verb, request).filter(pk=both.pk).exists()


def test_who_consented_for_the_requester_does_not_decide_for_the_provider(cast: Cast) -> None:
    both = person("both", (Duty.OFFICE_HEAD, cast.requester), (Duty.DATA_OFFICER, cast.provider))
    cast.people["both"] = both
    request = made.request_in(cast, "consent_pending")
    services.consent(cast.actor("both"), request=request)
    request.refresh_from_db()
    assert policies.decide(cast.actor("both"), "approve", request).code == "own_request"
    assert not requests(cast.actor("both"), waiting=True).exists()


@pytest.mark.parametrize("verb", ["submit", "consent", "approve"])
def test_ceiling_is_asked_before_the_duty(cast: Cast, verb: str) -> None:
    request = made.request_in(cast, "with_provider")
    Item.objects.filter(resource=request.resource, code="contact").update(grade=5)
    for name in ("steward", "holder", "holder_head", "outsider"):
        fresh = Request.objects.get(pk=request.pk)
        assert policies.decide(cast.actor(name), verb, fresh).code == "above_ceiling"


def test_inactive_person_may_nothing(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    cast.user("steward").is_active = False
    cast.user("steward").save(update_fields=["is_active"])
    assert policies.decide(cast.actor("steward"), "approve", request).code == "inactive"
    assert not requests(cast.actor("steward")).exists()


def test_read_decision_equals_the_list(cast: Cast) -> None:
    for state in ("draft", "consent_pending", "with_provider", "refused"):
        request = made.request_in(cast, state)
        for name in (
            "holder",
            "holder_head",
            "steward",
            "office_head",
            "coordinator",
            "outsider",
            "auditor",
            "visitor",
        ):
            actor = cast.actor(name)
            assert bool(policies.decide(actor, "read", request)) == requests(actor).filter(pk=request.pk).exists()


@pytest.mark.parametrize(
    ("state", "verb", "people"),
    [
        ("draft", "submit", {"holder"}),
        ("consent_pending", "consent", {"holder_head"}),
        ("consent_pending", "return", {"holder_head"}),
        ("with_provider", "approve", {"steward", "office_head"}),
        ("with_provider", "extend", {"coordinator"}),
        ("with_provider", "withdraw", {"holder", "holder_head"}),
    ],
)
def test_people_who_can(cast: Cast, state: str, verb: str, people: set[str]) -> None:
    request = made.request_in(cast, state)
    assert set(policies.people_who_can(verb, request).values_list("username", flat=True)) == people


@pytest.mark.parametrize(
    ("state", "todo", "started"),
    [
        ("draft", "holder", None),
        ("consent_pending", "holder_head", "holder"),
        ("with_provider", "steward", "holder"),
        ("returned", "holder", None),
        ("approved", None, "holder"),
        ("refused", None, None),
    ],
)
def test_desk(cast: Cast, state: str, todo: str | None, started: str | None) -> None:
    request = made.request_in(cast, state)
    for name in ("holder", "holder_head", "steward", "outsider", "visitor"):
        groups = {task.group for task in tasks_for(cast.actor(name)) if task.number == request.number}
        assert groups == {group for group, who in (("todo", todo), ("started", started)) if who == name}


def test_desk_says_how_late(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    Deadline.objects.filter(subject_id=str(request.pk)).update(due_on=timezone.localdate() - timedelta(days=14))
    (task,) = tasks_for(cast.actor("steward"))
    assert task.days_left is not None
    assert task.days_left < -5
    assert task.url == f"/sharing/requests/{request.number}/"


def test_figures(cast: Cast) -> None:
    grant = made.grant(cast)
    made.request_in(cast, "with_provider", grant.resource)
    assert decided_summary() == {"requests": 2, "delivered": 1, "active": 1}
    assert (grants_on(grant.resource_id), open_requests_count(grant.resource_id)) == (1, 1)


def test_tasks_open_and_sweep(cast: Cast) -> None:
    request = made.request_in(cast, "approved", made.resource(cast))
    assert open_grant(request.pk)["grant"].startswith("SQ-")
    assert open_grant(request.pk)["grant"].startswith("SQ-")
    assert sweep_sharing() == {"opening": 0, "expired": 0}


def test_key_without_the_scope_may_neither_read_nor_write(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    bare = replace(cast.actor("steward"), scopes=frozenset({"catalog:read"}))
    assert policies.decide(bare, "read", request).code == "scope_missing"
    assert policies.decide(bare, "approve", request).code == "scope_missing"


def test_withdrawn_resource_can_not_be_asked_for(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    resource.state = "suspended"
    assert policies.decide(cast.actor("holder"), "request", resource).code == "resource_withdrawn"


def test_reading_and_using_a_grant(cast: Cast) -> None:
    grant = made.grant(cast)
    readers = {name for name in ("holder", "steward", "coordinator", "outsider") if _may(cast, name, "read", grant)}
    assert readers == {"holder", "steward", "coordinator"}
    users = set(policies.people_who_can("use", grant).values_list("username", flat=True))
    assert users == {"holder", "holder_head"}
    assert {p.username for p in policies.people_who_can("suspend", grant)} == {"steward", "office_head"}
    assert not grants(cast.actor("visitor")).exists()


def _may(cast: Cast, name: str, action: str, grant: Grant) -> bool:
    return bool(policies.decide(cast.actor(name), action, grant))


def test_use_asks_the_ceiling_and_the_resource(cast: Cast) -> None:
    grant = made.grant(cast, items=["contact"])
    grant.resource.state = "suspended"
    assert policies.decide(cast.actor("holder"), "use", grant).code == "resource_withdrawn"
    Item.objects.filter(resource=grant.resource).update(grade=4)
    fresh = Grant.objects.get(pk=grant.pk)
    assert policies.decide(cast.actor("holder"), "use", fresh).code == "above_ceiling"


def test_system_does_nothing_but_its_own_acts(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    for verb in ("approve", "refuse", "return", "withdraw"):
        assert not policies.decide(made.SYSTEM, verb, request)


def test_list_filters(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    holder = cast.actor("holder")
    assert requests(holder, state="with_provider", q="地名").count() == 1
    assert requests(holder, state="draft").count() == 0
    assert requests(holder, q=request.number[-5:]).count() == 1
    grant = made.grant(cast)
    assert [grants(holder, side=side).count() for side in ("held", "given")] == [1, 0]
    assert [grants(holder, state=state).count() for state in ("active", "expired", "suspended")] == [1, 0, 0]
    Grant.objects.filter(pk=grant.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    assert [grants(holder, state=state).count() for state in ("active", "expired")] == [0, 1]


def test_reminders_reach_the_provider_and_when_late_the_coordinator(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    clock = Deadline.objects.filter(subject_id=str(request.pk))
    clock.update(due_on=timezone.localdate())
    assert sweep() == 1
    clock.update(due_on=timezone.localdate() - timedelta(days=14), reminded_on=None)
    assert sweep() == 1
    told = Notice.objects.filter(kind__in=("sharing.due", "sharing.late")).values_list("kind", "user__username")
    assert set(told) == {
        ("sharing.due", "steward"),
        ("sharing.due", "office_head"),
        ("sharing.late", "steward"),
        ("sharing.late", "office_head"),
        ("sharing.late", "coordinator"),
    }


def test_sweep_asks_again_for_what_a_lost_message_left(cast: Cast) -> None:
    made.request_in(cast, "approved", made.resource(cast))
    assert sweep_sharing()["opening"] == 1
