"""What a standard reaches: items, and the requests, grants and editions these are in, as far as the reader may know."""

import pytest

from catalog.models import CodeSet, Element, Resource
from catalog.selectors.standard_uses import items_with, reach_of
from catalog.selectors.standards import uses_of
from tests.cast import Cast
from tests.factories import opening as opening_factory
from tests.factories import sharing as sharing_factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bound(cast: Cast) -> Resource:
    """A resource with a grant and an open edition; one of its items follows the element of sexes."""
    resource = sharing_factory.resource(cast)
    sharing_factory.grant(cast, resource)
    opening_factory.edition_in(cast, "published", resource=resource, items=["code", "name"])
    element = Element.objects.get(identifier="DE00003")
    resource.items.filter(code="code").update(element=element)
    return resource


def test_keepers_of_the_resource_see_the_grants_and_editions(cast: Cast, bound: Resource) -> None:
    actor = cast.actor("steward")
    found = reach_of(actor, [use.item for use in uses_of(actor, "DE00003")])
    assert {line.dependent.kind for line in found.lines} == {"grant", "edition"}
    assert all(line.columns == ("code",) for line in found.lines)
    assert found.closed == []


def test_others_see_the_open_edition_and_how_many_more_there_are(cast: Cast, bound: Resource) -> None:
    actor = cast.actor("outsider")
    found = reach_of(actor, [use.item for use in uses_of(actor, "DE00003")])
    assert [line.dependent.kind for line in found.lines] == ["edition"]
    assert [count for _label, count in found.closed] == [1]
    answer = cast.client("outsider").get("/api/v1/catalog/standards/elements/DE00003/").json()
    assert ([one["kind"] for one in answer["reaches"]], answer["not_open_to_you"]) == (["edition"], 1)


def test_what_does_not_take_the_item_is_not_reached(cast: Cast, bound: Resource) -> None:
    bound.items.update(element=None)
    bound.items.filter(code="city").update(element=Element.objects.get(identifier="DE00003"))
    actor = cast.actor("steward")
    found = reach_of(actor, [use.item for use in uses_of(actor, "DE00003")])
    assert "edition" not in {line.dependent.kind for line in found.lines}


def test_a_code_set_reaches_by_way_of_its_elements(cast: Cast, bound: Resource) -> None:
    code_set = CodeSet.objects.get(code="gbt-2261-1")
    assert [item.code for item in items_with(cast.actor("steward"), code_set)] == ["code"]
    page = cast.client("steward").get("/catalog/standards/code-sets/gbt-2261-1/").content.decode()
    assert "/sharing/grants/" in page
    answer = cast.client("steward").get("/api/v1/catalog/standards/code-sets/gbt-2261-1/").json()
    assert answer["uses"] == [{"resource": bound.code, "column": "code"}]
    assert len(answer["reaches"]) == 2
