"""A refused attempt is in the record whatever transaction stood around it, and once."""

import pytest

from catalog.models import Resource
from catalog.services import retire
from portal.audit.models import Entry
from portal.kernel.errors import DomainError, NotAllowed, NotFound
from portal.workflow.attempts import keep_attempt, record_attempt
from tests.cast import Cast
from tests.factories.catalog import resource_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return resource_in(cast, "published")


def refused() -> list[tuple[str, str, str]]:
    entries = Entry.objects.filter(outcome="refused").order_by("pk")
    return [(entry.action, entry.actor_name, entry.object_id) for entry in entries]


def test_a_refusal_that_was_rolled_back_with_its_act_is_recorded_by_whoever_answers(
    cast: Cast, resource: Resource
) -> None:
    actor = cast.actor("holder")
    with pytest.raises(NotAllowed) as refusal:
        retire(actor, resource=resource, reason="停用")
    assert refused() == [], "taken back with the act, which is one transaction"
    for _ in range(2):
        keep_attempt(refusal.value)
    assert refused() == [("catalog.retire", actor.name, str(resource.pk))]
    assert Entry.objects.get(outcome="refused").reason == str(refusal.value)


def test_other_errors_record_nothing(cast: Cast, resource: Resource) -> None:
    for error in (DomainError("no"), NotFound(), NotAllowed("no")):
        keep_attempt(error)
    assert refused() == []
    refusal = NotAllowed("Not yours.")
    record_attempt(cast.actor("outsider"), action="tests.act", obj=resource, refusal=refusal)
    keep_attempt(refusal)
    assert len(refused()) == 1


@pytest.mark.parametrize("way", ["page", "api"])
def test_pages_and_programs_leave_one_record(cast: Cast, resource: Resource, way: str) -> None:
    client = cast.client("holder")
    address = f"/catalog/{resource.address}/act/retire/"
    if way == "api":
        address = f"/api/v1/catalog/resources/{resource.address}/retire"
    answer = client.post(address, {"reason": "停用"})
    assert answer.status_code == 403
    assert [action for action, _name, _pk in refused()] == ["catalog.retire"]
