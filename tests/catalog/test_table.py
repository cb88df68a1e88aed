"""The transition tables: reachable, without dead ends, drawn as they are, and the matrix of duties by hand."""

from pathlib import Path

import pytest

from catalog.policies import decide, decide_amendment
from catalog.policies.quality import decide_ticket
from catalog.services.quality import move_ticket, open_ticket
from catalog.workflow import (
    AMENDMENTS,
    BATCHES,
    CODE_SETS,
    DELETIONS,
    ELEMENTS,
    HANDOVERS,
    RESOURCES,
    SOURCE_RUNS,
    SOURCES,
    TICKETS,
    UPLOADS,
)
from portal.workflow.table import Table
from tests.cast import Cast
from tests.factories.catalog import amendment_in, resource_in

TABLES = (
    AMENDMENTS,
    BATCHES,
    CODE_SETS,
    DELETIONS,
    ELEMENTS,
    HANDOVERS,
    RESOURCES,
    SOURCE_RUNS,
    SOURCES,
    TICKETS,
    UPLOADS,
)
DRAWING = Path(__file__).parents[2] / "docs" / "workflows" / "catalog.md"

#: Verb → state → who may. Written by hand from Order 809 arts 13, 16 and 17; whoever is not named may not.
MATRIX: dict[str, dict[str, set[str]]] = {
    "submit": {"draft": {"steward"}, "returned": {"steward"}},
    "withdraw": {"submitted": {"steward"}},
    "approve": {"submitted": {"office_head"}},
    "return": {"submitted": {"office_head"}, "in_review": {"coordinator"}},
    "publish": {"in_review": {"coordinator"}},
    "amend": {"published": {"steward", "office_head"}, "suspended": {"steward", "office_head"}},
    "suspend": {"published": {"office_head", "coordinator"}},
    "resume": {"suspended": {"office_head", "coordinator"}},
    "retire": {
        "draft": {"steward", "office_head"},
        "returned": {"steward", "office_head"},
        "published": {"office_head"},
        "suspended": {"office_head"},
    },
}
STATES = ("draft", "submitted", "returned", "in_review", "published", "suspended", "retired")
#: The same for an amendment of a published resource.
AMENDMENT_MATRIX: dict[str, dict[str, set[str]]] = {
    "submit": {"draft": {"steward"}, "returned": {"steward"}},
    "withdraw": {"submitted": {"steward"}},
    "approve": {"submitted": {"office_head"}},
    "return": {"submitted": {"office_head"}, "in_review": {"coordinator"}},
    "publish": {"in_review": {"coordinator"}},
    "extend": {state: {"coordinator"} for state in ("draft", "submitted", "in_review", "returned")},
    "cancel": {state: {"steward", "office_head"} for state in ("draft", "submitted", "in_review", "returned")},
}
AMENDMENT_STATES = ("draft", "submitted", "returned", "in_review", "published", "canceled")
DOERS = ("visitor", "steward", "office_head", "coordinator", "outsider", "holder", "auditor", "security_officer")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_all_states_are_reachable_and_none_is_a_dead_end(table: Table) -> None:
    assert table.reachable() == set(table.states)
    assert {state for state in table.states if not table.verbs_from(state)} == table.final


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_drawing_shows_the_table(table: Table) -> None:
    assert table.diagram() in DRAWING.read_text(encoding="utf-8")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.django_db
def test_who_may_do_what_in_each_state(cast: Cast, state: str) -> None:
    resource = resource_in(cast, state)
    found = {
        verb: {name for name in DOERS if decide(cast.actor(name), verb, resource)}
        for verb in (row.verb for row in RESOURCES.transitions)
    }
    assert found == {verb: MATRIX[verb].get(state, set()) for verb in found}


@pytest.mark.parametrize("state", AMENDMENT_STATES)
@pytest.mark.django_db
def test_who_may_do_what_to_an_amendment(cast: Cast, state: str) -> None:
    amendment = amendment_in(cast, state)
    found = {
        row.verb: {name for name in DOERS if decide_amendment(cast.actor(name), row.verb, amendment)}
        for row in AMENDMENTS.transitions
    }
    assert found == {verb: AMENDMENT_MATRIX[verb].get(state, set()) for verb in found}


def test_every_verb_stands_in_the_matrix_with_its_states() -> None:
    assert {row.verb: set(row.sources) for row in AMENDMENTS.transitions} == {
        verb: set(states) for verb, states in AMENDMENT_MATRIX.items()
    }
    assert {row.verb: set(row.sources) for row in RESOURCES.transitions} == {
        verb: set(states) for verb, states in MATRIX.items()
    }


#: Verb → state of a ticket → who may. By hand: the source accepts and mends, its region's data authority decides.
TICKET_MATRIX: dict[str, dict[str, set[str]]] = {
    "accept": {"open": {"steward", "office_head"}, "returned": {"steward", "office_head"}},
    "mend": {
        "open": {"steward", "office_head"},
        "accepted": {"steward", "office_head"},
        "returned": {"steward", "office_head"},
    },
    "verify": {"mended": {"coordinator"}},
    "return": {"mended": {"coordinator"}},
    "waive": {"open": {"coordinator"}, "accepted": {"coordinator"}, "returned": {"coordinator"}},
}
TICKET_PATHS = {
    "open": (),
    "accepted": (("steward", "accept"),),
    "mended": (("steward", "mend"),),
    "returned": (("steward", "mend"), ("coordinator", "return")),
    "closed": (("steward", "mend"), ("coordinator", "verify")),
    "waived": (("coordinator", "waive"),),
}


@pytest.mark.parametrize("state", TICKETS.states)
@pytest.mark.django_db
def test_who_may_do_what_to_a_ticket_in_each_state(cast: Cast, state: str) -> None:
    ticket = open_ticket(cast.actor("coordinator"), resource=resource_in(cast, "published"), note="联系人缺失")
    for name, verb in TICKET_PATHS[state]:
        ticket = move_ticket(cast.actor(name), ticket=ticket, verb=verb, reason="测试")
    found = {
        verb: {name for name in DOERS if decide_ticket(cast.actor(name), verb, ticket)}
        for verb in (row.verb for row in TICKETS.transitions)
    }
    assert found == {verb: TICKET_MATRIX[verb].get(state, set()) for verb in found}


def test_every_verb_on_tickets_stands_in_the_matrix_with_its_states() -> None:
    assert {row.verb: set(row.sources) for row in TICKETS.transitions} == {
        verb: set(states) for verb, states in TICKET_MATRIX.items()
    }
