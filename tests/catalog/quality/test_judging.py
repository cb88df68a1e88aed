"""Versions judged on their way in: scores with their reasons, and rules that stop a version."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import services as catalog_services
from catalog.models import QualityRule, QualityTicket, Resource
from catalog.selectors import quality as selectors
from catalog.services import quality as services
from portal.audit.models import Entry
from portal.kernel.errors import NotAllowed
from tests.cast import Cast
from tests.catalog.quality.handing import DIRTY, GOOD, column, hand_in, own_rule, result
from tests.factories.catalog import resource_in
from tests.factories.uploads import version_of

pytestmark = pytest.mark.django_db


def test_every_version_is_judged_on_its_way_in(cast: Cast, resource: Resource) -> None:
    version = version_of(hand_in(cast, resource, GOOD))
    report = selectors.report_of(version)
    assert report is not None
    assert (report.score, report.grade) == (100.0, "excellent")
    assert report.dimensions["timeliness"] is None
    assert result(report, "key").total == 100
    assert resource.quality.score == 100.0
    assert resource.quality.due_on == timezone.localdate() + timedelta(days=366)
    assert Entry.objects.filter(action="catalog.quality.check", object_id=str(resource.pk)).count() == 1


def test_what_is_dirty_or_empty_lowers_the_score_and_names_its_reason(cast: Cast, resource: Resource) -> None:
    report = selectors.report_of(version_of(hand_in(cast, resource, DIRTY)))
    found = result(report, f"dirty:{column(resource, 'name')}")
    assert (found.total, found.failed, found.lines[:2], len(found.keys)) == (100, 60, (2, 3), 20)
    assert result(report, f"filled:{column(resource, 'contact')}").score == 0.0
    assert report is not None
    assert report.score is not None
    assert report.score < 90
    lines = selectors.result_lines(report, report.version, resource.items.all())
    assert "Name" in lines[0].label or "Contact" in lines[0].label


def test_rule_of_severity_block_stops_the_version_and_opens_a_ticket(
    cast: Cast, resource: Resource, strict: QualityRule
) -> None:
    first = version_of(hand_in(cast, resource, GOOD))
    upload = hand_in(cast, resource, DIRTY)
    assert (upload.state, upload.version, resource.current_version) == ("rejected", None, first)
    assert [(one["rule"]["key"], one["failed"]) for one in upload.report["stopped"]] == [(strict.key, 60)]
    ticket = QualityTicket.objects.get(resource=resource)
    assert (ticket.cause, ticket.rule_key, ticket.state) == ("block", strict.key, "open")
    page = cast.client("steward").get(f"{resource.get_absolute_url()}uploads/{upload.pk}/").content.decode()
    assert "60" in page
    assert ticket.number in cast.client("steward").get(f"{resource.get_absolute_url()}quality/").content.decode()


def test_departments_are_compared_by_their_data(cast: Cast, resource: Resource) -> None:
    hand_in(cast, resource, DIRTY)
    resource_in(cast, "published", "无数据名录")
    services.open_ticket(cast.actor("coordinator"), resource=resource, note="x")
    for sort in ("-score", "score", "nothing"):
        (line,) = selectors.department_lines(cast.actor("holder"), sort)
        assert (line.department, line.resources, line.tickets) == (cast.provider, 2, 1)
        assert line.score == resource.quality.score


def test_points_of_a_description_name_the_page_that_mends_each(cast: Cast, resource: Resource) -> None:
    points = selectors.metadata_points(resource, lambda name: f"/{name}/")
    assert sum(point.points for point in points) == 405
    missing = {point.key: point.url for point in points if not point.is_met}
    assert missing["data"] == "/upload/"
    assert "published" not in missing
    (found,) = selectors.with_metadata_score(Resource.objects.filter(pk=resource.pk))
    assert found.metadata_points == sum(point.points for point in points if point.is_met)


def test_retired_resources_keep_their_quality_but_change_no_rules(cast: Cast) -> None:
    retired = resource_in(cast, "retired")
    with pytest.raises(NotAllowed):
        services.set_rule(cast.actor("steward"), resource=retired, rule=own_rule(retired))
    assert catalog_services.VERBS
