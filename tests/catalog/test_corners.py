"""Corners of the catalogue: what is seldom asked, and must still be right."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog import services
from catalog.models import Category, Item, Resource, Upload
from catalog.policies import standing_in_catalog, stands_in_catalog
from catalog.selectors import changes, search, tasks_for, version_lines
from catalog.selectors.export import export_rows
from catalog.selectors.progress import sections
from catalog.selectors.reports import read_report
from catalog.selectors.words import query_text, vector_text
from catalog.services.preview import preview_warrant
from portal.kernel.errors import Invalid, NotFound
from tests.cast import Cast
from tests.factories.catalog import ITEMS, draft, resource_in

pytestmark = pytest.mark.django_db
STATES = ("draft", "submitted", "returned", "in_review", "published", "suspended", "retired")


def test_classes_of_an_installation_are_loaded_and_named_anew() -> None:
    rows = [{"code": "301001", "slug": "civil", "name_zh": "民政", "parent": "300"}]
    assert services.load_categories(rows) == 1
    services.load_categories([{**rows[0], "name_zh": "民政业务"}])
    made = Category.objects.get(code="301001")
    assert (made.kind, made.name_zh, made.parent_id) == (3, "民政业务", "300")
    with pytest.raises(Invalid):
        services.load_categories([{"code": "401", "slug": "x", "name_zh": "x"}])


def test_standard_classes_are_there_and_loading_them_again_changes_nothing() -> None:
    Category.objects.filter(code="101").update(name_zh="本省人口")
    services.load_standard_classes()
    assert Category.objects.get(code="101").name_zh == "本省人口"
    assert Category.objects.filter(kind=2).count() == 12


def test_index_can_be_written_anew(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    Resource.objects.update(search_vector=None, search_title="")
    assert services.reindex_all() == 1
    found = search(Resource.objects.all(), words="街道")
    assert [r.pk for r in found.results] == [resource.pk]


def test_quotes_and_backslashes_are_kept_apart_in_index_and_query() -> None:
    assert vector_text([("A", ["a'b", "c\\d", "", "a'b"])]) == "'a''b':1A 'c\\\\d':1A"
    assert query_text("  ") == ""
    assert query_text("人") == "'人':*"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"format": "paper"}, "format"),
        ({"title_zh": " "}, "title_zh"),
        ({"title_en": "x" * 201}, "title_en"),
        ({"keywords": [str(n) for n in range(21)]}, "keywords"),
        ({"wrong": 1}, "wrong"),
        ({"state": "published"}, "state"),
    ],
)
def test_wrong_descriptions_are_refused(cast: Cast, fields: dict[str, Any], name: str) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    with pytest.raises(Invalid) as caught:
        services.edit_resource(steward, resource=resource, **fields)
    assert list(caught.value.fields) == [name]


def test_theme_must_be_a_theme_and_related_resources_are_kept(cast: Cast) -> None:
    steward = cast.actor("steward")
    one, two = draft(steward, cast.provider), draft(steward, cast.provider, "另一个")
    with pytest.raises(Invalid):
        services.edit_resource(steward, resource=one, theme=Category.objects.get(code="101"))
    services.edit_resource(steward, resource=one, related=[two])
    assert list(one.related.all()) == [two]
    three = services.create_resource(steward, provider=cast.provider, title_zh="三", related=[one])
    assert list(three.related.all()) == [one]


def test_what_is_gone_is_not_found(cast: Cast) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    Resource.objects.filter(pk=resource.pk).delete()
    with pytest.raises(NotFound):
        services.edit_resource(steward, resource=resource, title_zh="x")


@pytest.mark.parametrize(
    ("mask", "is_right"),
    [
        ({"op": "keep", "a": 1, "b": 0}, True),
        ({"op": "null"}, True),
        ({"op": "keep", "a": -1, "b": 0}, False),
        ({"op": "year"}, False),
        ({"op": "dance"}, False),
        ("keep", False),
    ],
)
def test_masks_must_fit_the_item(cast: Cast, mask: Any, is_right: bool) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    rows = [{"name_zh": "联系人", "code": "contact", "mask": mask}]
    if is_right:
        assert services.set_items(steward, resource=resource, items=rows)[0].mask == mask
        return
    with pytest.raises(Invalid) as caught:
        services.set_items(steward, resource=resource, items=rows)
    assert list(caught.value.fields) == ["items.0.mask"]


def test_items_are_renamed_and_swapped_without_losing_what_is_known(cast: Cast) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    before = {item.code: item.pk for item in resource.items.all()}
    rows = [
        {"name_zh": "名称", "code": "code", "former_code": "name"},
        {"name_zh": "代码", "code": "name", "former_code": "code"},
        {"name_zh": "联系方式", "code": "phone", "former_code": "contact"},
    ]
    services.set_items(steward, resource=resource, items=rows)
    after = {item.code: item for item in resource.items.all()}
    assert {code: item.pk for code, item in after.items()} == {
        "code": before["name"], "name": before["code"], "phone": before["contact"],
    }  # fmt: skip
    assert after["phone"].sharing_condition == ITEMS[2]["sharing_condition"]


def test_too_many_items_and_equal_names_are_told_apart(cast: Cast) -> None:
    steward = cast.actor("steward")
    resource = services.create_resource(steward, provider=cast.provider, title_zh="x")
    with pytest.raises(Invalid):
        services.set_items(steward, resource=resource, items=[{"name_zh": "a"}] * 501)
    items = services.set_items(steward, resource=resource, items=[{"name_zh": "名称"}] * 2 + [{"name_zh": "2020年"}])
    assert [item.code for item in items] == ["mingcheng", "mingcheng_2", "c_2020_nian"]
    services.set_items(steward, resource=resource, items=[])
    assert not Item.objects.filter(resource=resource).exists()


def test_an_amendment_under_way_stays_in_the_catalog(cast: Cast) -> None:
    made = {state: resource_in(cast, state, f"资源{state}") for state in STATES}
    steward = cast.actor("steward")
    again = resource_in(cast, "published", "再次提交")
    services.amend(steward, resource=again, reason="新法。")
    again.refresh_from_db()
    standing = {"published"}
    assert {state for state, resource in made.items() if stands_in_catalog(resource)} == standing
    assert stands_in_catalog(again)
    found = set(Resource.objects.filter(standing_in_catalog()).values_list("pk", flat=True))
    assert found == {made[state].pk for state in standing} | {again.pk}


def test_sections_of_an_empty_and_of_a_complete_draft(cast: Cast) -> None:
    steward = cast.actor("steward")
    empty = services.create_resource(steward, provider=cast.provider, title_zh="空")
    states = [line["state"] for line in sections(empty, [], lambda name: name)]
    assert states == ["todo", "todo", "todo", "todo", "optional", "optional", "not_ready"]
    full = draft(steward, cast.provider)
    states = [line["state"] for line in sections(full, list(full.items.all()), lambda name: name)]
    assert states == ["done", "done", "done", "done", "optional", "optional", "ready"]


def test_nothing_to_compare_or_preview_yet(cast: Cast) -> None:
    resource = resource_in(cast, "submitted")
    assert changes(resource) == []
    assert version_lines(resource) == []
    with pytest.raises(NotFound):
        preview_warrant(resource)
    assert tasks_for(cast.actor("auditor")) == []


def test_reports_of_files_that_cannot_be_read_say_why(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    assert read_report(Upload(resource=resource)) is None
    report = read_report(Upload(resource=resource, state="failed", report={"code": "file_empty", "params": {}}))
    assert report is not None
    assert "empty" in report.summary


def test_export_holds_codes_and_words(cast: Cast) -> None:
    resource = resource_in(cast, "published")
    _head, row = export_rows(Resource.objects.all())
    assert row[0] == resource.code
    assert "Shared conditionally" in row


def test_pages_refuse_what_the_services_refuse(cast: Cast) -> None:
    steward = cast.client("steward")
    url = draft(cast.actor("steward"), cast.provider).get_absolute_url()
    assert steward.post("/catalog/register/", {"provider": cast.provider.pk, "title_zh": " "}).status_code == 400
    keywords = ",".join(str(number) for number in range(30))
    basic = {"title_zh": "x", "keywords": keywords, "format": "text", "sharing_method": "file"}
    assert steward.post(f"{url}edit/basic/", basic).status_code == 400
    assert steward.post(f"{url}edit/attributes/", {"grade": "9"}).status_code == 400
    assert steward.get(f"{url}edit/attributes/nothing/").status_code == 404
    assert steward.post(f"{url}upload/", {"note": "x"}).status_code == 400
    assert steward.post(f"{url}upload/", {"file": SimpleUploadedFile("a.csv", b"")}).status_code == 400
    assert steward.get(f"{url}edit/items/propose/").status_code == 302
    without_file = steward.post(f"{url}edit/items/propose/", {})
    assert without_file.status_code == 400
    assert b'href="#id_file"' in without_file.content, "the page says what is missing and leads there"
    every = {"grade": "2", "sharing_type": "2", "sharing_condition": "x", "opening_type": "3", "mask": "keep:1:0"}
    assert steward.post(f"{url}edit/attributes/name/", every).status_code == 302
    assert Item.objects.get(code="name").mask == {"op": "keep", "a": 1, "b": 0}
    assert 'value="keep:1:0" selected' in steward.get(f"{url}edit/attributes/name/").content.decode()


def test_a_check_can_be_canceled_by_page(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    upload = resource.uploads.create(file="x", name="x.csv", byte_count=1, created_by=cast.user("steward"))
    url = f"{resource.get_absolute_url()}uploads/{upload.pk}/"
    assert 'data-hx-trigger="every 1s"' in cast.client("steward").get(url).content.decode()
    assert cast.client("office_head").post(f"{url}cancel/").status_code == 403
    assert cast.client("steward").post(f"{url}cancel/").status_code == 302
    upload.refresh_from_db()
    assert upload.state == "canceled"
    assert "data-hx-trigger" not in cast.client("steward").get(url).content.decode()
