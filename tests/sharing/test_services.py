"""The story of a request: drafted, consented, decided, opened; and what happens off the straight path."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from catalog import services as catalog_services
from catalog.models import Item
from portal.audit.models import Entry
from portal.kernel.actors import Duty
from portal.kernel.errors import Conflict, Invalid, NotAllowed, ReasonMissing, TransitionRefused
from portal.notices.models import Notice
from portal.workflow.deadlines import days_left, open_deadline
from portal.workflow.models import Deadline
from sharing import selectors, services
from sharing.models import Delivery, Grant, Request
from sharing.workflow import DELIVERY, REPLY_CONDITIONAL, REPLY_UNCONDITIONAL
from tests.cast import Cast
from tests.factories import sharing as made
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


def test_draft_has_a_number_and_may_have_gaps(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    request = services.draft_request(cast.actor("holder"), resource=resource)
    assert request.number == f"GX-{timezone.localdate().year}-00001"
    assert (request.state, request.provider, request.requester) == ("draft", cast.provider, cast.requester)


def test_own_department_has_nothing_to_ask(cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        services.draft_request(cast.actor("steward"), resource=made.resource(cast, data=""))
    assert caught.value.code == "own_resource"


@pytest.mark.parametrize("name", ["holder_head", "coordinator", "auditor", "visitor"])
def test_only_a_data_officer_asks(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        services.draft_request(cast.actor(name), resource=made.resource(cast, data=""))


def test_not_shared_item_is_refused_with_its_basis(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    Item.objects.filter(resource=resource, code="contact").update(sharing_type=3)
    with pytest.raises(Invalid) as caught:
        services.draft_request(cast.actor("holder"), resource=resource, items=["code", "contact"])
    assert "中华人民共和国个人信息保护法 第二十三条" in str(caught.value.fields["items"])


def test_item_graded_too_high_is_refused(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    Item.objects.filter(resource=resource, code="contact").update(grade=4)
    with pytest.raises(Invalid):
        made.draft(cast, resource)


@pytest.mark.parametrize(
    "row",
    [
        {"item": "nothing", "op": "eq", "value": "1"},
        {"item": "city", "op": "equals", "value": "1"},
        {"item": "city", "op": "eq"},
        {"item": "city", "op": "null", "value": "maybe"},
    ],
)
def test_wrong_condition_on_rows_is_refused(cast: Cast, row: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        made.draft(cast, made.resource(cast, data=""), rows=[row])
    assert "rows" in caught.value.fields


def test_rows_cannot_be_chosen_by_a_masked_item(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    Item.objects.filter(resource=resource, code="contact").update(mask={"op": "keep", "a": 1, "b": 0})
    with pytest.raises(Invalid):
        made.draft(cast, resource, rows=[{"item": "contact", "op": "eq", "value": "张三"}])


def test_submit_names_every_gap_and_changes_nothing(cast: Cast) -> None:
    holder = cast.actor("holder")
    request = services.draft_request(holder, resource=made.resource(cast, data=""))
    with pytest.raises(Invalid) as caught:
        services.submit(holder, request=request)
    gaps = {"title", "items", "legal_basis", "use_scenario", "scope", "valid_until"}
    assert set(caught.value.fields) == gaps
    request.refresh_from_db()
    assert request.state == "draft"


def test_a_day_that_has_passed_is_refused(cast: Cast) -> None:
    request = made.request_in(cast, "draft", valid_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Invalid) as caught:
        services.submit(cast.actor("holder"), request=request)
    assert set(caught.value.fields) == {"valid_until"}


def test_refused_submit_is_recorded_in_spite_of_the_rollback(cast: Cast) -> None:
    request = made.request_in(cast, "draft")
    with pytest.raises(NotAllowed):
        services.submit(cast.actor("outsider"), request=request)
    assert Entry.objects.filter(action="sharing.request.submit", outcome="refused").count() == 1


def test_consent_starts_the_conditional_clock_of_ten_days(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    clock = open_deadline(request)
    assert clock is not None
    assert (clock.kind, clock.working_days, days_left(clock)) == (REPLY_CONDITIONAL, 10, 10)
    assert request.sent_at is not None


def test_unconditional_items_are_approved_at_once_by_the_system(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    request = made.request_in(cast, "consent_pending", resource, items=["code", "name"])
    moved = services.consent(cast.actor("holder_head"), request=request)
    assert (moved.state, moved.granted_items) == ("approved", ["code", "name"])
    clocks = Deadline.objects.filter(subject_type="sharing.request", subject_id=str(request.pk))
    assert {(clock.kind, clock.stopped_at is None) for clock in clocks} == {
        (REPLY_UNCONDITIONAL, False),
        (DELIVERY, True),
    }
    approval = Entry.objects.get(action="sharing.request.approve")
    assert (approval.actor_kind, approval.actor_name) == ("system", "sharing.unconditional")


def test_return_pauses_the_clock_once_and_consent_resumes_it(cast: Cast) -> None:
    request = made.request_in(cast, "returned")
    clock = open_deadline(request)
    assert clock is not None
    assert clock.paused_on == timezone.localdate()
    holder = cast.actor("holder")
    services.edit_request(holder, request=request, scope="铁东区")
    services.submit(holder, request=request)
    services.consent(cast.actor("holder_head"), request=request)
    running = open_deadline(request)
    assert running is not None
    assert (running.pk, running.paused_on) == (clock.pk, None)
    request.refresh_from_db()
    with pytest.raises(NotAllowed) as caught:
        services.return_(cast.actor("steward"), request=request, reason="再补充")
    assert caught.value.code == "returned_before"


def test_reviewer_sees_field_by_field_what_changed(cast: Cast) -> None:
    request = made.request_in(cast, "returned")
    holder = cast.actor("holder")
    services.edit_request(holder, request=request, scope="铁东区", items=["code", "name"])
    services.submit(holder, request=request)
    changes = {change.field: (change.before, change.after) for change in selectors.labeled_changes(request)}
    assert changes["Scope"] == ("四平市所辖街道。", "铁东区")
    assert set(changes) == {"Scope", "Data items"}


def test_office_head_may_return_before_consent_any_number_of_times(cast: Cast) -> None:
    request = made.request_in(cast, "consent_pending")
    head, holder = cast.actor("holder_head"), cast.actor("holder")
    for _time in range(2):
        services.return_(head, request=request, reason="用途不清")
        services.submit(holder, request=Request.objects.get(pk=request.pk))
        request.refresh_from_db()
    assert request.was_returned is False


@pytest.mark.parametrize("verb", ["refuse", "return_"])
def test_negative_decision_needs_a_reason(cast: Cast, verb: str) -> None:
    request = made.request_in(cast, "with_provider")
    with pytest.raises(ReasonMissing):
        getattr(services, verb)(cast.actor("steward"), request=request, reason=" ")


def test_refused_request_has_no_grant(cast: Cast) -> None:
    request = made.request_in(cast, "refused")
    assert open_deadline(request) is None
    with pytest.raises(TransitionRefused):
        services.open_grant(made.SYSTEM, request=request)
    assert not Grant.objects.exists()


def test_approval_of_fewer_items_needs_a_reason_and_grants_only_these(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider", made.resource(cast))
    steward = cast.actor("steward")
    with pytest.raises(ReasonMissing):
        services.approve(steward, request=request, items=["code"])
    with pytest.raises(Invalid):
        services.approve(steward, request=request, items=["city"], reason="x")
    with pytest.raises(Invalid):
        services.approve(steward, request=request, items=[], reason="x")
    services.approve(steward, request=request, items=["code", "name"], reason="联系人与用途无关")
    grant = services.open_grant(made.SYSTEM, request=request)
    assert [column["name"] for column in grant.plan["columns"]] == ["code", "name"]


def test_opening_makes_grant_and_delivery_and_may_run_twice(cast: Cast) -> None:
    request = made.request_in(cast, "approved", made.resource(cast))
    grant = services.open_grant(made.SYSTEM, request=request)
    again = services.open_grant(made.SYSTEM, request=request)
    request.refresh_from_db()
    assert (request.state, grant.pk, grant.state) == ("delivered", again.pk, "active")
    assert (grant.valid_until, grant.purpose) == (request.valid_until, request.title)
    assert Delivery.objects.get().state == "ready"
    assert open_deadline(request) is None


def test_without_data_the_request_stays_approved_until_a_version_comes(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    request = made.request_in(cast, "approved", resource)
    services.open_grant(made.SYSTEM, request=request)
    request.refresh_from_db()
    assert request.state == "approved"
    assert selectors.pending_openings() == []
    made.upload(cast, resource, made.STREETS)
    assert selectors.pending_openings() == [request.pk]
    services.open_grant(made.SYSTEM, request=request)
    request.refresh_from_db()
    assert request.state == "delivered"


def test_only_the_system_opens(cast: Cast) -> None:
    request = made.request_in(cast, "approved", made.resource(cast))
    with pytest.raises(NotAllowed):
        services.open_grant(cast.actor("steward"), request=request)


def test_extension_is_given_once_by_the_coordinator_and_the_requester_is_told(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    coordinator = cast.actor("coordinator")
    with pytest.raises(Invalid):
        services.extend(coordinator, request=request, reason="会商", working_days=11)
    with pytest.raises(NotAllowed):
        services.extend(cast.actor("steward"), request=request, reason="会商")
    services.extend(coordinator, request=request, reason="三个处室会商")
    clock = open_deadline(request)
    assert clock is not None
    assert (clock.was_extended, days_left(clock)) == (True, 20)
    assert Notice.objects.filter(user=cast.user("holder"), kind="sharing.extend").count() == 1
    with pytest.raises(Conflict):
        services.extend(coordinator, request=request, reason="再延")
    assert Entry.objects.filter(action="sharing.request.extend", outcome="done").count() == 1


def test_withdrawn_request_is_over(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    services.withdraw(cast.actor("holder"), request=request, reason="不再需要")
    assert open_deadline(request) is None
    with pytest.raises(TransitionRefused):
        services.approve(cast.actor("steward"), request=Request.objects.get(pk=request.pk))


def test_suspended_resource_stops_decisions(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    catalog_services.suspend(cast.actor("office_head"), resource=request.resource, reason="核查")
    with pytest.raises(NotAllowed) as caught:
        services.approve(cast.actor("steward"), request=Request.objects.get(pk=request.pk))
    assert caught.value.code == "resource_withdrawn"


def test_those_whose_turn_it_is_are_told(cast: Cast) -> None:
    made.request_in(cast, "delivered", made.resource(cast))
    told = set(Notice.objects.filter(kind__startswith="sharing.").values_list("kind", "user__username"))
    assert told == {
        ("sharing.submit", "holder_head"),
        ("sharing.consent", "steward"),
        ("sharing.consent", "office_head"),
        ("sharing.approve", "holder"),
        ("sharing.open", "holder"),
    }


def test_sweep_expires_grants_past_their_last_day(cast: Cast) -> None:
    grant = made.grant(cast)
    assert services.expire_grants(made.SYSTEM) == 0
    tomorrow_of_the_end = grant.valid_until + timedelta(days=1)
    assert services.expire_grants(made.SYSTEM, today=tomorrow_of_the_end) == 1
    grant.refresh_from_db()
    assert grant.state == "expired"


def test_department_can_be_named_and_must_be_ones_own(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    both = person("both", (Duty.DATA_OFFICER, cast.requester), (Duty.DATA_OFFICER, cast.provider))
    cast.people["both"] = both
    actor = cast.actor("both")
    asked = services.draft_request(actor, resource=resource, department_id=cast.requester.pk)
    assert asked.requester == cast.requester
    with pytest.raises(NotAllowed):
        services.draft_request(actor, resource=resource, department_id=cast.stranger.pk)
    with pytest.raises(Invalid):
        services.draft_request(actor, resource=resource, department_id=cast.provider.pk)


def test_what_cannot_be_edited_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        services.edit_request(cast.actor("holder"), request=made.request_in(cast, "draft"), number="GX-1")
    assert set(caught.value.fields) == {"number"}


def test_lists_are_read_from_commas_and_years_are_bounded(cast: Cast) -> None:
    request = made.request_in(
        cast,
        "draft",
        rows=[{"item": "city", "op": "in", "value": "2203， 2201"}, {"item": "city", "op": "null", "value": "false"}],
        valid_until=timezone.localdate() + timedelta(days=6 * 366),
        method="",
    )
    assert [row["value"] for row in request.rows] == [["2203", "2201"], False]
    with pytest.raises(Invalid) as caught:
        services.submit(cast.actor("holder"), request=request)
    assert set(caught.value.fields) == {"valid_until", "method"}


def test_value_that_does_not_fit_the_type_is_said_in_words(cast: Cast) -> None:
    items = (*made.ITEMS, {"name_zh": "日期", "name_en": "Day", "code": "day", "type": "D", **made.FREE})
    with pytest.raises(Invalid) as caught:
        made.draft(cast, made.resource(cast, data="", items=items), rows=[{"item": "day", "op": "eq", "value": "soon"}])
    assert "soon" in str(caught.value.fields["rows"][0])


def test_changed_method_is_compared_in_words(cast: Cast) -> None:
    request = made.request_in(cast, "returned")
    holder = cast.actor("holder")
    services.edit_request(holder, request=request, method="interface")
    services.submit(holder, request=request)
    (change,) = selectors.request_page(selectors.fetch_request(holder, request.number)).changes
    assert (str(change.before), str(change.after)) == ("File download", "Service interface")


def test_delivery_that_does_not_fit_fails_with_words_and_is_not_tried_again(cast: Cast) -> None:
    request = made.request_in(cast, "approved", made.resource(cast), items=["contact"])
    version = request.resource.current_version
    assert version is not None
    version.columns = [column for column in version.columns if column["name"] != "contact"]
    version.save(update_fields=["columns"])
    for _time in range(2):
        grant = services.open_grant(made.SYSTEM, request=Request.objects.get(pk=request.pk))
    delivery = grant.deliveries.get()
    assert (delivery.state, delivery.problem) == ("failed", "No granted item is in the current version.")
    with override("zh-hans"):
        assert delivery.said_problem == "当前版本中没有已授权的数据项。"
        assert Entry.objects.get(action="sharing.delivery.fail").said_reason == delivery.said_problem
    assert str(delivery) == f"{grant.pk} v{version.pk}"
