"""Who may do what: the tables hold together, and a hand-written matrix of state × verb × duty."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from licenses import policies, selectors
from licenses.models import License, LicenseType, State
from licenses.services import (
    cancel_license,
    change_type,
    define_type,
    publish_type,
    retire_type,
    revoke_license,
    revoke_license_as_penalty,
    withhold_license,
)
from licenses.services.standing import resume_license
from licenses.workflow import LICENSE_TABLE, NEEDS_BASIS, TYPE_TABLE
from portal.accounts.models import Department
from portal.audit.models import Entry
from portal.kernel.actors import VISITOR, Actor, Duty, system_actor
from portal.kernel.classification import Grade
from portal.kernel.errors import Conflict, Invalid, NotAllowed, ReasonMissing, TransitionRefused
from portal.workflow.table import Table
from tests.factories import licenses as make

DOCS = Path(__file__).parents[2] / "docs" / "workflows" / "licenses.md"
B = "示例条例第十条"

# state: the verbs open from it, by hand from domain.md §4
OPEN = {
    "01": {"change", "renew", "withhold", "revoke", "revoke_as_penalty", "cancel"},
    "02": {"resume", "revoke", "revoke_as_penalty", "cancel"},
    "03": set(),
    "04": set(),
    "07": set(),
}
REACH: dict[str, Callable[[Actor, License], License]] = {
    "01": lambda _actor, one: one,
    "02": lambda actor, one: withhold_license(actor, license=one, reason="r", basis=B),
    "03": lambda actor, one: revoke_license(actor, license=one, reason="r", basis=B),
    "04": lambda actor, one: cancel_license(actor, license=one, reason="r"),
    "07": lambda actor, one: revoke_license_as_penalty(actor, license=one, reason="r", basis=B),
}


@pytest.mark.parametrize("table", [TYPE_TABLE, LICENSE_TABLE], ids=lambda table: table.name)
def test_tables_have_no_dead_end_and_no_lost_state(table: Table) -> None:
    assert table.reachable() == frozenset(table.states)
    assert {state for state in table.states if not table.verbs_from(state)} == set(table.final)


@pytest.mark.parametrize("table", [TYPE_TABLE, LICENSE_TABLE], ids=lambda table: table.name)
def test_drawn_diagrams_are_the_tables(table: Table) -> None:
    assert table.diagram() in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("state", OPEN)
def test_matrix_of_states_and_verbs_for_the_officer(officer: Actor, license_: License, state: str) -> None:
    moved = REACH[state](officer, license_)
    assert moved.state == state
    assert set(policies.verbs_for(officer, moved)) == OPEN[state]


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty != Duty.LICENSE_OFFICER])
def test_no_other_duty_of_the_same_department_acts(justice: Department, license_: License, duty: Duty) -> None:
    other = make.actor(duty, justice)
    assert policies.verbs_for(other, license_) == []
    assert policies.verbs_for(other, license_.type) == []
    seen = License.objects.filter(policies.visible(other)).exists()
    assert seen == (duty == Duty.AUDIT_ADMIN)
    types = LicenseType.objects.filter(policies.visible_types(other)).exists()
    assert types == (duty in {Duty.AUDIT_ADMIN, Duty.COORDINATOR})
    with pytest.raises(NotAllowed):
        cancel_license(other, license=license_, reason="r")


def test_strangers_visitors_and_machines_do_nothing(license_: License) -> None:
    stranger = make.license_officer(make.department("长春市司法局"))
    for actor in (stranger, VISITOR, system_actor("x")):
        assert not License.objects.filter(policies.visible(actor)).exists()
        assert not LicenseType.objects.filter(policies.visible_types(actor)).exists()
        assert policies.verbs_for(actor, license_) == []
        assert not policies.decide(actor, "reveal", license_)
        assert not policies.decide(actor, "read", license_)
        assert selectors.tasks_for(actor) == []


def test_clearance_is_a_ceiling_that_no_duty_lifts(officer: Actor, justice: Department, license_: License) -> None:
    low = make.actor(Duty.LICENSE_OFFICER, justice, clearance=Grade.GENERAL_2)
    assert not License.objects.filter(policies.visible(low)).exists()
    assert policies.decide(low, "cancel", license_).code == "clearance"
    type_ = make.license_type(
        officer, justice, holder_kind="organization", holder_code_types=["001"], name_zh="机构许可"
    )
    permit = make.issued(
        officer, type_, holder_name="松花公司", holder_code_type="001", holder_code="91220101MA9990000L"
    )
    assert list(License.objects.filter(policies.visible(low))) == [permit]
    assert policies.decide(low, "query", type_)
    assert policies.decide(low, "query", license_.type).code == "clearance"
    lowest = make.actor(Duty.AUDIT_ADMIN, justice, clearance=Grade.GENERAL_1)
    assert not License.objects.filter(policies.visible(lowest)).exists()


def test_people_who_can_are_those_the_policy_allows(justice: Department, officer: Actor, license_: License) -> None:
    auditor = make.actor(Duty.AUDIT_ADMIN, make.department("审计厅"))
    assert set(policies.people_who_can("cancel", license_).values_list("pk", flat=True)) == {officer.user_id}
    readers = set(policies.people_who_can("read", license_).values_list("pk", flat=True))
    assert readers == {officer.user_id, auditor.user_id}
    assert set(policies.people_who_can("publish", license_.type).values_list("pk", flat=True)) == {officer.user_id}


def test_issuer_sees_published_types_it_may_issue(officer: Actor, justice: Department) -> None:
    city = make.department("长春市司法局")
    type_ = make.license_type(officer, justice, issuers=[justice, city], publish=False)
    there = make.license_officer(city)
    assert not selectors.license_types(there).exists()
    publish_type(officer, type=type_)
    assert list(selectors.issuable_types(there)) == [type_]
    assert policies.decide(there, "read", type_)
    assert not policies.decide(there, "change", type_)
    with pytest.raises(NotAllowed):
        publish_type(there, type=type_)


@pytest.mark.parametrize("verb", sorted(NEEDS_BASIS))
def test_grave_verbs_need_a_legal_basis(officer: Actor, license_: License, verb: str) -> None:
    act = {"withhold": withhold_license, "revoke": revoke_license, "revoke_as_penalty": revoke_license_as_penalty}[verb]
    with pytest.raises(Invalid) as caught:
        act(officer, license=license_, reason="r", basis=" ")
    assert set(caught.value.fields) == {"basis"}
    with pytest.raises(ReasonMissing):
        act(officer, license=license_, reason=" ", basis=B)
    license_.refresh_from_db()
    assert license_.state == State.VALID


def test_every_act_and_every_refusal_is_recorded(officer: Actor, license_: License, justice: Department) -> None:
    withhold_license(officer, license=license_, reason="核查", basis=B)
    resume_license(officer, license=license_, reason="归还")
    with pytest.raises(TransitionRefused):
        resume_license(officer, license=license_, reason="再还")
    with pytest.raises(NotAllowed):
        cancel_license(make.actor(Duty.DATA_OFFICER, justice), license=license_, reason="r")
    entries = Entry.objects.filter(object_type="licenses.license", object_id=str(license_.pk)).order_by("id")
    assert [(entry.action.rpartition(".")[2], entry.outcome) for entry in entries] == [
        ("issue", "done"),
        ("withhold", "done"),
        ("resume", "done"),
        ("cancel", "refused"),
    ]
    assert entries[1].details["basis"] == B
    assert entries[1].reason == "核查"


def test_type_lives_from_draft_to_retired(officer: Actor, justice: Department) -> None:
    type_ = make.license_type(officer, justice, publish=False)
    assert [version.version for version in type_.versions.all()] == []
    assert publish_type(officer, type=type_).version == 1
    with pytest.raises(Conflict) as caught:
        publish_type(officer, type=type_)
    assert caught.value.code == "unchanged"
    change_type(officer, type=type_, name_zh="律师执业证书", issuers=[justice])
    assert publish_type(officer, type=type_).version == 2
    with pytest.raises(ReasonMissing):
        retire_type(officer, type=type_, reason="")
    assert retire_type(officer, type=type_, reason="停用").state == "retired"
    with pytest.raises(TransitionRefused):
        change_type(officer, type=type_, name_zh="x")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"number": "1"}, {"number"}),
        ({"name_zh": " "}, {"name_zh"}),
        ({"holder_kind": "animal"}, {"holder_kind"}),
        ({"holder_code_types": []}, {"holder_code_types"}),
        ({"holder_code_types": ["001"]}, {"holder_code_types"}),
        ({"holder_code_types": ["000"]}, {"holder_code_types"}),
        ({"look": "poster"}, {"look"}),
        ({"validity_months": 0}, {"validity_months"}),
        ({"fields": [{"key": "Ä", "name_zh": "x"}]}, {"fields"}),
        ({"fields": [{"key": "a", "name_zh": "x"}, {"key": "a", "name_zh": "y"}]}, {"fields"}),
        ({"fields": [{"key": "a", "name_zh": ""}]}, {"fields"}),
        ({"fields": [{"key": "a", "name_zh": "x", "kind": "color"}]}, {"fields"}),
        ({"fields": [{"key": "a", "name_zh": "x", "kind": "choice"}]}, {"fields"}),
        ({"fields": [{"name_zh": "x"}]}, {"fields"}),
        ({"fields": [{"key": f"f{i}", "name_zh": "x"} for i in range(31)]}, {"fields"}),
    ],
)
def test_wrong_types_are_explained(
    officer: Actor, justice: Department, changes: dict[str, object], wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        make.license_type(officer, justice, publish=False, **changes)
    assert set(caught.value.fields) == wrong
    assert not LicenseType.objects.exists()


def test_only_license_officers_define_and_unknown_content_is_refused(officer: Actor, justice: Department) -> None:
    with pytest.raises(NotAllowed):
        make.license_type(make.actor(Duty.DATA_OFFICER, justice), justice)
    type_ = make.license_type(officer, justice)
    with pytest.raises(Invalid):
        change_type(officer, type=type_, state="retired")
    assert define_type.__doc__


def test_desk_shows_ending_licenses_and_drafts(officer: Actor, justice: Department, lawyers: LicenseType) -> None:
    today = timezone.localdate()
    make.issued(officer, lawyers)
    soon = make.issued(officer, lawyers, valid_to=today + datetime.timedelta(days=30))
    over = make.issued(
        officer, lawyers, valid_from=today - datetime.timedelta(days=40), valid_to=today - datetime.timedelta(days=3)
    )
    draft = make.license_type(officer, justice, publish=False)
    tasks = selectors.tasks_for(officer)
    assert [task.number for task in tasks] == [over.identifier, soon.identifier, draft.code]
    assert (tasks[0].state, tasks[0].days_left, tasks[1].days_left) == ("05", -3, 30)
    assert selectors.figures() == selectors.Figures(types=1, valid=2)
