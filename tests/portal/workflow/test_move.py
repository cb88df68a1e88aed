"""The mover: lock, check, decide, save, clocks, record and signal together, or nothing at all."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.dispatch import Signal

from catalog.models import Resource
from portal.audit.models import Entry
from portal.kernel.actors import Actor
from portal.kernel.decisions import ALLOW, Decision, deny
from portal.kernel.errors import NotAllowed, NotFound, ReasonMissing, TransitionRefused
from portal.workflow import deadlines
from portal.workflow.deadlines import DeadlineRule
from portal.workflow.move import move
from portal.workflow.table import Table, Transition
from tests.cast import Cast, build_cast

TABLE = Table(
    name="tests",
    states={"draft": "Draft", "submitted": "Submitted", "retired": "Retired"},
    initial="draft",
    final=frozenset({"retired"}),
    transitions=(
        Transition("submit", ("draft",), "submitted", starts=("tests.clock",)),
        Transition("touch", ("draft", "submitted"), None),
        Transition("retire", ("submitted",), "retired", needs_reason=True, stops=("tests.clock",)),
    ),
)
moved = Signal()
deadlines.register(DeadlineRule("tests.clock", 5, "Order 809 art 21", "Test"))


def allow(actor: Actor, action: str, obj: Any) -> Decision:
    return ALLOW


def _resource(cast: Cast, code: str = "T/1") -> Resource:
    return Resource.objects.create(code=code, title_zh="资源", provider=cast.provider, created_by=cast.user("steward"))


def test_a_move_writes_state_fields_clock_record_and_signal(cast: Cast) -> None:
    heard: list[dict[str, Any]] = []

    def listen(**facts: Any) -> None:
        heard.append(facts)

    moved.connect(listen)
    try:
        resource = move(
            TABLE,
            cast.actor("steward"),
            _resource(cast),
            "submit",
            decide=allow,
            fields={"title_zh": "新名"},
            details={"n": 1},
            signal=moved,
        )
    finally:
        moved.disconnect(listen)
    resource.refresh_from_db()
    assert (resource.state, resource.title_zh) == ("submitted", "新名")
    assert deadlines.open_deadline(resource) is not None
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.details) == ("tests.submit", {"from": "draft", "to": "submitted", "n": 1})
    assert entry.actor_name == "李国强"
    assert [(facts["verb"], facts["source"], facts["target"]) for facts in heard] == [("submit", "draft", "submitted")]
    move(TABLE, cast.actor("steward"), resource, "retire", decide=allow, reason="done with")
    assert deadlines.open_deadline(resource) is None


def test_a_verb_without_target_keeps_the_state(cast: Cast) -> None:
    assert move(TABLE, cast.actor("steward"), _resource(cast), "touch", decide=allow).state == "draft"


def test_a_wrong_state_a_missing_reason_and_a_lost_row_are_refused(cast: Cast) -> None:
    resource = _resource(cast)
    with pytest.raises(TransitionRefused):
        move(TABLE, cast.actor("steward"), resource, "retire", decide=allow, reason="x")
    move(TABLE, cast.actor("steward"), resource, "submit", decide=allow)
    with pytest.raises(ReasonMissing):
        move(TABLE, cast.actor("steward"), resource, "retire", decide=allow, reason="  ")
    Resource.objects.filter(pk=resource.pk).delete()
    with pytest.raises(NotFound):
        move(TABLE, cast.actor("steward"), resource, "retire", decide=allow, reason="x")


def test_a_refusal_of_the_policy_changes_nothing_and_is_recorded(cast: Cast) -> None:
    resource = _resource(cast)
    with pytest.raises(NotAllowed) as refused:
        move(
            TABLE,
            cast.actor("outsider"),
            resource,
            "submit",
            decide=lambda _actor, _action, _obj: deny("not_yours", "Not your department."),
        )
    assert refused.value.code == "not_yours"
    resource.refresh_from_db()
    assert resource.state == "draft"
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.outcome, entry.reason) == ("tests.submit", "refused", "Not your department.")


def test_a_receiver_that_fails_takes_everything_back(cast: Cast) -> None:
    def fail(**facts: Any) -> None:
        raise RuntimeError("no")

    resource = _resource(cast)
    before = Entry.objects.count()
    moved.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            move(TABLE, cast.actor("steward"), resource, "submit", decide=allow, signal=moved)
    finally:
        moved.disconnect(fail)
    resource.refresh_from_db()
    assert resource.state == "draft"
    assert Entry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_wins() -> None:
    cast = build_cast()
    resource, actor = _resource(cast, "T/2"), cast.actor("steward")
    outcomes: list[str] = []

    def race() -> None:
        try:
            move(TABLE, actor, resource, "submit", decide=allow)
            outcomes.append("won")
        except TransitionRefused:
            outcomes.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["late"] * 7 + ["won"]
    assert Entry.objects.filter(action="tests.submit", outcome="done").count() == 1
