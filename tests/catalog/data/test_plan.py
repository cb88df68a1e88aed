"""Plans are read exactly, hashed canonically and only ever narrowed."""

from typing import Any

import pytest

from catalog.data.errors import PlanInvalid, PlanRefused
from catalog.data.plan import AskedPlan, Condition, DeliveryPlan, PlanColumn, intersect, whole_plan
from catalog.data.plan.cursor import read_cursor, write_cursor
from catalog.messages import MESSAGES
from tests.catalog.data.tables import COLUMNS

ALLOWED = DeliveryPlan(
    version="*",
    columns=(
        PlanColumn("idno", "keep", {"a": 6, "b": 4}),
        PlanColumn("name"),
        PlanColumn("born", "year"),
        PlanColumn("amount", "drop"),
    ),
    where=(Condition("area", "in", ("220000", "220101")),),
    limit=1000,
)


def narrow(asked: AskedPlan | DeliveryPlan | None) -> DeliveryPlan:
    return intersect(ALLOWED, asked, COLUMNS, "v1")


def test_json_round_trip_keeps_the_hash() -> None:
    again = DeliveryPlan.from_json(ALLOWED.to_json())
    assert again == ALLOWED
    assert again.hash == ALLOWED.hash
    assert len(ALLOWED.hash) == 64


def test_plan_reads_as_the_design_writes_it() -> None:
    plan = DeliveryPlan.from_json(
        {
            "version": "v42",
            "columns": [{"name": "idno", "op": "keep", "a": 6, "b": 4}, {"name": "born", "op": "year"}, "name"],
            "where": {"and": [["area", "in", ["420102"]]]},
            "order": ["name"],
            "after": ["x", 5],
            "limit": 100,
        }
    )
    assert plan.columns[0] == PlanColumn("idno", "keep", {"a": 6, "b": 4})
    assert plan.columns[2] == PlanColumn("name")
    assert plan.where == (Condition("area", "in", ("420102",)),)


COL = [{"name": "idno"}]
WRONG: list[tuple[Any, str]] = [
    ([], "plan"),
    ({"columns": COL}, "version"),
    ({"version": "v1", "columns": COL, "extra": 1}, "extra"),
    ({"version": "v1", "columns": []}, "columns"),
    ({"version": "v1", "columns": "idno"}, "columns"),
    ({"version": "v1", "columns": [5]}, "columns"),
    ({"version": "v1", "columns": ["a", "a"]}, "columns"),
    ({"version": "v1", "columns": [{"name": "a", "op": "regex"}]}, "columns"),
    ({"version": "v1", "columns": [{"name": "a", "op": "keep"}]}, "columns"),
    ({"version": "v1", "columns": [{"name": "a", "op": "keep", "a": 1, "b": "2"}]}, "columns"),
    ({"version": "v1", "columns": [{"name": "a", "op": "keep", "a": -1, "b": 2}]}, "columns"),
    ({"version": "v1", "columns": [{"name": "a", "op": "drop"}]}, "columns"),
    ({"version": "v1", "columns": COL, "where": []}, "where"),
    ({"version": "v1", "columns": COL, "where": {"or": []}}, "where"),
    ({"version": "v1", "columns": COL, "where": {"and": [["a", "eq"]]}}, "where"),
    ({"version": "v1", "columns": COL, "where": {"and": [["a", "regex", "x"]]}}, "where"),
    ({"version": "v1", "columns": COL, "where": {"and": [["a", "in", []]]}}, "where"),
    ({"version": "v1", "columns": COL, "where": {"and": [["a", "null", "yes"]]}}, "where"),
    ({"version": "v1", "columns": COL, "filters": {"and": [["a", "eq", {}]]}}, "filters"),
    ({"version": "v1", "columns": COL, "filters": {"and": [["a", "eq", "\x00"]]}}, "filters"),
    ({"version": "v1", "columns": COL, "order": [1]}, "order"),
    ({"version": "v1", "columns": COL, "order": "a"}, "order"),
    ({"version": "v1", "columns": COL, "limit": 0}, "limit"),
    ({"version": "v1", "columns": COL, "limit": True}, "limit"),
    ({"version": "v1", "columns": COL, "limit": "5"}, "limit"),
    ({"version": "v1", "columns": COL, "offset": -1}, "offset"),
    ({"version": "v1", "columns": COL, "after": "x"}, "after"),
    ({"version": "v1", "columns": COL, "search": 5}, "search"),
]


