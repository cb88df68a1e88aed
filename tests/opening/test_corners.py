"""Rules that rarely matter until they do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from catalog import services as catalog_services
from catalog.models import Version
from opening import selectors, services
from opening.models import DataLicense, EditionCount, EditionFile, Publication
from opening.policies import decide, manageable, openable_from, people_who_can
from opening.selectors.freshness import Freshness, freshness_of, is_on_time
from opening.services.checks import Check
from opening.tasks import prepare_edition_files
from portal.audit.models import Entry
from portal.kernel.actors import VISITOR, system_actor
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.web.ranges import RangeNotSatisfiable, Span, asked_span, matches
from tests.cast import Cast
from tests.factories.catalog import resource_in
from tests.factories.opening import add_version, edition_in, resource_with_data

SYSTEM = system_actor("tests")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-3", Span(0, 4, 10)),
        ("bytes=4-", Span(4, 10, 10)),
        ("bytes=-3", Span(7, 10, 10)),
        ("bytes=-30", Span(0, 10, 10)),
        ("bytes=5-100", Span(5, 10, 10)),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("rows=0-1", None),
        ("", None),
    ],
)
def test_ranges_are_read_as_the_rfc_says(header: str, expected: Span | None) -> None:
    assert asked_span(header, 10) == expected


def test_range_outside_the_file_and_stale_if_range() -> None:
    for header in ("bytes=10-", "bytes=-0"):
        with pytest.raises(RangeNotSatisfiable):
            asked_span(header, 10)
    assert asked_span("bytes=0-1", 10, if_range='"a"', etag='"b"') is None
    assert asked_span("bytes=0-1", 10, if_range='"a"', etag='"a"') == Span(0, 2, 10)
    assert matches('W/"a", "b"', '"a"')
    assert matches("*", '"a"')
    assert not matches('"b"', '"a"')


def test_freshness_knows_late_on_time_and_no_cycle() -> None:
    assert freshness_of(None, 7) is None
    assert is_on_time(9, timezone.now()) is None
    assert is_on_time(2, timezone.now())
    assert not is_on_time(2, timezone.now() - timedelta(days=2))
    day = timezone.localdate()
    today = Freshness(updated_on=day, due_on=None)
    assert not today.is_late
    assert not today.is_on_time
    assert Freshness(day, day - timedelta(days=1)).is_late
    assert Freshness(day, day + timedelta(days=1)).is_on_time


def test_check_says_its_state() -> None:
    assert Check("x", "x", is_met=True).state == "accepted"
    assert Check("x", "x", is_met=False).state == "failed"


@pytest.mark.django_db
def test_names_of_rows_are_short(cast: Cast) -> None:
    edition = edition_in(cast)
    services.count_use(edition, "view")
    services.prepare_files(publication=edition)
    assert str(edition) == edition.name
    assert str(DataLicense.objects.get(pk="CC0-1.0")) == "CC0-1.0"
    assert str(EditionCount.objects.get()).endswith("view")
    assert str(EditionFile.objects.first()).startswith(str(edition.pk))


@pytest.mark.django_db
def test_policy_refuses_the_inactive_the_system_and_keys_without_scope(cast: Cast) -> None:
    edition = edition_in(cast, "submitted")
    head, steward = cast.actor("office_head"), cast.actor("steward")
    assert decide(replace(head, is_active=False), "publish", edition).code == "inactive"
    assert decide(SYSTEM, "publish", edition).code == "not_for_system"
    assert decide(VISITOR, "publish", edition).code == "not_signed_in"
    assert decide(replace(head, scopes=frozenset()), "publish", edition).code == "scope_missing"
    assert decide(head, "burn", edition).code == "duty_missing"
    assert decide(VISITOR, "create", edition.resource).code == "not_signed_in"
    assert decide(replace(steward, scopes=frozenset()), "create", edition.resource).code == "scope_missing"
    assert decide(steward, "create", resource_in(cast, "draft", "草稿")).code == "resource_not_published"
    assert decide(VISITOR, "read", edition).code == "not_open"
    assert manageable(VISITOR) == Q(pk__in=[])
    assert openable_from(replace(steward, scopes=frozenset())) == Q(pk__in=[])
    assert set(people_who_can("withdraw", edition).values_list("username", flat=True)) == {
        "steward",
        "office_head",
        "coordinator",
    }


@pytest.mark.django_db
def test_rows_stop_when_the_resource_leaves_whatever_the_edition_says(cast: Cast) -> None:
    edition = edition_in(cast)
    catalog_services.suspend(cast.actor("office_head"), resource=edition.resource, reason="核查")
    fresh = Publication.objects.select_related("resource__provider").get(pk=edition.pk)
    assert fresh.state == "suspended"
    fresh.state = "published"
    assert decide(VISITOR, "read", fresh).code == "resource_not_published"


@pytest.mark.django_db
def test_draft_names_what_is_wrong_with_its_parts(cast: Cast) -> None:
    resource, steward = resource_with_data(cast), cast.actor("steward")
    wrong = [
        ({"license_code": "none"}, "license_code"),
        ({"title_zh": " "}, "title_zh"),
        ({"color": "red"}, "color"),
        ({"items": ["nothing"]}, "items"),
    ]
    for fields, name in wrong:
        with pytest.raises(Invalid) as refusal:
            services.draft_publication(steward, resource=resource, name="xx", **fields)
        assert name in refusal.value.fields
    assert not Publication.objects.exists()


@pytest.mark.django_db
def test_edition_without_data_has_no_warrant_and_a_changed_plan_voids_it(cast: Cast) -> None:
    empty = edition_in(cast, "draft", "empty", resource_in(cast, title="空"))
    with pytest.raises(NotFound):
        services.warrant_for(empty)
    assert services.prepare_files(publication=empty) == 0
    edition = edition_in(cast, name="full")
    warrant = services.warrant_for(edition)
    assert warrant.decide(VISITOR)
    Publication.objects.filter(pk=edition.pk).update(plan_hash="0" * 64)
    assert warrant.decide(VISITOR).code == "edition_changed"


@pytest.mark.django_db
def test_task_makes_files_and_may_run_twice(cast: Cast) -> None:
    edition = edition_in(cast)
    assert prepare_edition_files(str(edition.pk)) == {"dropped": 0, "ready": 4}
    assert prepare_edition_files(str(edition.pk)) == {"dropped": 0, "ready": 4}


@pytest.mark.django_db
def test_figures_of_home_count_what_is_open(cast: Cast) -> None:
    edition = edition_in(cast)
    edition_in(cast, "draft", "hidden", edition.resource)
    services.count_use(edition, "download", times=3)
    figures = selectors.public_figures()
    assert (figures.datasets, figures.organizations, figures.rows, figures.downloads) == (1, 1, 5, 3)
    assert [found.name for found in selectors.latest_editions()] == ["jilin-streets"]
    assert {theme.slug: theme.datasets for theme in selectors.themes_with_counts() if theme.datasets} == {
        "community-governance": 1
    }
    assert [one.slug for one in selectors.organizations_with_counts()] == ["provider"]
    assert selectors.search_editions(words="街道").results[0].name == "jilin-streets"


@pytest.mark.django_db
def test_late_data_is_said_to_be_late(cast: Cast, client: Client) -> None:
    edition = edition_in(cast)
    version = edition.resource.current_version
    assert version is not None
    Version.objects.filter(pk=version.pk).update(created_at=version.created_at - timedelta(days=400))
    page = client.get(f"/dataset/{edition.name}", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert 'data-state="late"' in page
    organization = client.get("/organization/provider", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "<b>0.0%</b>" in organization


@pytest.mark.django_db
def test_irregular_data_has_no_share_on_time(cast: Cast, client: Client) -> None:
    edition_in(cast, resource=resource_with_data(cast, update_cycle=8))
    assert "kept up to date" not in client.get("/organization/provider", HTTP_ACCEPT_LANGUAGE="en").content.decode()


@pytest.mark.django_db
def test_refused_attempt_is_recorded_and_nothing_else_changes(cast: Cast) -> None:
    edition = edition_in(cast, "submitted")
    with pytest.raises(NotAllowed):
        services.publish(cast.actor("outsider"), publication=edition)
    refused = Entry.objects.get(action="opening.publish")
    assert (refused.outcome, refused.actor_name) == ("refused", "外人")


@pytest.mark.django_db
def test_older_version_keeps_its_own_file(cast: Cast, client: Client) -> None:
    edition = edition_in(cast)
    add_version(cast, edition.resource, "code,name,population,founded,contact_person\n220102001,自强街道,1,,x\n")
    here = f"/dataset/{edition.name}/resource/{edition.file_id}/download/{edition.name}"
    old, new = client.get(f"{here}-v1.csv"), client.get(f"{here}.csv")
    assert len(b"".join(old.streaming_content).splitlines()) == 6
    assert len(b"".join(new.streaming_content).splitlines()) == 2
    assert "-v1.csv" in old["Content-Disposition"]
    assert f"{edition.name}-v1.csv" in client.get(f"/dataset/{edition.name}/versions").content.decode()
