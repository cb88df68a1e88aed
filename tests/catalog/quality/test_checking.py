"""Versions checked anew: after rules changed, without a report, and the rows at fault."""

from typing import Any

import pytest

from catalog.models import QualityReport, Resource
from catalog.selectors import quality as selectors
from catalog.selectors.columns import item_columns
from catalog.services import quality as services
from catalog.tasks import check_quality, sweep_quality_checks
from portal.kernel.errors import NotAllowed
from tests.cast import Cast
from tests.catalog.quality.handing import DIRTY, GOOD, column, hand_in, own_rule, result
from tests.factories.uploads import version_of

pytestmark = pytest.mark.django_db


def test_changed_rules_are_asked_of_the_current_version(
    cast: Cast, resource: Resource, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    version = version_of(hand_in(cast, resource, DIRTY))
    assert check_quality(version.pk, only_new=True) == {"version": version.pk, "report": None}
    rule = own_rule(resource)
    edition = services.set_rule(cast.actor("steward"), resource=resource, rule=rule)
    answer = check_quality(version.pk)
    report = selectors.report_of(version)
    assert report is not None
    assert answer["report"] == report.pk
    assert result(report, edition.key).failed == 60
    assert version.quality_reports.count() == 2


def test_versions_without_a_report_are_found(cast: Cast, resource: Resource) -> None:
    version = version_of(hand_in(cast, resource, GOOD))
    QualityReport.objects.all().delete()
    assert services.unchecked_versions() == [version.pk]
    assert sweep_quality_checks() == {"asked": 1}
    assert sweep_quality_checks() == {"asked": 0}


def test_check_is_for_the_data_officer_and_the_machine(cast: Cast, resource: Resource) -> None:
    version = version_of(hand_in(cast, resource, GOOD))
    for name in ("holder", "coordinator", "office_head"):
        with pytest.raises(NotAllowed):
            services.check_version(cast.actor(name), version_id=version.pk)
    assert services.check_version(cast.actor("steward"), version_id=version.pk) is not None


def test_rows_at_fault_leave_through_the_gate(cast: Cast, resource: Resource) -> None:
    hand_in(cast, resource, DIRTY)
    columns = item_columns(resource)
    for key, count in (
        (f"dirty:{column(resource, 'name')}", 60),
        (f"filled:{column(resource, 'contact')}", 100),
        ("key", 0),
    ):
        line = selectors.rule_line(resource, columns, key)
        assert line is not None
        found = services.failing_rows(cast.actor("steward"), resource=resource, rule=line.rule)
        assert (found.page().total if found else 0) == count
        with pytest.raises(NotAllowed):
            services.failing_rows(cast.actor("holder"), resource=resource, rule=line.rule)
