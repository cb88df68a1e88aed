"""Searching open editions by what their items hold: the labels of the codes in force of their code sets."""

import pytest

from catalog import services as catalog_services
from catalog.data.standards.codes import CodeRow
from catalog.models import CodeSet, Resource
from catalog.services.bindings import bind_items
from catalog.services.code_sets import create_code_set, enforce_code_set, set_codes
from catalog.services.elements import create_element, enforce_element
from opening.models import Publication
from opening.selectors import search_editions
from tests.cast import Cast
from tests.factories.opening import edition_in

pytestmark = pytest.mark.django_db


def names(words: str) -> list[str]:
    return [edition.name for edition in search_editions(words=words).results[0:20]]


def bind(cast: Cast, resource: Resource, column: str) -> None:
    """Bind a column to an element whose values are kinds of water, by an amendment that is published."""
    keeper, steward = cast.actor("coordinator"), cast.actor("steward")
    version = create_code_set(keeper, code="waters", number="1", name_zh="水体类别")
    set_codes(keeper, version=version, rows=[CodeRow(code="1", label_zh="湖泊", label_en="Lake")])
    enforce_code_set(keeper, version=version)
    element = create_element(
        keeper, name_zh="水体类别代码", definition="水体的类别。", code_set=CodeSet.objects.get(code="waters")
    )
    catalog_services.amend(steward, resource=resource, reason="按标准绑定。")
    resource.refresh_from_db()
    catalog_services.edit_resource(steward, resource=resource, abstract_zh="按标准绑定后的名录。")
    bind_items(steward, resource=resource, bindings={column: enforce_element(keeper, element=element)})
    for verb, name in (("submit", "steward"), ("approve", "office_head"), ("publish", "coordinator")):
        catalog_services.VERBS[verb](cast.actor(name), resource=resource)


@pytest.mark.parametrize("words", ["湖泊", "hupo", "lake", "街道 湖泊"])
def test_the_labels_of_codes_find_the_editions_that_hold_them(cast: Cast, words: str) -> None:
    edition = edition_in(cast)
    bind(cast, edition.resource, "name")
    assert Publication.objects.get(pk=edition.pk).state == "published"
    assert names(words) == [edition.name]
    assert names("铁路 湖泊") == []


def test_the_codes_of_an_item_that_is_not_open_find_nothing(cast: Cast) -> None:
    edition = edition_in(cast, items=["code", "population"])
    bind(cast, edition.resource, "name")
    assert Publication.objects.get(pk=edition.pk).state == "published"
    assert names("湖泊") == []
    assert names("街道") == [edition.name]
