"""Files that replace, add to and change the version before, through columns that come, go and change their names."""

import io
from typing import Any

import pytest
from django.conf import LazySettings

from catalog.gate import preview_warrant, release
from catalog.models import Resource, Upload, Version
from catalog.selectors.manifest import version_files
from catalog.services import making, set_items
from catalog.services.versions import check_upload, receive_upload
from portal.kernel.errors import Invalid
from tests.cast import Cast
from tests.catalog.gate.conftest import MACHINE
from tests.factories import uploads
from tests.factories.catalog import ITEMS, draft, resource_in

pytestmark = pytest.mark.django_db
HEADER = "街道代码,街道名称,联系人\n"
CODE, NAME, CONTACT = ITEMS


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return draft(cast.actor("steward"), cast.provider)


@pytest.fixture
def hand_in(cast: Cast, resource: Resource, settings: LazySettings) -> Any:
    settings.DATA_FILE_ROWS = 2

    def do(text: str, mode: str = "replace", **facts: Any) -> Upload:
        return uploads.hand_in(cast, resource, text, mode=mode, **facts)

    return do


def rows(cast: Cast, version: Version | None) -> list[dict[str, Any]]:
    assert version is not None
    return release(cast.actor("steward"), preview_warrant(version)).page().rows


def table(cast: Cast, version: Version | None) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows(cast, version)]


FIRST = HEADER + "220100001,甲,张\n220100002,乙,李\n220100003,丙,王\n"


def test_append_adds_rows_and_keeps_the_files(cast: Cast, hand_in: Any) -> None:
    first = hand_in(FIRST).version
    second = hand_in(HEADER + "220100004,丁,赵\n", "append").version
    assert [row["code"] for row in rows(cast, second)] == ["220100001", "220100002", "220100003", "220100004"]
    assert (second.kind, second.parent, second.row_count, second.changes) == ("append", first, 4, {"added": 1})
    assert list(version_files(second))[:2] == list(version_files(first))
    assert second.profile["rows"] == 4
    assert len(rows(cast, first)) == 3


def test_append_refuses_keys_that_are_there(cast: Cast, hand_in: Any) -> None:
    first = hand_in(FIRST).version
    upload = hand_in(HEADER + "220100004,丁,赵\n220100002,乙,李\n", "append")
    assert upload.state == "rejected"
    assert upload.report["counts"] == [{"column": "code", "code": "key_exists", "count": 1}]
    assert (upload.report["accepted"], upload.report["rejected"]) == (1, 1)
    assert upload.report["samples"][0]["line"] == 3
    assert upload.report["rejects"]
    assert upload.resource.current_version == first


def test_delta_changes_adds_and_removes_by_key(cast: Cast, hand_in: Any) -> None:
    first = hand_in(FIRST).version
    rows = ("220100002,乙二,李,修改", "220100009,新,钱,新增", "220100003,,,删除", "220100001,甲,张三,")
    text = "街道代码,街道名称,联系人,_操作\n" + "\n".join(rows)
    second = hand_in(text, "delta").version
    assert table(cast, second) == [
        ("220100001", "甲", "张三"),
        ("220100002", "乙二", "李"),
        ("220100009", "新", "钱"),
    ]
    assert second.changes == {"added": 1, "changed": 2, "removed": 1, "unchanged": 0}
    assert not set(version_files(first)) & set(version_files(second))
    assert table(cast, first)[1] == ("220100002", "乙", "李")
    third = hand_in(HEADER + "220100009,新,孙\n", "delta").version
    assert version_files(third)[0] == version_files(second)[0]
    assert third.row_count == 3


def test_delta_that_only_removes_needs_keys_alone(cast: Cast, hand_in: Any) -> None:
    hand_in(FIRST)
    upload = hand_in("code,_op\n220100001,delete\n220100003,insert\n", "delta")
    assert (upload.state, upload.report["missing_columns"]) == ("rejected", ["name", "contact"])
    version = hand_in("code,_op\n220100001,delete\n220100003,D\n", "delta").version
    assert table(cast, version) == [("220100002", "乙", "李")]
    assert len(version_files(version)) == 1


def test_delta_says_which_keys_are_not_there(cast: Cast, hand_in: Any) -> None:
    hand_in(FIRST)
    upload = hand_in("街道代码,街道名称,联系人,_op\n9,x,y,delete\n220100001,x,y,insert\n1,x,y,覆盖\n", "delta")
    assert upload.state == "rejected"
    assert {(one["line"], one["code"]) for one in upload.report["samples"]} == {
        (2, "key_unknown"),
        (3, "key_exists"),
        (4, "op_unknown"),
    }
    assert hand_in("街道代码\n1\n", "delta").state == "rejected"


