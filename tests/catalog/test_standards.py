"""Data elements and code sets: who keeps them, how versions take each other's place, what bound items follow."""

import io
from typing import Any

import pytest

from catalog.data.standards.codes import CodeRow
from catalog.models import Code, CodeSet, CodeSetVersion, DeclinedElement, Element
from catalog.policies import decide_standard
from catalog.selectors.standards import code_sets, compare_versions, listed_elements, uses_of
from catalog.services import set_items
from catalog.services.bindings import bind_items, decline_elements
from catalog.services.code_sets import (
    create_code_set,
    enforce_code_set,
    new_code_set_version,
    read_code_file,
    set_codes,
    withdraw_code_set,
)
from catalog.services.elements import (
    create_element,
    edit_element,
    enforce_element,
    new_element_version,
    withdraw_element,
)
from catalog.services.shipped import division_codes, load_standards
from catalog.services.versions import item_columns
from catalog.workflow import ELEMENTS
from portal.audit.models import Entry
from portal.kernel.errors import Conflict, Invalid, NotAllowed, ReasonMissing, TransitionRefused
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in

pytestmark = pytest.mark.django_db
DOERS = ("visitor", "steward", "office_head", "coordinator", "outsider", "auditor", "security_officer")


def element(cast: Cast, **fields: Any) -> Element:
    known = {"name_zh": "河湖代码", "definition": "河流或湖泊的代码。", "length": 8, **fields}
    return create_element(cast.actor("coordinator"), **known)


def colors(cast: Cast) -> CodeSetVersion:
    keeper = cast.actor("coordinator")
    version = create_code_set(keeper, code="colors", number="1", name_zh="颜色")
    set_codes(keeper, version=version, rows=[CodeRow(code="1", label_zh="红"), CodeRow(code="2", label_zh="蓝")])
    return version


def test_shipped_standards_are_there_and_loading_again_changes_nothing() -> None:
    assert load_standards() == 0
    divisions = CodeSet.objects.get(code="gbt-2260-jilin").versions.get(state="in_force")
    assert divisions.codes.count() == len(division_codes()) == 70
    assert not divisions.codes.filter(code__startswith="P").exists()
    assert Element.objects.get(identifier="DE00001").check_rule == "identity"


@pytest.mark.parametrize("state", ["draft", "in_force", "superseded", "withdrawn"])
def test_who_may_do_what_with_an_element_in_each_state(cast: Cast, state: str) -> None:
    made = Element(identifier="X", state=state)
    matrix = {"edit": {"draft"}, "enforce": {"draft"}, "supersede": {"in_force"}, "withdraw": {"draft", "in_force"}}
    assert {row.verb for row in ELEMENTS.transitions} == set(matrix) - {"edit"}
    for action, states in matrix.items():
        found = {name for name in DOERS if decide_standard(cast.actor(name), action, made)}
        assert found == ({"coordinator"} if state in states else set()), action
    seers = {name for name in DOERS if decide_standard(cast.actor(name), "view", made)}
    assert seers == ({"coordinator"} if state == "draft" else set(DOERS) - {"visitor"})


def test_only_the_keepers_of_the_province_draft_standards(cast: Cast) -> None:
    for name in ("steward", "outsider", "visitor"):
        with pytest.raises(NotAllowed):
            create_element(cast.actor(name), name_zh="甲", definition="乙")
        with pytest.raises(NotAllowed):
            create_code_set(cast.actor(name), code="x", number="1", name_zh="甲")


