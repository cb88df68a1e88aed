"""Searching open editions by what their items hold: the labels of the codes in force of their code sets."""

from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command

from catalog import services as catalog_services
from catalog.data.standards.codes import CodeRow
from catalog.models import CodeSet, Resource
from catalog.services.bindings import bind_items
from catalog.services.code_sets import create_code_set, enforce_code_set, new_code_set_version, set_codes
from catalog.services.elements import create_element, enforce_element
from opening.models import Publication
from opening.selectors import forget_counts, search_editions
from opening.tasks import index_editions, index_editions_with
from tests.cast import Cast
from tests.factories.catalog import draft
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


@pytest.fixture
def forgotten(cast: Cast) -> Publication:
    """An edition with an item bound to a code set, indexed by a product that knew nothing of code sets."""
    edition = edition_in(cast)
    bind(cast, edition.resource, "name")
    Publication.objects.update(search_vector=None)
    assert names("湖泊") == []
    return edition


def test_a_new_version_of_a_code_set_has_its_editions_indexed(
    cast: Cast, forgotten: Publication, django_capture_on_commit_callbacks: Any
) -> None:
    keeper = cast.actor("coordinator")
    version = new_code_set_version(keeper, code_set=CodeSet.objects.get(code="waters"), number="2")
    set_codes(keeper, version=version, rows=[CodeRow(code="1", label_zh="沼泽")])
    with (
        patch("opening.receivers.index_editions_with.delay") as asked,
        django_capture_on_commit_callbacks(execute=True),
    ):
        enforce_code_set(keeper, version=version)
    asked.assert_called_once_with("waters")
    assert index_editions_with(*asked.call_args.args) == {"indexed": 1}
    assert index_editions_with("gbt-2260") == {"indexed": 0}
    forget_counts()
    assert (names("沼泽"), names("湖泊")) == ([forgotten.name], [])


def test_a_binding_that_changes_has_the_editions_indexed(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    keeper = cast.actor("coordinator")
    element = enforce_element(keeper, element=create_element(keeper, name_zh="名称", definition="名称。"))
    with patch("opening.receivers.index_editions.delay") as asked, django_capture_on_commit_callbacks(execute=True):
        bind_items(cast.actor("steward"), resource=resource, bindings={resource.items.all()[0].code: element})
    asked.assert_called_once_with(resource.pk)
    assert index_editions(resource.pk) == {"indexed": 0}


def test_everything_is_indexed_anew_by_command(forgotten: Publication, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reindex")
    assert capsys.readouterr().out.splitlines() == ["resources: 1", "open editions: 1"]
    forget_counts()
    assert names("湖泊") == [forgotten.name]
