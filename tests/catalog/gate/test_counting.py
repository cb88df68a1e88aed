"""A warrant whose plan counts gives numbers, small ones withheld, and nothing finer."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.data.plan import DeliveryPlan, PlanColumn
from catalog.data.plan.counting import Count
from catalog.gate import Warrant, read_query, release
from portal.kernel.errors import Invalid
from tests.cast import Cast

pytestmark = pytest.mark.django_db
COUNTED = DeliveryPlan(
    version="*", columns=(PlanColumn("code", "area6"), PlanColumn("name", "keep", {"a": 2, "b": 0})), count=Count(10)
)


def test_numbers_leave_and_small_ones_do_not(cast: Cast, warrant: Callable[..., Warrant]) -> None:
    page = release(cast.actor("holder"), warrant(plan=COUNTED), read_query({"order": "-count"})).page()
    assert page.fields[-1]["op"] == "count"
    numbers = [row["count"] for row in page.rows]
    assert all(number is None or number >= 10 for number in numbers)
    assert page.total == len(page.rows)


@pytest.mark.parametrize("asked", [{"columns": "code"}, {"filter": "contact:eq:x"}])
def test_a_count_cannot_be_narrowed_to_find_what_is_withheld(
    cast: Cast, warrant: Callable[..., Warrant], asked: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        release(cast.actor("holder"), warrant(plan=COUNTED), read_query(asked))