def test_a_new_version_takes_the_place_of_the_one_in_force(cast: Cast) -> None:
    keeper, first = cast.actor("coordinator"), element(cast)
    assert first.identifier == "DE00030"
    first = enforce_element(keeper, element=first)
    with pytest.raises(NotAllowed):
        edit_element(keeper, element=first, length=9)
    second = new_element_version(keeper, element=first)
    with pytest.raises(Conflict):
        new_element_version(keeper, element=first)
    second = edit_element(keeper, element=second, length=12)
    enforce_element(keeper, element=second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert [(first.state, first.length), (second.state, second.length)] == [("superseded", 8), ("in_force", 12)]
    assert second.version == 2
    with pytest.raises(TransitionRefused):
        enforce_element(keeper, element=first)
    with pytest.raises(ReasonMissing):
        withdraw_element(keeper, element=second)
    assert withdraw_element(keeper, element=second, reason="停用").state == "withdrawn"
    acts = list(Entry.objects.filter(action__startswith="catalog.element.").values_list("action", flat=True))
    assert acts.count("catalog.element.supersede") == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"definition": ""}, "definition"),
        ({"pattern": "("}, "pattern"),
        ({"pattern": "x" * 201}, "pattern"),
        ({"type": "Q"}, "type"),
        ({"check_rule": "magic"}, "check_rule"),
        ({"type": "D", "pattern": "x"}, "pattern"),
        ({"synonyms": [str(n) for n in range(31)]}, "synonyms"),
        ({"unit": "x" * 41}, "unit"),
        ({"color": "red"}, "color"),
        ({"identifier": "9x"}, "identifier"),
    ],
)
def test_an_element_that_cannot_be_is_refused(cast: Cast, fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(Invalid) as refusal:
        element(cast, **fields)
    assert set(refusal.value.fields) == {wrong}


def test_an_identifier_is_used_once(cast: Cast) -> None:
    with pytest.raises(Conflict):
        element(cast, identifier="DE00001")


def test_versions_of_a_code_set_follow_each_other(cast: Cast) -> None:
    keeper = cast.actor("coordinator")
    empty = create_code_set(keeper, code="empty", number="1", name_zh="空")
    with pytest.raises(Invalid):
        enforce_code_set(keeper, version=empty)
    first = enforce_code_set(keeper, version=colors(cast))
    second = new_code_set_version(keeper, code_set=first.code_set, number="2")
    assert second.codes.count() == 2
    with pytest.raises(Conflict):
        new_code_set_version(keeper, code_set=first.code_set, number="2")
    set_codes(keeper, version=second, rows=[CodeRow(code="1", label_zh="红色"), CodeRow(code="3", label_zh="绿")])
    assert [(c.code, c.kind) for c in compare_versions(first, second)] == [
        ("1", "changed"),
        ("2", "removed"),
        ("3", "added"),
    ]
    enforce_code_set(keeper, version=second)
    first.refresh_from_db()
    assert first.state == "superseded"
    assert first.valid_to is not None
    with pytest.raises(NotAllowed):
        set_codes(keeper, version=second, rows=[CodeRow(code="9", label_zh="黑")])
    assert withdraw_code_set(keeper, version=second, reason="停用").state == "withdrawn"


@pytest.mark.parametrize(
    ("fields", "wrong"), [({"code": "a b"}, "code"), ({"number": "?"}, "number"), ({"name_zh": " "}, "name_zh")]
)
def test_a_code_set_needs_names(cast: Cast, fields: dict[str, str], wrong: str) -> None:
    with pytest.raises(Invalid) as refusal:
        create_code_set(cast.actor("coordinator"), **{"code": "x", "number": "1", "name_zh": "甲", **fields})
    assert set(refusal.value.fields) == {wrong}


def test_a_code_file_is_read_or_refused_whole(cast: Cast) -> None:
    found = read_code_file(io.BytesIO("code,label_zh\n1,甲\n".encode()), "a.csv")
    assert [row.code for row in found.rows] == ["1"]
    with pytest.raises(Invalid):
        read_code_file(io.BytesIO(b"\x00\x01\x02"), "a.csv")
    with pytest.raises(Invalid):
        set_codes(cast.actor("coordinator"), version=colors(cast), rows=[])
    with pytest.raises(Conflict):
        colors(cast)


def test_bound_items_follow_their_element(cast: Cast) -> None:
    steward, keeper = cast.actor("steward"), cast.actor("coordinator")
    resource = draft(steward, cast.provider)
    version = enforce_code_set(keeper, version=colors(cast))
    made = enforce_element(keeper, element=element(cast, code_set=version.code_set, length=1, pattern="[0-9]"))
    bind_items(steward, resource=resource, bindings={"name": made})
    column = next(column for column in item_columns(resource) if column.name == "name")
    assert (column.values, column.pattern, column.length, column.element) == (("1", "2"), "[0-9]", 1, "DE00030/1")
    rows = [{"code": i.code, "name_zh": i.name_zh, "type": "N", "length": 5} for i in resource.items.all()]
    set_items(steward, resource=resource, items=rows)
    item = resource.items.get(code="name")
    assert (item.type, item.length, item.element_id) == ("C", 1, made.pk)
    Code.objects.filter(version=version, code="2").update(valid_to="2000-01-01")
    assert next(c for c in item_columns(resource) if c.name == "name").values == ("1",)
    assert bind_items(steward, resource=resource, bindings={"name": made}) == []
    assert [i.code for i in bind_items(steward, resource=resource, bindings={"name": None})] == ["name"]
    assert next(c for c in item_columns(resource) if c.name == "name").values is None


def test_binding_needs_the_duty_a_known_item_and_an_element_in_force(cast: Cast) -> None:
    resource, made = resource_in(cast, "draft"), element(cast)
    known = Element.objects.get(identifier="DE00008")
    with pytest.raises(Invalid):
        bind_items(cast.actor("steward"), resource=resource, bindings={"name": made})
    with pytest.raises(Invalid):
        bind_items(cast.actor("steward"), resource=resource, bindings={"nothing": known})
    with pytest.raises(NotAllowed):
        bind_items(cast.actor("office_head"), resource=resource, bindings={"name": known})


def test_a_declined_suggestion_is_kept_once(cast: Cast) -> None:
    steward, resource = cast.actor("steward"), resource_in(cast, "draft")
    known = Element.objects.get(identifier="DE00008")
    assert decline_elements(steward, resource=resource, declined=[("name", known), ("nothing", known)]) == 1
    decline_elements(steward, resource=resource, declined=[("name", known)])
    assert DeclinedElement.objects.count() == 1
    assert decline_elements(steward, resource=resource, declined=[]) == 0


def test_what_is_used_where_and_what_is_found(cast: Cast) -> None:
    steward, known = cast.actor("steward"), Element.objects.get(identifier="DE00008")
    resource = draft(steward, cast.provider)
    bind_items(steward, resource=resource, bindings={"name": known})
    assert [(use.item.code, use.is_old) for use in uses_of(steward, "DE00008")] == [("name", False)]
    assert uses_of(cast.actor("outsider"), "DE00008") == []
    listed = listed_elements(steward, "单位名称").get()
    assert (listed.identifier, listed.use_count) == ("DE00008", 1)
    assert not listed_elements(steward, state="withdrawn").exists()
    assert [found.code for found in code_sets(steward, "赫哲族")] == ["gbt-3304"]
    assert code_sets(steward, "赫哲族")[0].code_count == 56  # type: ignore[attr-defined]  # annotated by the selector
    element(cast, name_zh="草案元")
    assert not listed_elements(steward, "草案元").exists()
    assert listed_elements(cast.actor("coordinator"), "草案元").exists()


def test_a_file_is_checked_against_the_element(cast: Cast) -> None:
    from catalog.services.versions import check_upload, receive_upload  # noqa: PLC0415 - only this test hands a file in
    from portal.kernel.actors import system_actor  # noqa: PLC0415 - only this test hands a file in

    steward, resource = cast.actor("steward"), resource_in(cast, "draft")
    uscc, sex = (Element.objects.get(identifier=name) for name in ("DE00007", "DE00003"))
    bind_items(steward, resource=resource, bindings={"name": uscc, "contact": sex})
    text = "code,name,contact\n1,11220000MB9990004P,1\n2,11220000MB9990004X,2\n3,11220100MB9990012P,7\n"
    upload = receive_upload(steward, resource=resource, file=io.BytesIO(text.encode()), name="a.csv", announce=False)
    done = check_upload(system_actor("test"), upload_id=upload.pk)
    assert {(c["column"], c["code"], c["count"]) for c in done.report["counts"]} == {
        ("name", "checksum", 1),
        ("contact", "code_list", 1),
    }
