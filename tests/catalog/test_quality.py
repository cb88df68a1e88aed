"""Quality through the services: judged on the way in, rules set, tickets opened and closed by the next version."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog import services as catalog_services
from catalog.data.quality import Kind, Rule, Severity
from catalog.models import (
    Code,
    CodeSet,
    CodeSetVersion,
    QualityReport,
    QualityRule,
    QualityTicket,
    Resource,
    Upload,
    Version,
)
from catalog.selectors import quality as selectors
from catalog.selectors.columns import item_columns
from catalog.services import quality as services
from catalog.services.versions import check_upload, receive_upload
from catalog.tasks import check_quality, sweep_quality, sweep_quality_checks
from portal.audit.models import Entry
from portal.kernel.actors import system_actor
from portal.kernel.errors import Invalid, NotAllowed, NotFound, ReasonMissing, TransitionRefused
from portal.notices.models import Notice
from portal.workflow.deadlines import open_deadline
from portal.workflow.signals import deadline_missed, deadline_near
from tests.cast import Cast
from tests.factories.catalog import resource_in

pytestmark = pytest.mark.django_db
MACHINE = system_actor("tests")
GOOD = "".join(f"2201{n:05d},街道{n},张{n}\n" for n in range(100))
DIRTY = "".join(f"2201{n:05d},{'测试' if n < 60 else f'街道{n}'},\n" for n in range(100))


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return resource_in(cast, "published")


def hand_in(cast: Cast, resource: Resource, rows: str) -> Upload:
    file = io.BytesIO(("街道代码,街道名称,联系人\n" + rows).encode())
    upload = receive_upload(cast.actor("steward"), resource=resource, file=file, name="街道.csv", announce=False)
    upload = check_upload(MACHINE, upload_id=upload.pk)
    resource.refresh_from_db()
    return upload


def version_of(upload: Upload) -> Version:
    assert upload.version is not None
    return upload.version


def column(resource: Resource, name: str) -> str:
    return next(one.id for one in item_columns(resource) if one.name == name)


def result(report: QualityReport | None, key: str) -> Any:
    assert report is not None
    return next(one for one in selectors.results_of(report) if one.rule.key == key)


def own_rule(resource: Resource, **fields: Any) -> Rule:
    known: dict[str, Any] = {
        "kind": Kind.PATTERN,
        "columns": (column(resource, "name"),),
        "params": {"pattern": "街道.*"},
    }
    return Rule(key="", **(known | fields))


@pytest.fixture
def strict(cast: Cast, resource: Resource) -> QualityRule:
    """A rule of severity block: names begin with 街道."""
    rule = own_rule(resource, severity=Severity.BLOCK)
    return services.set_rule(cast.actor("steward"), resource=resource, rule=rule)


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
    lines = selectors.result_lines(report, report.version)
    assert "街道名称" in lines[0].label or "联系人" in lines[0].label


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


def test_confirmed_error_lowers_accuracy_until_a_version_mends_it(cast: Cast, resource: Resource) -> None:
    version = version_of(hand_in(cast, resource, GOOD))
    noted = services.note_correction(MACHINE, version=version, source="sharing", reference="JC-1", rows=5)
    again = services.note_correction(MACHINE, version=version, source="sharing", reference="JC-1", rows=5)
    assert noted == again
    ticket = QualityTicket.objects.get(cause="correction")
    clock = open_deadline(ticket)
    assert clock is not None
    assert (clock.kind, clock.working_days) == ("catalog.correction", 10)
    assert result(services.check_version(MACHINE, version_id=version.pk), "corrections").failed == 5
    services.move_ticket(cast.actor("steward"), ticket=ticket, verb="mend", reason="已更正")
    mended = version_of(hand_in(cast, resource, GOOD))
    noted.refresh_from_db()
    ticket.refresh_from_db()
    assert (noted.mended_in, ticket.state) == (mended, "closed")


def test_visitors_note_no_corrections(cast: Cast, resource: Resource) -> None:
    version = version_of(hand_in(cast, resource, GOOD))
    with pytest.raises(NotAllowed):
        services.note_correction(cast.actor("visitor"), version=version, source="sharing", reference="JC-2")


def test_rule_is_switched_off_with_a_reason_and_back_to_what_was_declared(cast: Cast, resource: Resource) -> None:
    steward, columns = cast.actor("steward"), item_columns(resource)
    key = f"filled:{column(resource, 'contact')}"
    line = selectors.rule_line(resource, columns, key)
    assert line is not None
    with pytest.raises(Invalid):
        services.set_rule(steward, resource=resource, rule=line.rule, key=key, is_on=False)
    services.set_rule(steward, resource=resource, rule=line.rule, key=key, is_on=False, reason="本就可以为空")
    assert key not in {rule.key for rule in selectors.rules_in_force(resource, columns)}
    report = selectors.report_of(version_of(hand_in(cast, resource, DIRTY)))
    assert report is not None
    assert key not in {one.rule.key for one in selectors.results_of(report)}
    services.reset_rule(steward, resource=resource, key=key)
    assert key in {rule.key for rule in selectors.rules_in_force(resource, columns)}
    with pytest.raises(NotFound):
        services.reset_rule(steward, resource=resource, key=key)
    with pytest.raises(NotFound):
        services.set_rule(steward, resource=resource, rule=line.rule, key="filled:c99")


def test_editions_of_a_rule_stay(cast: Cast, resource: Resource, strict: QualityRule) -> None:
    rule = own_rule(resource, params={"pattern": ".*"}, weight=3.0)
    second = services.set_rule(cast.actor("steward"), resource=resource, rule=rule, key=strict.key)
    assert [(one.number, one.is_current) for one in selectors.editions(resource, strict.key)] == [(2, True), (1, False)]
    line = selectors.rule_line(resource, item_columns(resource), strict.key)
    assert line is not None
    assert (line.rule.weight, line.rule.params, line.edition) == (3.0, {"pattern": ".*"}, second)


def test_implied_rule_keeps_what_it_asks(cast: Cast, resource: Resource) -> None:
    key, columns = f"length:{column(resource, 'code')}", item_columns(resource)
    rule = own_rule(resource, weight=5.0, severity=Severity.INFO)
    services.set_rule(cast.actor("steward"), resource=resource, rule=rule, key=key)
    line = selectors.rule_line(resource, columns, key)
    assert line is not None
    assert (line.rule.kind, line.rule.weight, line.rule.severity) == (Kind.LENGTH, 5.0, Severity.INFO)


def test_rules_are_set_by_data_officers_of_the_provider_only(cast: Cast, resource: Resource) -> None:
    for name in ("office_head", "coordinator", "holder", "outsider", "visitor"):
        with pytest.raises(NotAllowed):
            services.set_rule(cast.actor(name), resource=resource, rule=own_rule(resource))


def test_trial_saves_nothing(cast: Cast, resource: Resource) -> None:
    steward = cast.actor("steward")
    assert services.try_rule(steward, resource=resource, rule=own_rule(resource)) is None
    hand_in(cast, resource, DIRTY)
    found = services.try_rule(steward, resource=resource, rule=own_rule(resource))
    assert found is not None
    assert (found.total, found.failed) == (100, 60)
    assert not QualityRule.objects.exists()
    with pytest.raises(Invalid) as refused:
        services.try_rule(steward, resource=resource, rule=own_rule(resource, params={"pattern": "("}))
    assert list(refused.value.fields) == ["pattern"]


def test_values_are_compared_with_own_or_freely_shared_data_only(cast: Cast, resource: Resource) -> None:
    steward = cast.actor("steward")
    other = resource_in(cast, "published", "另一名录")
    hand_in(cast, other, GOOD)
    hand_in(cast, resource, GOOD + "220999999,街道x,李\n")

    def reference(code: str, name: str) -> Rule:
        return Rule(
            key="", kind=Kind.REFERENCE, columns=(column(resource, "code"),), params={"resource": code, "column": name}
        )

    found = services.try_rule(steward, resource=resource, rule=reference(other.code, "code"))
    assert found is not None
    assert (found.total, found.failed) == (101, 1)
    for code, name in (("000/000", "code"), (other.code, "nothing")):
        with pytest.raises(Invalid):
            services.try_rule(steward, resource=resource, rule=reference(code, name))


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


@pytest.fixture
def pages(cast: Cast, resource: Resource) -> str:
    hand_in(cast, resource, DIRTY)
    hand_in(cast, resource, GOOD)
    return f"{resource.get_absolute_url()}quality/"


def test_rule_is_chosen_tried_and_saved_on_its_pages(cast: Cast, resource: Resource, pages: str) -> None:
    client = cast.client("steward")
    assert "?kind=pattern" in client.get(f"{pages}rules/new/").content.decode()
    data = {"columns": column(resource, "name"), "pattern": "街道1.*", "severity": "warn", "weight": "1",
            "threshold": "100", "dimension": "conformity"}  # fmt: skip
    tried = client.post(f"{pages}rules/new/?kind=pattern", data | {"try": "1"})
    assert (tried.status_code, QualityRule.objects.count()) == (200, 0)
    assert 'role="status"' in tried.content.decode()
    assert client.post(f"{pages}rules/new/?kind=pattern", data | {"pattern": "("}).status_code == 400
    assert client.post(f"{pages}rules/new/?kind=pattern", data).status_code == 302
    edition = QualityRule.objects.get()
    assert edition.content["params"] == {"pattern": "街道1.*"}
    page = f"{pages}rules/{edition.key}/"
    assert "街道1.*" in client.get(page).content.decode()
    off = client.post(page, data | {"reason": ""})
    assert off.status_code == 400
    assert client.post(page, data | {"reason": "试用"}).status_code == 302
    assert client.post(f"{page}reset/").status_code == 302
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_every_kind_has_its_form(cast: Cast, resource: Resource, pages: str, kind: str) -> None:
    assert cast.client("steward").get(f"{pages}rules/new/?kind={kind}").status_code == 200


@pytest.mark.parametrize(
    ("kind", "data", "params"),
    [
        ("values", {"values": "街道1\n街道2\n"}, {"values": ["街道1", "街道2"]}),
        ("length", {"least": "1", "most": "9"}, {"least": 1.0, "most": 9.0}),
        ("dirty", {"checks": ["spaces"]}, {"checks": ["spaces"]}),
        ("required", {}, {}),
        ("checksum", {"scheme": "uscc"}, {"scheme": "uscc"}),
        ("type", {"type": "D"}, {"type": "D"}),
        ("drift", {"limit": "0.3"}, {"limit": 0.3}),
    ],
)
def test_what_is_filled_in_becomes_the_rule(
    cast: Cast, resource: Resource, pages: str, kind: str, data: dict[str, Any], params: dict[str, Any]
) -> None:
    counted = {"severity": "info", "weight": "2", "threshold": "50", "dimension": "accuracy"}
    sent = {"columns": column(resource, "name")} | counted | data
    assert cast.client("steward").post(f"{pages}rules/new/?kind={kind}", sent).status_code == 302
    content = QualityRule.objects.get().content
    assert (content["params"], content["weight"], content["threshold"]) == (params, 2.0, 50.0)
    assert (content["severity"], content["dimension"]) == ("info", "accuracy")


def test_rule_on_a_code_set_asks_for_the_codes_of_the_day(cast: Cast, resource: Resource, pages: str) -> None:
    streets = CodeSet.objects.create(code="streets", name_zh="街道")
    codes = CodeSetVersion.objects.create(code_set=streets, number="1", state="in_force")
    Code.objects.create(version=codes, code="街道1", position=1)
    sent = {"columns": column(resource, "name"), "code_set": "streets", "values": ""}
    sent |= {"severity": "warn", "weight": "1", "threshold": "100", "dimension": "conformity"}
    assert cast.client("steward").post(f"{pages}rules/new/?kind=values", sent).status_code == 302
    params = QualityRule.objects.get().content["params"]
    assert params == {"code_set": "streets", "values": ["街道1"]}

    def allowed() -> Any:
        rules = selectors.rules_in_force(resource, item_columns(resource))
        return next(rule.params["values"] for rule in rules if rule.params.get("code_set"))

    Code.objects.create(version=codes, code="街道2", position=2)
    assert allowed() == ["街道1", "街道2"]
    CodeSetVersion.objects.update(state="withdrawn")
    assert allowed() == ["街道1"]


def test_description_in_the_works_shows_its_points(cast: Cast) -> None:
    resource = resource_in(cast, "draft")
    page = cast.client("steward").get(f"{resource.get_absolute_url()}edit/")
    met = sum(point.points for point in selectors.metadata_points(resource, str) if point.is_met)
    assert page.context["points"] == met
    assert f"{met} of {page.context['possible']} points" in page.content.decode()


def test_comparison_of_columns_is_filled_in(cast: Cast, resource: Resource, pages: str) -> None:
    code, name = column(resource, "code"), column(resource, "name")
    counted = {"severity": "warn", "weight": "1", "threshold": "100", "dimension": "consistency"}
    sent = counted | {"when_left": name, "when_op": "filled", "then_left": code, "then_op": "ne", "then_column": name}
    client = cast.client("steward")
    assert client.post(f"{pages}rules/new/?kind=expression", sent).status_code == 302
    edition = QualityRule.objects.get()
    assert edition.content["params"]["then"] == [{"left": {"column": code}, "op": "ne", "right": {"column": name}}]
    assert client.get(f"{pages}rules/{edition.key}/").status_code == 200


def test_pages_of_quality_show_what_was_found(cast: Cast, resource: Resource, pages: str) -> None:
    steward, coordinator = cast.client("steward"), cast.client("coordinator")
    page = steward.get(pages).content.decode()
    assert "<polyline" in page
    assert page.count("<h1") == 1
    assert steward.post(f"{pages}check/").status_code == 302
    assert "<td" not in steward.get(f"{pages}rows/dirty:{column(resource, 'name')}/").content.decode()
    assert steward.get(f"{pages}rows/nothing/").status_code == 404
    assert "405" in steward.get(f"{pages}description/").content.decode()
    assert coordinator.post(f"{pages}ticket/", {"note": "联系人缺失"}).status_code == 302
    ticket = QualityTicket.objects.get(cause="coordinator")
    assert ticket.number in steward.get("/catalog/tickets/?all=1").content.decode()
    assert "联系人缺失" in steward.get(ticket.get_absolute_url()).content.decode()
    act = f"{ticket.get_absolute_url()}act/"
    assert steward.post(f"{act}mend/").status_code == 400
    assert steward.post(f"{act}mend/", {"reason": "已补全"}).status_code == 302
    assert steward.post(f"{act}dance/").status_code == 404
    assert "省民政厅" in steward.get("/catalog/quality/?sort=score").content.decode()
    assert resource.code in steward.get("/catalog/quality/descriptions/").content.decode()
    exported = b"".join(steward.get("/catalog/quality/export/csv/").streaming_content).decode("utf-8-sig")
    assert "省民政厅" in exported
    assert steward.get("/catalog/quality/export/pdf/").status_code == 404


def test_api_gives_scores_to_all_and_lines_to_those_who_may_see_rows(cast: Cast, resource: Resource) -> None:
    hand_in(cast, resource, DIRTY)
    at = f"/api/v1/catalog/resources/{resource.address}/quality/"
    known = cast.client("steward").get(at).json()
    told = cast.client("holder").get(at).json()
    assert known["score"] == told["score"] == resource.quality.score
    assert ("profile" in known, "profile" in told) == (True, False)
    assert "lines" in known["results"][0]
    assert not any({"lines", "keys"} & set(one) for one in told["results"])
    assert told["description"]["of"] == 405


def test_api_sets_rules_and_moves_tickets(cast: Cast, resource: Resource) -> None:
    hand_in(cast, resource, DIRTY)
    steward, at = cast.client("steward"), f"/api/v1/catalog/resources/{resource.address}/quality/rules/"
    content = {"kind": "pattern", "columns": [column(resource, "name")], "params": {"pattern": "街道.*"}}

    def send(method: str, address: str, data: dict[str, Any]) -> Any:
        return getattr(steward, method)(address, data, content_type="application/json")

    assert send("post", at, content | {"trial": True}).json()["result"]["failed"] == 60
    wrong = send("post", at, content | {"params": {"pattern": "("}})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "rule_pattern")
    assert send("post", at, content | {"weight": 0}).status_code == 400
    made = send("post", at, content)
    assert made.status_code == 201
    key = made.json()["key"]
    assert key in {rule["key"] for rule in steward.get(at).json()["rules"]}
    changed = send("put", f"{at}{key}/", content | {"weight": 4, "is_on": False, "reason": "试用结束"})
    assert (changed.json()["edition"], changed.json()["is_on"]) == (2, False)
    assert steward.delete(f"{at}{key}/").status_code == 204
    assert cast.client("holder").delete(f"{at}{key}/").status_code == 403
    ticket = services.open_ticket(cast.actor("coordinator"), resource=resource, note="联系人缺失")
    found = steward.get("/api/v1/catalog/tickets/").json()
    assert ticket.number in str(found)
    moved = send("post", f"/api/v1/catalog/tickets/{ticket.number}/mend", {"reason": "已补全"})
    assert (moved.status_code, moved.json()["state"]) == (200, "mended")
    assert send("post", f"/api/v1/catalog/tickets/{ticket.number}/dance", {"reason": ""}).status_code == 404
