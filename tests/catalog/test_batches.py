"""Batches: nothing happens at the preview, drafts at the application, everything back at the undoing."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from catalog import selectors, services
from catalog.models import Batch, BatchLine, Item, Resource
from catalog.selectors.batches import worded_line
from catalog.selectors.exchange import catalog_document, filled_template
from catalog.services import batches
from catalog.services.batches import applying, reading
from catalog.services.bulk import bulk_lines, bulk_name
from catalog.services.extensions import define_extension
from portal.audit.models import Entry
from portal.kernel.errors import Conflict, Invalid, NotAllowed, TransitionRefused
from portal.notices.models import Notice
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in

pytestmark = pytest.mark.django_db


def import_json(cast: Cast, *rows: dict[str, Any], name: str = "catalog.json") -> Batch:
    file = io.BytesIO(json.dumps({"resources": rows}).encode())
    return batches.start_import(cast.actor("steward"), file=file, name=name)


def written() -> tuple[int, ...]:
    acts = Entry.objects.exclude(action="catalog.batch.preview")
    return Resource.objects.count(), Item.objects.count(), acts.count(), Notice.objects.count()


def verdicts(batch: Batch) -> list[str]:
    return list(batch.lines.order_by("position").values_list("verdict", flat=True))


def fresh(resource: Resource) -> Resource:
    return Resource.objects.select_related("amendment").get(pk=resource.pk)


def test_a_preview_changes_nothing_and_tells_nobody(cast: Cast) -> None:
    resource = resource_in(cast, "published")
    before = (
        Resource.objects.count(),
        Item.objects.count(),
        Entry.objects.exclude(action="catalog.batch.preview").count(),
    )
    batch = import_json(
        cast,
        {"title_zh": "渔船名录", "abstract_zh": "x", "items": [{"name_zh": "船名"}, {"name_zh": "吨位", "type": "N"}]},
        {"code": resource.code, "abstract_zh": "改"},
        {"code": resource.code.replace("1", "9"), "title_zh": "y"},
        {"title_zh": "坏", "format": "nonsense"},
        {"title_zh": "别家", "provider": "11220300MB0000000X"},
    )
    assert verdicts(batch) == ["create", "change", "refused", "refused", "refused"]
    assert batch.state == "previewed"
    after = (
        Resource.objects.count(),
        Item.objects.count(),
        Entry.objects.exclude(action="catalog.batch.preview").count(),
    )
    assert after == before
    refused = [worded_line(line).problems[0] for line in batch.lines.filter(verdict="refused").order_by("position")]
    assert "leave it empty" in refused[0]
    assert refused[1].startswith("Format: "), "a problem names the field as the reader knows it"
    assert "none of your departments" in refused[2]


def test_each_reader_gets_a_batch_in_her_own_language(cast: Cast) -> None:
    resource = resource_in(cast, "published")
    with translation.override("zh-hans"):
        batch = import_json(
            cast,
            {"title_zh": "渔船名录", "items": [{"name_zh": "船名"}]},
            {"code": resource.code, "update_cycle": 2},
            {"title_zh": "坏", "items": [{"name_zh": "甲"}, {"name_zh": "乙", "grade": 77}]},
            {"title_zh": "旧", "colour": "red"},
            {"title_zh": "面", "items": [{"name_zh": "丙", "mask": {"op": "vanish"}}]},
        )
    page = f"/catalog/batches/{batch.pk}/"
    said = {
        "en": (
            "Data items",
            "Update cycle",
            "Data item 2, Grade: This is not",
            "There is no field “colour”.",
            "vanish",
        ),
        "zh-hans": ("数据项", "更新周期", "第 2 个数据项，级别：", "没有字段“colour”。", "vanish"),
    }
    for language, words in said.items():
        client = cast.client("steward")
        client.cookies["songhua_language"] = language
        text = client.get(page).content.decode()
        assert [word for word in words if word not in text] == [], language
    with translation.override("en"):
        lines = [worded_line(line) for line in batch.lines.order_by("position")]
    assert lines[1].changes[0][0] == "Update cycle"
    assert not any(ord(sign) > 0x2E7F for line in lines for problem in line.problems for sign in problem)


def test_a_bulk_edit_is_named_in_the_language_of_whoever_reads(cast: Cast) -> None:
    steward = cast.actor("steward")
    lines = bulk_lines([draft(steward, cast.provider)], fields={"update_cycle": 2}, item_values={}, only={})
    with translation.override("zh-hans"):
        batch = batches.begin_batch(steward, batch=batches.start_bulk(steward, name=bulk_name(lines), asked=lines))
        chinese = batch.title
    with translation.override("en"):
        assert batch.title == "Bulk edit of resources: 1" != chinese


def test_lines_from_before_they_were_kept_without_a_language_stay_as_they_are(cast: Cast) -> None:
    line = BatchLine(changes=[["更新周期", "每月", "每年"]], problems=["分类：不在代码表中。"])
    worded = worded_line(line)
    assert (worded.changes, worded.problems) == ([("更新周期", "每月", "每年")], ["分类：不在代码表中。"])


def test_applied_as_drafts_and_amendments_then_undone(cast: Cast) -> None:
    steward, resource = cast.actor("steward"), resource_in(cast, "published")
    batch = import_json(
        cast, {"title_zh": "渔船名录", "items": [{"name_zh": "船名"}]}, {"code": resource.code, "abstract_zh": "改"}
    )
    batch = batches.begin_batch(steward, batch=batch)
    assert batch.state == "applied"
    made = Resource.objects.get(title_zh="渔船名录")
    assert (made.state, made.items.get().name_zh) == ("draft", "船名")
    amendment = fresh(resource).amendment
    assert amendment is not None
    assert amendment.content["abstract_zh"] == "改"
    assert fresh(resource).abstract_zh != "改"
    batch = batches.undo_batch(steward, batch=batch)
    made.refresh_from_db()
    assert (batch.state, made.state, fresh(resource).amendment) == ("undone", "retired", None)
    assert set(batch.lines.values_list("outcome", flat=True)) == {"undone"}


def test_undoing_is_refused_once_anything_was_touched(cast: Cast) -> None:
    steward = cast.actor("steward")
    one, two = draft(steward, cast.provider, "一"), draft(steward, cast.provider, "二")
    lines = bulk_lines([one, two], fields={"update_cycle": 2}, item_values={}, only={})
    batch = batches.begin_batch(steward, batch=batches.start_bulk(steward, name="周期", asked=lines))
    services.edit_resource(steward, resource=two, abstract_zh="后来")
    with pytest.raises(Conflict) as refused:
        batches.undo_batch(steward, batch=batch)
    assert refused.value.code == "touched_since"
    assert Resource.objects.get(pk=one.pk).update_cycle == 2
    batch.refresh_from_db()
    assert batch.state == "applied"
    services.edit_resource(
        steward, resource=two, abstract_zh=batch.lines.get(resource=two).after["content"]["abstract_zh"]
    )
    batches.undo_batch(steward, batch=batch)
    assert set(Resource.objects.filter(pk__in=[one.pk, two.pk]).values_list("update_cycle", flat=True)) == {7}


def test_a_second_import_of_the_same_file_changes_nothing(cast: Cast) -> None:
    row = {"title_zh": "渔船名录", "abstract_zh": "x", "items": [{"name_zh": "船名", "type": "C"}]}
    steward = cast.actor("steward")
    batches.begin_batch(steward, batch=import_json(cast, row))
    assert verdicts(import_json(cast, row)) == ["same"]
    assert Resource.objects.filter(title_zh="渔船名录").count() == 1


def test_items_that_a_file_leaves_out_stay(cast: Cast) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    batch = import_json(
        cast, {"code": resource.code, "items": [{"code": "name", "name_zh": "名称"}, {"name_zh": "新"}]}
    )
    batches.begin_batch(steward, batch=batch)
    assert [item.name_zh for item in resource.items.order_by("position")] == ["街道代码", "名称", "联系人", "新"]


def test_the_template_goes_round(cast: Cast) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider, extensions={"record_count": "1,200", "is_pooled": "是"})
    assert resource.extensions == {"record_count": 1200, "is_pooled": True}
    book = filled_template(selectors.exchanged(steward))
    batch = batches.start_import(steward, file=io.BytesIO(book), name="目录.xlsx")
    line = batch.lines.get()
    assert (line.verdict, line.changes, line.problems) == ("same", [], [])
    assert catalog_document(selectors.exchanged(steward))["resources"][0]["code"] == resource.code


@pytest.mark.parametrize("mask", [{}, {"op": "keep", "a": 3, "b": 4}, {"op": "keep", "a": 2, "b": 2}, {"op": "null"}])
def test_the_template_carries_masks(cast: Cast, mask: dict[str, Any]) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    item = resource.items.filter(type="C").first()
    assert item is not None
    item.mask = mask
    item.save(update_fields=["mask"])
    book = filled_template([fresh(resource)])
    batch = batches.start_import(cast.actor("steward"), file=io.BytesIO(book), name="a.xlsx")
    assert verdicts(batch) == ["same"]
    type(item).objects.filter(pk=item.pk).update(mask={"op": "hmac"})
    batch = batches.start_import(cast.actor("steward"), file=io.BytesIO(book), name="a.xlsx")
    batches.begin_batch(cast.actor("steward"), batch=batch)
    item.refresh_from_db()
    # An empty cell leaves the mask as it is: a file never takes a mask away by silence.
    assert item.mask == (mask or {"op": "hmac"})


def test_a_workbook_is_read_with_what_people_write_in_it(cast: Cast) -> None:
    import xlsxwriter  # noqa: PLC0415 - only here

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("信息资源")
    sheet.write_row(0, 0, ["政务信息资源目录"])
    sheet.write_row(1, 0, ["信息资源名称*", "提供方*", "更新周期*", "关键字段*", "是否汇聚*", "存储容量"])
    sheet.write_row(2, 0, ["渔船名录", cast.provider.name_zh, "每月", "渔船、渔港", "是", "3 GB"])
    sheet.write_row(3, 0, ["错的", cast.provider.name_zh, "常常"])
    items = book.add_worksheet("信息项")
    header = "所属资源 信息项名称 数据类型 共享类型 共享条件 是否开放 数据长度 代码集"
    items.write_row(0, 0, header.split())
    items.write_row(1, 0, ["渔船名录", "船名", "字符型", "授权共享", "办理业务", "否", 30, "GB/T 1"])
    book.close()
    batch = batches.start_import(cast.actor("steward"), file=io.BytesIO(target.getvalue()), name="目录.xlsx")
    good, bad = batch.lines.order_by("position")
    assert "常常" in worded_line(bad).problems[0]
    fields = good.wanted["fields"]
    assert (fields["keywords"], fields["extensions"]["is_pooled"]) == (["渔船", "渔港"], True)
    item = good.wanted["items"][0]
    assert (item["sharing_type"], item["opening_type"], item["length"]) == (2, 3, 30)
    assert "GB/T 1" in item["description"]


def test_the_empty_template_has_both_sheets_with_required_marks(cast: Cast) -> None:
    answer = cast.client("steward").get("/catalog/batches/template.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["信息资源", "信息项", "填写说明"]
    header = book.get_sheet_by_name("信息资源").to_python()[0]
    assert {"信息资源名称*", "提供方*", "更新周期*", "是否汇聚"} <= set(header)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"{}", b'{"resources": []}'])
def test_a_file_that_cannot_be_read_says_why(cast: Cast, content: bytes) -> None:
    name = "x.xlsx" if content.startswith(b"PK") else "x.json"
    batch = batches.start_import(cast.actor("steward"), file=io.BytesIO(content), name=name)
    assert (batch.state, bool(batch.problem["code"])) == ("failed", True)
    assert cast.client("steward").get(f"/catalog/batches/{batch.pk}/").status_code == 200


def test_bulk_reaches_only_the_items_that_fit(cast: Cast) -> None:
    steward, resource = cast.actor("steward"), resource_in(cast, "published")
    values = {"sharing_type": 2, "sharing_condition": "业务需要"}
    lines = bulk_lines([resource], fields={}, item_values=values, only={"sharing_type": 1, "name": "名称"})
    batch = batches.start_bulk(steward, name="x", asked=lines)
    (line,) = batch.lines.all()
    assert line.verdict == "change"
    assert {field.split(":")[0] for field, _before, _after in worded_line(line).changes} == {"街道名称"}
    batches.begin_batch(steward, batch=batch)
    work = selectors.work_of(fresh(resource))
    assert [item.sharing_type for item in work.items] == [1, 2, 2]
    with pytest.raises(Invalid):
        batches.start_bulk(steward, name="x", asked=[])


def test_only_data_officers_and_only_their_own_batches(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        batches.start_import(cast.actor("coordinator"), file=io.BytesIO(b"{}"), name="x.json")
    batch = import_json(cast, {"title_zh": "a"})
    assert cast.client("outsider").get(f"/catalog/batches/{batch.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        batches.begin_batch(cast.actor("outsider"), batch=batch)


def test_pages_import_preview_apply_and_undo(cast: Cast) -> None:
    client: Client = cast.client("steward")
    file = io.BytesIO(json.dumps([{"title_zh": "渔船名录"}]).encode())
    file.name = "a.json"
    answer = client.post("/catalog/batches/", {"file": file})
    page = client.get(answer["Location"]).content.decode()
    assert 'data-state="create"' in page
    assert client.post(f"{answer['Location']}act/begin/").status_code == 302
    assert Resource.objects.get(title_zh="渔船名录").state == "draft"
    assert client.post(f"{answer['Location']}act/undo/").status_code == 302
    assert client.post(f"{answer['Location']}act/dance/").status_code == 404
    assert "渔船" not in client.get("/catalog/batches/").content.decode()


def test_the_page_of_bulk_edit_previews(cast: Cast) -> None:
    client, resource = cast.client("steward"), draft(cast.actor("steward"), cast.provider)
    assert client.post("/catalog/batches/bulk/", {"resources": [resource.pk]}).status_code == 400
    answer = client.post("/catalog/batches/bulk/", {"resources": [resource.pk], "update_cycle": "2"})
    assert answer.status_code == 302
    assert "Daily" in client.get(answer["Location"]).content.decode()


def test_the_api_does_the_same(cast: Cast) -> None:
    client, resource = cast.client("steward"), draft(cast.actor("steward"), cast.provider)
    asked = {
        "resources": [resource.address],
        "fields": {"update_cycle": 2},
        "item_values": {"grade": 2},
        "only": {"grade": 1},
    }
    answer = client.post("/api/v1/catalog/batches/bulk", asked, content_type="application/json")
    assert answer.status_code == 201, answer.content
    here = answer["Location"]
    lines = client.get(here).json()["lines"]
    assert lines[0]["verdict"] == "change"
    assert client.post(f"{here}begin", {}, content_type="application/json").json()["state"] == "applied"
    assert Resource.objects.get(pk=resource.pk).update_cycle == 2
    assert client.get("/api/v1/catalog/exchange/").json()["resources"][0]["update_cycle"] == 2
    wrong = client.post("/api/v1/catalog/batches/bulk", {"resources": ["x"]}, content_type="application/json")
    assert wrong.status_code == 400


def test_a_large_file_is_read_and_applied_by_a_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "READ_AT_ONCE", 1)
    monkeypatch.setattr(applying, "APPLY_AT_ONCE", 0)
    batch = import_json(cast, {"title_zh": "渔船名录"})
    assert batch.state == "received"
    batch = batches.run_batch(batch_id=batch.pk, verb="preview")
    assert batch.state == "previewed"
    assert batches.begin_batch(cast.actor("steward"), batch=batch).state == "applying"
    assert batches.run_batch(batch_id=batch.pk, verb="apply").state == "applied"
    assert batches.run_batch(batch_id=batch.pk, verb="apply").state == "applied"
    assert Resource.objects.filter(title_zh="渔船名录").count() == 1


def test_extension_fields_are_defined_asked_for_shown_and_searched(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        define_extension(cast.actor("steward"), code="basin", name_zh="流域", type="text")
    coordinator, steward = cast.actor("coordinator"), cast.actor("steward")
    kinds = {"name_zh": "流域", "type": "choice", "choices": ["松花江", "辽河"], "is_required": True}
    define_extension(coordinator, code="basin", **kinds)
    resource = draft(steward, cast.provider)
    with pytest.raises(Invalid) as refused:
        services.submit(steward, resource=resource)
    assert set(refused.value.fields) == {"extensions.basin"}
    with pytest.raises(Invalid):
        services.edit_resource(steward, resource=resource, extensions={"basin": "长江"})
    services.edit_resource(steward, resource=resource, extensions={"basin": "松花江"})
    assert "松花江" in cast.client("steward").get(resource.get_absolute_url()).content.decode()
    assert selectors.with_words(selectors.resources(steward), "松花江").get() == resource
    services.submit(steward, resource=resource)
    with pytest.raises(Invalid):
        define_extension(coordinator, code="basin", name_zh="流域", type="number")
    page = {"code": "sea", "name_zh": "海区", "type": "text", "is_active": "on", "choices": ""}
    assert cast.client("coordinator").post("/catalog/extensions/", page).status_code == 302
    assert "海区" in cast.client("steward").get("/catalog/extensions/").content.decode()


def test_the_policy_pack_names_the_attributes(cast: Cast, settings: LazySettings, client: Client) -> None:
    resource = resource_in(cast, "published")
    page = cast.client("steward")
    page.cookies["django_language"] = "zh-hans"
    address = f"{resource.get_absolute_url()}items/"
    assert "有条件共享" in page.get(address, headers={"accept-language": "zh-hans"}).content.decode()
    settings.POLICY_PACK = "jilin"
    assert "授权共享" in page.get(address, headers={"accept-language": "zh-hans"}).content.decode()


def test_the_sweep_asks_again_for_what_a_lost_message_left(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog import tasks  # noqa: PLC0415  only this test looks at the tasks

    monkeypatch.setattr(reading, "READ_AT_ONCE", 1)
    batch = import_json(cast, {"title_zh": "渔船名录"})
    assert batch.state == "received"
    assert tasks.sweep_batches() == {"asked": 0}, "a batch of this minute is not lost"
    Batch.objects.filter(pk=batch.pk).update(created_at=timezone.now() - timedelta(minutes=11))
    assert tasks.sweep_batches() == {"asked": 1}
    assert tasks.sweep_batches() == {"asked": 0}, "it was asked for a moment ago"
    assert tasks.run_batch(batch.pk, "preview") == {"batch": batch.pk, "state": "previewed"}
    assert tasks.run_batch(batch.pk, "preview") == {"batch": batch.pk, "state": "previewed"}


def test_a_worker_that_comes_second_leaves_the_batch_as_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog import tasks  # noqa: PLC0415  only this test looks at the tasks

    monkeypatch.setattr(applying, "APPLY_AT_ONCE", 0)
    batch = batches.begin_batch(cast.actor("steward"), batch=import_json(cast, {"title_zh": "渔船名录"}))
    assert batches.lost_batches(timezone.now() + timedelta(seconds=1)) == [(batch.pk, "apply")]
    stale = Batch.objects.select_related("created_by").get(pk=batch.pk)
    batches.apply_batch(cast.actor("steward"), batch=batch)
    with pytest.raises(TransitionRefused):
        batches.apply_batch(cast.actor("steward"), batch=stale)
    assert Resource.objects.filter(title_zh="渔船名录").count() == 1
    assert tasks.run_batch(batch.pk, "apply")["state"] == "applied"
