"""Transition tables: a table that does not hold together is refused when it is written."""

import pytest

from portal.workflow.table import Table, Transition

DOOR = Table(
    name="door",
    states={"open": "Open", "closed": "Closed", "walled": "Walled up"},
    initial="closed",
    final=frozenset({"walled"}),
    transitions=(
        Transition("open", ("closed",), "open"),
        Transition("close", ("open",), "closed"),
        Transition("knock", ("closed",), None),
        Transition("wall", ("open", "closed"), "walled"),
    ),
)


def test_verbs_and_reachable_states() -> None:
    assert [row.verb for row in DOOR.verbs_from("closed")] == ["open", "knock", "wall"]
    assert DOOR.reachable() == {"open", "closed", "walled"}
    assert DOOR.transition("knock").target is None
    with pytest.raises(KeyError):
        DOOR.transition("kick")


def test_the_diagram_shows_every_arrow() -> None:
    lines = DOOR.diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> closed"]
    assert "    closed --> closed: knock" in lines
    assert "    walled --> [*]" in lines


def test_unknown_states_and_double_verbs_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown states"):
        Table("x", {"a": "A"}, "a", frozenset(), (Transition("go", ("a",), "b"),))
    with pytest.raises(ValueError, match="twice"):
        Table("x", {"a": "A"}, "a", frozenset(), (Transition("go", ("a",), "a"), Transition("go", ("a",), "a")))
