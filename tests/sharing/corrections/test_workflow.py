"""The table of corrections holds together, and the matrix written by hand says what it and the policy must allow."""

import pytest

from portal.workflow.deadlines import RULES
from sharing import policies
from sharing.models import Correction
from sharing.workflow import CORRECTIONS
from tests.cast import Cast
from tests.factories import sharing as made
from tests.sharing.test_workflow import DIAGRAMS, PEOPLE


def test_every_state_is_reached_and_only_final_ones_end() -> None:
    assert CORRECTIONS.reachable() == set(CORRECTIONS.states)
    ends = {state for state in CORRECTIONS.states if not any(row.target for row in CORRECTIONS.verbs_from(state))}
    assert ends == CORRECTIONS.final


def test_drawn_diagram_equals_the_table() -> None:
    assert CORRECTIONS.diagram() in DIAGRAMS.read_text(encoding="utf-8")


def test_the_clock_is_ten_working_days_of_article_26() -> None:
    rule = RULES["sharing.correction"]
    assert rule.working_days == 10
    assert "art 26" in str(rule.article)
    assert {row.verb for row in CORRECTIONS.transitions if "sharing.correction" in row.stops} == {
        "refuse",
        "correct",
        "withdraw",
    }


#: State → who → what she may do, the verbs and adding evidence; everybody else may nothing. Written by hand.
MATRIX: dict[str, dict[str, set[str]]] = {
    "filed": {
        "holder": {"withdraw", "attach"},
        "holder_head": {"withdraw", "attach"},
        "steward": {"verify"},
        "office_head": {"verify"},
    },
    "verifying": {
        "holder": {"withdraw", "attach"},
        "holder_head": {"withdraw", "attach"},
        "steward": {"confirm", "refuse"},
        "office_head": {"confirm", "refuse"},
    },
    "confirmed": {"steward": {"correct"}, "office_head": {"correct"}, "system": {"correct"}},
    "corrected": {},
    "refused": {},
    "withdrawn": {},
}


@pytest.mark.django_db
@pytest.mark.parametrize("state", MATRIX)
def test_matrix_of_corrections(cast: Cast, state: str) -> None:
    correction = made.correction_in(cast, state)
    assert correction.state == state
    acts = ("verify", "confirm", "refuse", "correct", "withdraw", "attach", "receive")
    allowed: dict[str, set[str]] = {}
    for name in PEOPLE:
        actor = made.SYSTEM if name == "system" else cast.actor(name)
        fresh = Correction.objects.get(pk=correction.pk)
        if acts_allowed := {act for act in acts if policies.decide_correction(actor, act, fresh)}:
            allowed[name] = acts_allowed
    assert allowed == MATRIX[state]
