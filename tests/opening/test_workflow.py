"""The table of open editions, its drawing, and who may do what in which state."""

from pathlib import Path

import pytest

from opening import services
from opening.models import Publication
from opening.policies import decide, people_who_can, visible
from opening.workflow import PUBLICATIONS
from portal.kernel.actors import VISITOR, system_actor
from portal.kernel.errors import NotAllowed, TransitionRefused
from tests.cast import PARTS, Cast
from tests.factories.opening import edition_in, resource_with_data

DRAWING = Path(__file__).parents[2] / "docs" / "workflows" / "opening.md"
STATES = ("draft", "submitted", "returned", "published", "suspended", "withdrawn")
VERBS = ("submit", "return", "publish", "suspend", "resume", "revise", "withdraw")
#: Written by hand, so that the table is not its own oracle: who may do which verb in which state.
#: s steward (data officer, who submitted) · h office head · c coordinator.
MATRIX = {
    "draft": {"submit": "s", "withdraw": "shc"},
    "submitted": {"return": "hc", "publish": "hc", "withdraw": "shc"},
    "returned": {"submit": "s", "withdraw": "shc"},
    "published": {"suspend": "shc", "revise": "shc", "withdraw": "hc"},
    "suspended": {"resume": "hc", "revise": "shc", "withdraw": "hc"},
    "withdrawn": {},
}
LETTERS = {"steward": "s", "office_head": "h", "coordinator": "c"}


def test_every_state_is_reached_and_only_final_ones_end() -> None:
    assert PUBLICATIONS.reachable() == set(PUBLICATIONS.states) == set(STATES)
    assert {state for state in STATES if not PUBLICATIONS.verbs_from(state)} == PUBLICATIONS.final


def test_drawing_equals_the_table() -> None:
    assert PUBLICATIONS.diagram() in DRAWING.read_text(encoding="utf-8")


def test_what_takes_away_needs_a_reason() -> None:
    needing = {row.verb for row in PUBLICATIONS.transitions if row.needs_reason}
    assert needing == {"return", "suspend", "resume", "revise", "withdraw"}


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_matrix_of_states_verbs_and_duties(cast: Cast, state: str) -> None:
    edition = edition_in(cast, state)
    for verb in VERBS:
        allowed = MATRIX[state].get(verb)
        for part in PARTS:
            may = bool(decide(cast.actor(part), verb, edition))
            if allowed is None:
                with pytest.raises((TransitionRefused, NotAllowed)):
                    services.VERBS[verb](cast.actor(part), publication=edition, reason="测试")
            else:
                assert may == (LETTERS.get(part, "-") in allowed), (verb, part)
    assert Publication.objects.get(pk=edition.pk).state == state


@pytest.mark.django_db
def test_people_who_can_agrees_with_decide(cast: Cast) -> None:
    edition = edition_in(cast, "submitted")
    for verb in ("submit", *VERBS):
        named = set(people_who_can(verb, edition).values_list("username", flat=True))
        decided = {part for part in PARTS if part != "visitor" and decide(cast.actor(part), verb, edition)}
        assert named == decided, verb


@pytest.mark.django_db
def test_head_who_submitted_herself_does_not_release(cast: Cast) -> None:
    from portal.accounts.services import add_membership  # noqa: PLC0415 - only this test gives a second duty
    from portal.kernel.actors import Duty  # noqa: PLC0415 - as above

    add_membership(system_actor("t"), user=cast.user("steward"), department=cast.provider, duty=Duty.OFFICE_HEAD)
    edition = edition_in(cast, "submitted")
    refusal = decide(cast.actor("steward"), "publish", edition)
    assert (bool(refusal), refusal.code) == (False, "own_submission")
    assert "steward" not in people_who_can("publish", edition).values_list("username", flat=True)


@pytest.mark.django_db
def test_only_officers_of_the_provider_prepare(cast: Cast) -> None:
    resource = resource_with_data(cast)
    assert [part for part in PARTS if decide(cast.actor(part), "create", resource)] == ["steward"]
    edition = edition_in(cast, "draft", resource=resource)
    assert [part for part in PARTS if decide(cast.actor(part), "edit", edition)] == ["steward"]
    for part in ("office_head", "outsider", "visitor"):
        with pytest.raises(NotAllowed):
            services.draft_publication(cast.actor(part), resource=resource, name="other")
        with pytest.raises(NotAllowed):
            services.edit_publication(cast.actor(part), publication=edition, contact="x")


@pytest.mark.django_db
def test_what_is_visible_to_whom(cast: Cast) -> None:
    resource = resource_with_data(cast)
    names = {state: f"edition-{state}" for state in STATES}
    for state, name in names.items():
        edition_in(cast, state, name, resource)

    def seen(part: str) -> set[str]:
        return set(Publication.objects.filter(visible(cast.actor(part))).values_list("name", flat=True))

    everything = set(names.values())
    for part in PARTS:
        own = part in LETTERS
        assert seen(part) == (everything if own else {"edition-published"}), part
    assert Publication.objects.filter(visible(system_actor("t"))).count() == len(STATES)
    assert Publication.objects.filter(visible(VISITOR)).count() == 1


@pytest.mark.django_db
def test_closed_item_stops_reading_in_every_state_for_everybody(cast: Cast) -> None:
    edition = edition_in(cast)
    edition.items.filter(code="code").update(grade=2)
    for actor in (VISITOR, cast.actor("steward"), system_actor("t")):
        assert decide(actor, "read", edition).code == "ceiling"
