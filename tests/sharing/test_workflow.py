"""The tables hold together, and the matrix written by hand says what they and the policies must allow."""

from pathlib import Path
from typing import Any

import pytest

from portal.workflow.deadlines import RULES
from portal.workflow.table import Table
from sharing import policies
from sharing.models import Grant
from sharing.workflow import DELIVERIES, GRANTS, REQUESTS
from tests.cast import Cast
from tests.factories import sharing as made

DIAGRAMS = Path(__file__).parents[2] / "docs" / "workflows" / "sharing.md"
TABLES = (REQUESTS, GRANTS, DELIVERIES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_state_is_reached_and_only_final_ones_end(table: Table) -> None:
    assert table.reachable() == set(table.states)
    ends = {state for state in table.states if not any(row.target for row in table.verbs_from(state))}
    assert ends == table.final


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_drawn_diagram_equals_the_table(table: Table) -> None:
    assert table.diagram() in DIAGRAMS.read_text(encoding="utf-8")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_clock_of_a_table_is_registered_with_its_article(table: Table) -> None:
    kinds = {kind for row in table.transitions for kind in (*row.starts, *row.stops, *row.pauses, *row.resumes)}
    assert all("art" in str(RULES[kind].article) for kind in kinds)


#: State → who → the verbs she may use; everybody else may use none. Written by hand.
REQUEST_MATRIX: dict[str, dict[str, set[str]]] = {
    "draft": {"holder": {"edit", "submit", "withdraw"}, "holder_head": {"withdraw"}},
    "consent_pending": {"holder": {"withdraw"}, "holder_head": {"consent", "return", "withdraw"}},
    "with_provider": {
        "holder": {"withdraw"},
        "holder_head": {"withdraw"},
        "steward": {"approve", "return", "refuse"},
        "office_head": {"approve", "return", "refuse"},
        "coordinator": {"extend"},
    },
    "returned": {"holder": {"edit", "submit", "withdraw"}, "holder_head": {"withdraw"}},
    "approved": {"holder": {"withdraw"}, "holder_head": {"withdraw"}, "system": {"open"}},
    "delivered": {},
    "refused": {},
    "withdrawn": {},
}
GRANT_MATRIX: dict[str, dict[str, set[str]]] = {
    "active": {
        "holder": {"terminate"},
        "holder_head": {"terminate"},
        "steward": {"suspend", "terminate"},
        "office_head": {"suspend", "terminate"},
        "coordinator": {"suspend", "terminate"},
        "system": {"expire"},
    },
    "suspended": {
        "holder": {"terminate"},
        "holder_head": {"terminate"},
        "steward": {"resume", "terminate"},
        "office_head": {"resume", "terminate"},
        "coordinator": {"resume", "terminate"},
        "system": {"expire"},
    },
    "terminated": {},
    "expired": {},
}
PEOPLE = (
    "visitor",
    "holder",
    "holder_head",
    "steward",
    "office_head",
    "coordinator",
    "license_officer",
    "security_officer",
    "system_admin",
    "auditor",
    "outsider",
    "system",
)


def _allowed(cast: Cast, table: Table, obj: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in PEOPLE:
        actor = made.SYSTEM if name == "system" else cast.actor(name)
        verbs = {row.verb for row in table.verbs_from(obj.state) if policies.decide(actor, row.verb, obj)}
        if verbs:
            found[name] = verbs
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("state", REQUEST_MATRIX)
def test_matrix_of_requests(cast: Cast, state: str) -> None:
    data = made.STREETS if state == "delivered" else ""
    request = made.request_in(cast, state, made.resource(cast, data=data))
    assert _allowed(cast, REQUESTS, request) == REQUEST_MATRIX[state]


@pytest.mark.django_db
def test_matrix_of_grants(cast: Cast) -> None:
    grant = made.grant(cast)
    for state, wanted in GRANT_MATRIX.items():
        assert _allowed(cast, GRANTS, Grant(**_facts(grant, state))) == wanted


def _facts(grant: Grant, state: str) -> dict[str, Any]:
    names = [field.attname for field in Grant._meta.concrete_fields]
    return {**{name: getattr(grant, name) for name in names}, "state": state}
