"""Tickets of rectification: opened by what was found, worked on, closed by the next version."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from catalog.models import QualityRule, QualityTicket, Resource, Version
from catalog.selectors import quality as selectors
from catalog.services import quality as services
from catalog.tasks import sweep_quality
from portal.audit.models import Entry
from portal.audit.selectors import timeline
from portal.kernel.errors import Invalid, NotAllowed, ReasonMissing, TransitionRefused
from portal.notices.models import Notice
from portal.workflow.deadlines import open_deadline
from portal.workflow.signals import deadline_missed, deadline_near
from tests.cast import Cast
from tests.catalog.quality.handing import DIRTY, GOOD, hand_in
from tests.factories.uploads import version_of

pytestmark = pytest.mark.django_db


def test_next_good_version_closes_the_ticket_by_its_result(cast: Cast, resource: Resource, strict: QualityRule) -> None:
    hand_in(cast, resource, GOOD)
    hand_in(cast, resource, DIRTY)
    good = version_of(hand_in(cast, resource, GOOD))
    ticket = QualityTicket.objects.get(resource=resource)
    assert (ticket.state, ticket.closed_by_version) == ("closed", good)
    assert open_deadline(ticket) is None
    acts = Entry.objects.filter(object_type="catalog.qualityticket").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["catalog.ticket.open", "catalog.ticket.mend", "catalog.ticket.verify"]


def test_low_and_fallen_scores_open_tickets_once(cast: Cast, resource: Resource, settings: Any) -> None:
    settings.QUALITY_TICKET_BELOW = 99.0
    settings.QUALITY_TICKET_FALL = 1.0
    hand_in(cast, resource, GOOD)
    hand_in(cast, resource, DIRTY)
    hand_in(cast, resource, DIRTY)
    found = {ticket.cause: ticket for ticket in QualityTicket.objects.filter(resource=resource)}
    assert set(found) == {"score", "fall"}
    assert found["fall"].facts["before"] == 100.0
    assert open_deadline(found["score"]) is not None
    hand_in(cast, resource, GOOD)
    assert set(QualityTicket.objects.values_list("state", flat=True)) == {"closed"}


def test_mended_ticket_is_returned_when_the_new_version_is_no_better(
    cast: Cast, resource: Resource, settings: Any
) -> None:
    settings.QUALITY_TICKET_BELOW = 99.0
    hand_in(cast, resource, DIRTY)
    ticket = QualityTicket.objects.get(cause="score")
    services.move_ticket(cast.actor("steward"), ticket=ticket, verb="mend", reason="已清洗")
    assert open_deadline(ticket) is None
    hand_in(cast, resource, DIRTY)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.answer) == ("returned", "已清洗")
    assert open_deadline(ticket) is not None
    notice = Notice.objects.filter(kind="catalog.ticket.return")[0]
    assert notice.text.endswith("The new version does not meet what was asked yet.")
    with override("zh-hans"):
        assert notice.text.endswith("新版本仍未达到要求。")


def test_what_the_machine_says_was_done_is_said_in_the_language_of_the_reader(
    cast: Cast, resource: Resource, settings: Any
) -> None:
    settings.QUALITY_TICKET_BELOW = 99.0
    with override("zh-hans"):
        hand_in(cast, resource, DIRTY)
        hand_in(cast, resource, GOOD)
        ticket = QualityTicket.objects.get(cause="score")
        assert ticket.said_answer == "新版本已达到要求。"
    assert (ticket.answer, ticket.said_answer) == ("A new version meets what was asked.",) * 2
    line = next(one for one in timeline(ticket) if one.action == "catalog.ticket.mend")
    assert line.reason == ticket.answer


def test_coordinator_opens_and_closes_a_ticket_with_the_source_in_between(cast: Cast, resource: Resource) -> None:
    coordinator, steward = cast.actor("coordinator"), cast.actor("steward")
    ticket = services.open_ticket(coordinator, resource=resource, note="联系人缺失")
    assert Notice.objects.filter(user=cast.user("steward"), kind="catalog.ticket.open").count() == 1
    with pytest.raises(ReasonMissing):
        services.move_ticket(steward, ticket=ticket, verb="mend")
    services.move_ticket(steward, ticket=ticket, verb="accept")
    services.move_ticket(steward, ticket=ticket, verb="mend", reason="已补全")
    with pytest.raises(NotAllowed):
        services.move_ticket(steward, ticket=ticket, verb="verify")
    services.move_ticket(coordinator, ticket=ticket, verb="return", reason="仍缺两条")
    services.move_ticket(steward, ticket=ticket, verb="mend", reason="补全")
    closed = services.move_ticket(coordinator, ticket=ticket, verb="verify")
    assert (closed.state, closed.closed_at is not None) == ("closed", True)
    with pytest.raises(TransitionRefused):
        services.move_ticket(coordinator, ticket=ticket, verb="waive", reason="x")


def test_only_the_coordinator_of_the_region_asks_for_rectification(cast: Cast, resource: Resource) -> None:
    for name in ("steward", "office_head", "holder", "outsider"):
        with pytest.raises(NotAllowed):
            services.open_ticket(cast.actor(name), resource=resource, note="x")
    with pytest.raises(Invalid):
        services.open_ticket(cast.actor("coordinator"), resource=resource, note=" ")


def test_tickets_wait_on_the_desk_of_those_who_must_act(cast: Cast, resource: Resource) -> None:
    ticket = services.open_ticket(cast.actor("coordinator"), resource=resource, note="联系人缺失")

    def waits(name: str) -> bool:
        return ticket.number in {task.number for task in selectors.ticket_tasks(cast.actor(name))}

    assert {name: waits(name) for name in ("steward", "office_head", "coordinator", "outsider", "auditor")} == {
        "steward": True, "office_head": True, "coordinator": False, "outsider": False, "auditor": False,
    }  # fmt: skip
    services.move_ticket(cast.actor("steward"), ticket=ticket, verb="mend", reason="已补全")
    assert (waits("steward"), waits("coordinator")) == (False, True)


@pytest.mark.parametrize(
    ("signal", "left", "told"),
    [
        (deadline_near, 1, {"steward", "office_head"}),
        (deadline_missed, -1, {"steward", "office_head", "coordinator"}),
    ],
)
def test_clock_that_runs_out_is_told_and_escalated(
    cast: Cast, resource: Resource, signal: Any, left: int, told: set[str]
) -> None:
    ticket = services.open_ticket(cast.actor("coordinator"), resource=resource, note="联系人缺失")
    Notice.objects.all().delete()
    signal.send(sender=None, deadline=open_deadline(ticket), days_left=left)
    assert set(Notice.objects.values_list("user__username", flat=True)) == told


def test_overdue_update_opens_a_ticket_that_the_next_version_closes(cast: Cast, resource: Resource) -> None:
    version = version_of(hand_in(cast, resource, GOOD))
    Version.objects.filter(pk=version.pk).update(created_at=timezone.now() - timedelta(days=400))
    standing = services.refresh_standing(resource)
    assert selectors.is_overdue(standing)
    assert sweep_quality() == {"opened": 1}
    assert sweep_quality() == {"opened": 0}
    ticket = QualityTicket.objects.get(cause="overdue")
    assert ticket.facts["days_late"] == 34
    page = cast.client("holder").get(f"{resource.get_absolute_url()}quality/").content.decode()
    assert 'data-state="overdue"' in page
    listed = cast.client("holder").get("/catalog/", {"update": "overdue"})
    assert [(one.pk, one.lateness) for one in listed.context["page"]] == [(resource.pk, "overdue")]
    assert "Update overdue" in listed.content.decode()
    hand_in(cast, resource, GOOD)
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert not selectors.is_overdue(Resource.objects.get(pk=resource.pk).quality)
    assert not cast.client("holder").get("/catalog/", {"update": "overdue"}).context["page"].object_list
