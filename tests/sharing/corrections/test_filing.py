"""Filing: who may, what a line must say, what is written, and that nothing is written when it is wrong."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Item
from portal.audit.models import Entry
from portal.kernel.errors import Conflict, DomainError, Invalid, NotAllowed
from portal.notices.models import Notice
from portal.workflow.deadlines import open_deadline
from sharing import policies, services
from sharing.models import Correction, Grant, GrantUse
from sharing.services.corrections import MOST_LINES, Reported, file_correction, find_rows, report_items
from tests.cast import Cast
from tests.factories import sharing as made

pytestmark = pytest.mark.django_db


def file(cast: Cast, grant: Grant, *lines: Reported, **fields: Any) -> Correction:
    facts = {"statement": "与身份证件核对。", **fields}
    return file_correction(cast.actor("holder"), grant=grant, lines=lines, **facts)


def texts(refusal: Invalid, field: str = "lines") -> str:
    return " ".join(str(text) for text in refusal.fields[field])


def test_a_correction_names_version_row_item_and_values_and_starts_the_clock(cast: Cast) -> None:
    grant = made.grant(cast)
    correction = file(
        cast, grant, made.reported(made.FIRST, "contact", "张珊"), made.reported(made.SECOND, "contact", None)
    )
    assert correction.number.startswith("JH-")
    assert correction.version == grant.resource.current_version
    assert (correction.department, correction.provider) == (cast.requester, cast.provider)
    key = Item.objects.get(resource=grant.resource, code="code").column_id
    first, second = correction.lines.all()
    assert (first.key, first.is_keyed, first.seen, first.expected) == ({key: "220302001"}, True, "张三", "张珊")
    assert (second.key, second.expected) == ({key: "220302002"}, None)
    clock = open_deadline(correction)
    assert clock is not None
    assert (clock.kind, clock.working_days) == ("sharing.correction", 10)


def test_the_provider_is_told_and_the_record_holds_no_value(cast: Cast) -> None:
    correction = file(cast, made.grant(cast), made.reported(made.FIRST, "contact", "张珊"))
    told = Notice.objects.filter(kind="sharing.correction_file").values_list("user__username", flat=True)
    assert set(told) == {"steward", "office_head"}
    entry = Entry.objects.get(action="sharing.correction.file")
    assert entry.object_id == str(correction.pk)
    assert entry.details["items"] == ["contact"]
    assert "张" not in str(entry.details) + entry.reason


def test_reading_the_rows_reported_is_a_use_of_the_grant(cast: Cast) -> None:
    grant = made.grant(cast)
    file(cast, grant, made.reported(made.FIRST, "contact", "张珊"))
    assert GrantUse.objects.get(grant=grant).row_count == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (made.reported({**made.FIRST, "contact": "王二"}, "contact", "张珊"), "does not hold"),
        (made.reported({**made.FIRST, "code": "999"}, "contact", "张珊"), "No row"),
        (made.reported({"contact": "张三"}, "contact", "张珊"), "Name the row"),
        (made.reported(made.FIRST, "contact", "张三"), "is the value seen"),
        (made.reported(made.FIRST, "city", "2203"), "does not give"),
        (made.reported(made.FIRST, "contact", "长" * 1001), "at most 1000"),
    ],
)
def test_what_a_line_lacks_is_said_with_its_number(cast: Cast, line: Reported, says: str) -> None:
    grant = made.grant(cast)
    with pytest.raises(Invalid) as refusal:
        file(cast, grant, line)
    assert "Line 1:" in texts(refusal.value)
    assert says in texts(refusal.value)
    assert not Correction.objects.exists()


def test_no_lines_too_many_twice_the_same_or_no_statement(cast: Cast) -> None:
    grant, line = made.grant(cast), made.reported(made.FIRST, "contact", "张珊")
    for lines in ([], [line] * (MOST_LINES + 1), [line, line]):
        with pytest.raises(Invalid):
            file(cast, grant, *lines)
    with pytest.raises(Invalid) as refusal:
        file(cast, grant, line, statement=" ")
    assert "statement" in refusal.value.fields


def test_the_same_value_waits_for_one_answer_only(cast: Cast) -> None:
    grant, line = made.grant(cast), made.reported(made.FIRST, "contact", "张珊")
    first = file(cast, grant, line)
    with pytest.raises(Conflict) as refusal:
        file(cast, grant, line)
    assert first.number in str(refusal.value)
    file(cast, grant, made.reported(made.FIRST, "name", "南关街道"))


@pytest.mark.parametrize("name", ["steward", "coordinator", "outsider", "auditor", "visitor"])
def test_who_does_not_use_the_grant_files_nothing(cast: Cast, name: str) -> None:
    grant = made.grant(cast)
    with pytest.raises(NotAllowed):
        file_correction(
            cast.actor(name), grant=grant, lines=[made.reported(made.FIRST, "contact", "张珊")], statement="x"
        )


def test_only_a_running_grant_and_a_key_that_may_write_files(cast: Cast) -> None:
    grant = made.grant(cast)
    reader = replace(cast.actor("holder"), scopes=frozenset({"sharing:read"}))
    assert policies.decide_report(reader, grant).code == "scope_missing"
    services.suspend_grant(cast.actor("steward"), grant=grant, reason="核查")
    fresh = Grant.objects.get(pk=grant.pk)
    assert policies.decide_report(cast.actor("holder"), fresh).code == "grant_suspended"
    Grant.objects.filter(pk=grant.pk).update(state="active", valid_until=timezone.localdate() - timedelta(days=1))
    assert not policies.decide_report(cast.actor("holder"), Grant.objects.get(pk=grant.pk))


def test_an_earlier_version_can_be_named_only_when_it_was_received(cast: Cast) -> None:
    grant = made.grant(cast)
    before = grant.resource.current_version
    made.upload(cast, grant.resource, made.STREETS.replace("李四", "李五"))
    grant.resource.refresh_from_db()
    line = made.reported(made.FIRST, "contact", "张珊")
    with pytest.raises(Invalid) as refusal:
        file(cast, grant, line, version=before)
    assert "version" in refusal.value.fields
    GrantUse.objects.create(grant=grant, actor_name="x", version=before, form="csv", plan_hash="0")
    assert file(cast, grant, line, version=before).version == before


def test_rows_outside_the_grant_are_no_rows(cast: Cast) -> None:
    grant = made.grant(cast, rows=[{"item": "city", "op": "eq", "value": "2201"}])
    with pytest.raises(Invalid) as refusal:
        file(cast, grant, made.reported(made.FIRST, "contact", "张珊"))
    assert "No row" in texts(refusal.value)


def test_masked_value_is_seen_as_it_is_delivered(cast: Cast) -> None:
    resource = made.resource(cast)
    Item.objects.filter(resource=resource, code="contact").update(mask={"op": "keep", "a": 1, "b": 0})
    grant = made.grant(cast, resource)
    rows = find_rows(cast.actor("holder"), grant=grant, version=resource.current_version, key={"code": "220302001"})
    assert rows[0]["contact"].startswith("张")
    assert "三" not in rows[0]["contact"]
    correction = file(cast, grant, made.reported(rows[0], "contact", "张珊"))
    line = correction.lines.get()
    assert (line.is_masked, line.seen) == (True, rows[0]["contact"])


def test_row_is_named_by_other_values_where_the_key_is_not_given(cast: Cast) -> None:
    grant = made.grant(cast, items=["name", "contact"])
    correction = file(cast, grant, made.reported({"name": "南街道", "contact": "张三"}, "contact", "张珊"))
    line = correction.lines.get()
    assert not line.is_keyed
    assert list(line.key.values()) == ["南街道"]
    items = report_items(cast.actor("holder"), grant=grant, version=grant.resource.current_version)
    assert [(item.column.name, item.is_key, item.is_plain) for item in items] == [
        ("name", False, True),
        ("contact", False, True),
    ]


def test_row_that_its_values_do_not_tell_apart_is_refused(cast: Cast) -> None:
    twice = made.STREETS + "220302003,南街道,张三,2203\n"
    grant = made.grant(cast, made.resource(cast, data=twice), items=["name", "contact"])
    with pytest.raises(Invalid) as refusal:
        file(cast, grant, made.reported({"name": "南街道", "contact": "张三"}, "contact", "张珊"))
    assert "Several rows" in texts(refusal.value)


def test_typed_values_are_compared_as_values(cast: Cast) -> None:
    items = (*made.ITEMS, {"name_zh": "人口", "name_en": "People", "code": "people", "type": "N", **made.FREE})
    data = "code,name,contact,city,people\n220302001,南街道,张三,2203,12.50\n"
    grant = made.grant(cast, made.resource(cast, data=data, items=items), items=["code", "contact", "people"])
    row = {"code": "220302001", "people": 12.5}
    for expected in ("很多", "12.500"):
        with pytest.raises(Invalid):
            file(cast, grant, made.reported(row, "people", expected))
    assert file(cast, grant, made.reported(row, "people", "1.3e1")).lines.get().expected == "13"


def test_rows_are_found_by_values_that_fit(cast: Cast) -> None:
    grant = made.grant(cast)
    version = grant.resource.current_version
    for key in ({}, {"code": " "}, {"city": "2203"}):
        with pytest.raises(DomainError):
            find_rows(cast.actor("holder"), grant=grant, version=version, key=key)
    assert find_rows(cast.actor("holder"), grant=grant, version=version, key={"code": "220302001"}) == [made.FIRST]


def test_nothing_can_be_reported_before_there_is_data(cast: Cast) -> None:
    grant = made.grant(cast)
    grant.resource.current_version = None
    with pytest.raises(Conflict):
        file(cast, grant, made.reported(made.FIRST, "contact", "张珊"))