@pytest.mark.parametrize(("data", "parameter"), WRONG)
def test_wrong_plan_names_the_part_at_fault(data: Any, parameter: str) -> None:
    with pytest.raises(PlanInvalid) as caught:
        DeliveryPlan.from_json(data)
    assert caught.value.parameter == parameter
    assert str(MESSAGES[caught.value.code]) % caught.value.params


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"columns": (PlanColumn("unknown"),)}, "columns"),
    ({"columns": (PlanColumn("name", "year"),)}, "columns"),
    ({"columns": (PlanColumn("born", "keep", {"a": 1, "b": 1}),)}, "columns"),
    ({"columns": (PlanColumn("valid", "round", {"digits": 1}),)}, "columns"),
    ({"where": (Condition("unknown", "eq", "1"),)}, "where"),
    ({"where": (Condition("born", "eq", "5 January"),)}, "where"),
    ({"where": (Condition("born", "like", "19"),)}, "where"),
    ({"where": (Condition("seen", "lt", "2023-01-01T00:00:00Z"),)}, "where"),
    ({"where": (Condition("count", "in", ("1", "x")),)}, "where"),
    ({"where": (Condition("valid", "eq", "maybe"),)}, "where"),
    ({"where": (Condition("name", "eq", "x"),) * 51}, "where"),
    ({"filters": (Condition("amount", "eq", "1"),)}, "filter"),
    ({"order": ("amount",)}, "order"),
    ({"after": ("x", 1)}, "cursor"),
]


@pytest.mark.parametrize(("facts", "parameter"), UNFIT)
def test_plan_that_does_not_fit_the_columns_names_the_part(facts: dict[str, Any], parameter: str) -> None:
    plan = DeliveryPlan(**{"version": "v1", "columns": (PlanColumn("name"),), **facts})
    with pytest.raises(PlanInvalid) as caught:
        plan.checked(COLUMNS)
    assert caught.value.parameter == parameter
    assert str(MESSAGES[caught.value.code]) % caught.value.params


def test_nothing_asked_gives_the_allowed_columns_and_masks() -> None:
    plan = narrow(None)
    assert [column.name for column in plan.columns if column.op != "drop"] == ["idno", "name", "born"]
    assert plan.version == "v1"
    assert plan.where == ALLOWED.where


def test_asked_columns_keep_their_masks_and_their_order() -> None:
    plan = narrow(AskedPlan(columns=("born", "idno", "born")))
    assert plan.columns == (PlanColumn("born", "year"), PlanColumn("idno", "keep", {"a": 6, "b": 4}))


REFUSED: list[tuple[AskedPlan | DeliveryPlan, str]] = [
    (AskedPlan(columns=("amount",)), "columns"),
    (AskedPlan(columns=("area",)), "columns"),
    (AskedPlan(filters=(Condition("area", "eq", "220000"),)), "filter"),
    (AskedPlan(order=("amount",)), "order"),
    (DeliveryPlan(version="v2", columns=(PlanColumn("name"),)), "version"),
    (DeliveryPlan(version="v1", columns=(PlanColumn("name"), PlanColumn("area"))), "columns"),
    (DeliveryPlan(version="v1", columns=(PlanColumn("idno", "keep", {"a": 17, "b": 0}),)), "columns"),
    (DeliveryPlan(version="v1", columns=(PlanColumn("name"),), where=(Condition("area", "eq", "1"),)), "where"),
]


@pytest.mark.parametrize(("asked", "parameter"), REFUSED)
def test_question_outside_the_allowed_plan_is_refused(asked: AskedPlan | DeliveryPlan, parameter: str) -> None:
    with pytest.raises(PlanRefused) as caught:
        narrow(asked)
    assert caught.value.parameter == parameter


def test_other_version_is_refused() -> None:
    with pytest.raises(PlanRefused):
        intersect(whole_plan(COLUMNS, "v1"), None, COLUMNS, "v2")


