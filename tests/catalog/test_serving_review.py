"""The nightly review and the sweep ask the database as often for many resources as for one, and find the same."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.gate.serving import readers
from catalog.models import QuestionCount, ServingChoice, ServingTable
from catalog.services import serving
from opening.models import Publication
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.opening import edition_in

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system_actor("catalog.serve_resource")
ASKED: dict[str, Callable[[], list[int]]] = {"review": serving.review_serving, "sweep": serving.sweep_serving}


@pytest.fixture(autouse=True)
def _no_table_stays() -> Iterator[None]:
    yield
    readers().close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS serving CASCADE")


def served(cast: Cast, name: str) -> Publication:
    edition = edition_in(cast, name=name)
    assert serving.follow_serving(SYSTEM, resource_id=edition.resource_id) == "built"
    return edition


@pytest.mark.parametrize("most", [10**6, 1], ids=["tables", "indexes"])
@pytest.mark.parametrize("asked", ASKED)
def test_many_resources_take_no_more_queries_than_one(
    cast: Cast, settings: LazySettings, asked: str, most: int
) -> None:
    settings.SERVING_MOST_ROWS = most
    served(cast, "first")
    with CaptureQueriesContext(connection) as one:
        assert ASKED[asked]() == []
    for name in ("second", "third", "fourth"):
        served(cast, name)
    with CaptureQueriesContext(connection) as many:
        assert ASKED[asked]() == []
    assert len(many) == len(one)


def test_each_resource_is_judged_by_its_own(cast: Cast, settings: LazySettings) -> None:
    """One was given a column by its officer, one earned it by questions, one lost its table, and one is as it was."""
    settings.SERVING_INDEX_QUESTIONS, settings.SERVING_INDEX_SHARE = 4, 0.5
    chosen, earned, lost, same = (served(cast, name) for name in ("chosen", "earned", "lost", "same"))
    assert serving.review_serving() == []
    ServingChoice.objects.create(resource=chosen.resource, columns=["c2"])
    for use, column in (("all", ""), ("value", "c2")):
        QuestionCount.objects.create(
            resource=earned.resource, day=timezone.localdate(), column_id=column, use=use, count=5
        )
    ServingTable.objects.filter(version__resource=lost.resource).delete()
    assert serving.review_serving() == sorted([chosen.resource_id, earned.resource_id, lost.resource_id])
    for resource_id in serving.review_serving():
        assert serving.follow_serving(SYSTEM, resource_id=resource_id) == "built"
    indexed = dict(ServingTable.objects.values_list("version__resource_id", "indexed"))
    assert {pk for pk, ids in indexed.items() if "c2" in ids} == {chosen.resource_id, earned.resource_id}
    assert set(indexed) == {chosen.resource_id, earned.resource_id, lost.resource_id, same.resource_id}