def test_old_versions_read_under_their_own_names_for_ever(cast: Cast, hand_in: Any, resource: Resource) -> None:
    steward = cast.actor("steward")
    first = hand_in(FIRST).version
    new = {"name_zh": "人口", "code": "people", "type": "I"}
    renamed = NAME | {"name_zh": "名称", "code": "title", "former_code": "name"}
    set_items(steward, resource=resource, items=[new, CODE, renamed])
    second = hand_in("街道代码,名称,人口\n220100004,丁,120\n", "append").version
    assert rows(cast, second)[0] == {"people": None, "code": "220100001", "title": "甲"}
    assert rows(cast, second)[3] == {"people": 120, "code": "220100004", "title": "丁"}
    assert rows(cast, first)[0] == {"code": "220100001", "name": "甲", "contact": "张"}
    set_items(steward, resource=resource, items=[new | {"type": "N"}, CODE, renamed | {"code": "title"}])
    third = hand_in("街道代码,名称,人口\n220100001,甲,1.5\n", "delta").version
    assert [row["people"] for row in rows(cast, third)] == [1.5, None, None, 120]
    assert rows(cast, second)[3]["people"] == 120


def test_change_that_old_rows_cannot_follow_is_refused_with_what_to_do(
    cast: Cast, hand_in: Any, resource: Resource
) -> None:
    steward = cast.actor("steward")
    with pytest.raises(Invalid, match="mode_no_parent"):
        hand_in(FIRST, "append")
    hand_in(FIRST)
    cases = {
        "mode_retyped": [CODE, NAME | {"type": "I"}],
        "mode_required": [CODE, NAME, {"name_zh": "人口", "code": "people", "is_nullable": False}],
        "mode_key_changed": [CODE, NAME | {"is_key": True}],
    }
    for code, items in cases.items():
        set_items(steward, resource=resource, items=items)
        with pytest.raises(Invalid) as caught:
            hand_in("街道代码,街道名称\n1,2\n", "append")
        assert caught.value.code == code
        assert caught.value.fields["mode"]
    set_items(steward, resource=resource, items=[CODE | {"is_key": False}, NAME | {"is_key": False}])
    with pytest.raises(Invalid) as caught:
        hand_in("街道代码,街道名称\n1,2\n", "delta")
    assert caught.value.code == "mode_no_key"
    whole = hand_in("街道代码,街道名称\n1,2\n1,2\n").version
    assert hand_in("街道代码,街道名称\n1,2\n", "append").version.row_count == whole.row_count + 1


def test_value_that_became_required_must_be_there_already(cast: Cast, hand_in: Any, resource: Resource) -> None:
    hand_in(HEADER + "1,甲,\n")
    set_items(cast.actor("steward"), resource=resource, items=[CODE, NAME | {"is_nullable": False}, CONTACT])
    assert hand_in(HEADER + "2,乙,\n", "append").state == "accepted"
    set_items(cast.actor("steward"), resource=resource, items=[CODE, NAME, CONTACT | {"is_nullable": False}])
    with pytest.raises(Invalid) as caught:
        hand_in(HEADER + "3,丙,赵\n", "append")
    assert caught.value.code == "mode_required"


def test_version_made_meanwhile_fails_the_upload(hand_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(FIRST)
    usual = making.version_files

    def meanwhile(version: Version) -> Any:
        monkeypatch.setattr(making, "version_files", usual)
        hand_in(FIRST)
        return usual(version)

    monkeypatch.setattr(making, "version_files", meanwhile)
    upload = hand_in(HEADER + "4,丁,赵\n", "append")
    assert (upload.state, upload.report["code"]) == ("failed", "version_changed")


def test_mode_that_no_longer_fits_fails_at_the_check(cast: Cast, resource: Resource, hand_in: Any) -> None:
    hand_in(FIRST)
    resource.refresh_from_db()
    upload = receive_upload(
        cast.actor("steward"),
        resource=resource,
        file=io.BytesIO(b"code\n1\n"),
        name="x.csv",
        mode="delta",
        announce=False,
    )
    set_items(cast.actor("steward"), resource=resource, items=[CODE | {"is_key": False}])
    assert check_upload(MACHINE, upload_id=upload.pk).report["code"] == "mode_no_key"


def test_form_and_api_ask_how_the_file_changes_the_version(cast: Cast) -> None:
    published = resource_in(cast, "published")
    client = cast.client("steward")
    address = f"/catalog/{published.address}/upload/"
    assert b'name="mode"' not in client.get(address).content
    check_upload(MACHINE, upload_id=receive_upload(
        cast.actor("steward"), resource=published, file=io.BytesIO(FIRST.encode()), name="x.csv", announce=False
    ).pk)  # fmt: skip
    assert client.get(address).content.count(b'name="mode"') == 3
    response = client.post(address, {"file": io.BytesIO(b"x"), "mode": "sideways"})
    assert response.status_code == 400
    file = io.BytesIO((HEADER + "220100004,丁,赵\n").encode())
    file.name = "街道.csv"
    assert client.post(address, {"file": file, "mode": "append", "note": ""}).status_code == 302
    assert Upload.objects.latest("pk").mode == "append"
    api = f"/api/v1/catalog/resources/{published.address}/versions/"
    file.seek(0)
    answer = client.post(api, {"file": file, "mode": "delta"})
    assert (answer.status_code, Upload.objects.latest("pk").mode) == (202, "delta")
    file.seek(0)
    assert client.post(api, {"file": file, "mode": "sideways"}).status_code == 400