def test_a_plan_that_writes_pass_still_gets_the_mask() -> None:
    plan = narrow(DeliveryPlan(version="v1", columns=(PlanColumn("idno"),)))
    assert plan.columns == (PlanColumn("idno", "keep", {"a": 6, "b": 4}),)


def test_conditions_are_added_and_the_smaller_limit_holds() -> None:
    plan = narrow(AskedPlan(filters=(Condition("name", "eq", "x"),), limit=5000))
    assert (plan.where, plan.filters, plan.limit) == (ALLOWED.where, (Condition("name", "eq", "x"),), 1000)
    assert narrow(AskedPlan(limit=5)).limit == 5


def test_compared_columns_that_are_not_wanted_are_hidden() -> None:
    plan = narrow(AskedPlan(columns=("name",), filters=(Condition("born", "eq", "1990"),), order=("-idno",)))
    assert [column.name for column in plan.columns] == ["name"]
    assert [column.op for column in plan.hidden] == ["year", "keep"]


def test_search_of_the_allowed_plan_cannot_be_replaced() -> None:
    fixed = DeliveryPlan(version="*", columns=(PlanColumn("name"),), search="长春")
    assert intersect(fixed, AskedPlan(), COLUMNS, "v1").search == "长春"
    with pytest.raises(PlanRefused):
        intersect(fixed, AskedPlan(search="吉林"), COLUMNS, "v1")


def test_query_parameters_are_read() -> None:
    asked = AskedPlan.from_query(
        {
            "columns": "name, born",
            "filter": ["name:like:长:春", "born:in:1990,1991", "idno:null:false"],
            "order": "-born,name",
            "limit": "10",
            "offset": "0",
            "q": " 长 ",
            "format": "csv",
        },
        ignore={"format"},
    )
    assert asked == AskedPlan(
        columns=("name", "born"),
        filters=(
            Condition("name", "like", "长:春"),
            Condition("born", "in", ("1990", "1991")),
            Condition("idno", "null", False),
        ),
        order=("-born", "name"),
        limit=10,
        search="长",
    )


WRONG_QUERIES = [
    ({"colums": "a"}, "colums"),
    ({"filter": "name"}, "filter"),
    ({"filter": "name:eq"}, "filter"),
    ({"filter": "name:is:1"}, "filter"),
    ({"filter": "name:null:maybe"}, "filter"),
    ({"filter": "name:in:,"}, "filter"),
    ({"limit": "0"}, "limit"),
    ({"limit": "10001"}, "limit"),
    ({"limit": "-1"}, "limit"),
    ({"limit": "٣"}, "limit"),
    ({"limit": "9" * 5000}, "limit"),
    ({"limit": ["1", "2"]}, "limit"),
    ({"offset": "x"}, "offset"),
]


@pytest.mark.parametrize(("params", "parameter"), WRONG_QUERIES)
def test_wrong_parameter_is_named(params: dict[str, Any], parameter: str) -> None:
    with pytest.raises(PlanInvalid) as caught:
        AskedPlan.from_query(params)
    assert caught.value.parameter == parameter
    assert str(MESSAGES[caught.value.code]) % caught.value.params


def test_cursor_belongs_to_its_question() -> None:
    plan = narrow(AskedPlan(order=("name",), limit=10))
    cursor = write_cursor(plan.shape, ("长", 7))
    assert read_cursor(cursor, plan.shape) == ("长", 7)
    assert narrow(AskedPlan(order=("name",), limit=3, cursor=cursor)).after == ("长", 7)
    with pytest.raises(PlanInvalid, match="cursor_other"):
        narrow(AskedPlan(order=("-name",), cursor=cursor))


@pytest.mark.parametrize("cursor", ["x", "%%%", "bnVsbA", write_cursor("a" * 64, (1,)), "啊"])
def test_damaged_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(PlanInvalid) as caught:
        narrow(AskedPlan(cursor=cursor))
    assert caught.value.parameter == "cursor"


@pytest.mark.parametrize("key", [("x",), (True,), (1, 2), (["a"], 2)])
def test_cursor_with_other_values_is_refused(key: tuple[Any, ...]) -> None:
    plan = narrow(AskedPlan())
    with pytest.raises(PlanInvalid):
        narrow(AskedPlan(cursor=write_cursor(plan.shape, key)))
