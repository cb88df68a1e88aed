"""Pages and API of one version and of the difference between two, for those who may see rows and for the others."""

import io
import time
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from openpyxl import load_workbook

from catalog.gate import compare_versions
from catalog.gate import comparison as module
from catalog.models import Resource
from catalog.services import set_items
from portal.kernel.errors import NotAllowed
from tests.cast import Cast
from tests.factories.catalog import ITEMS, draft
from tests.factories.uploads import new_version

pytestmark = pytest.mark.django_db
HEADER = "街道代码,街道名称,联系人\n"
CODE, NAME, CONTACT = ITEMS


@pytest.fixture
def resource(cast: Cast) -> Resource:
    """A draft with two versions: of 80 rows one is changed, one removed, one added."""
    resource = draft(cast.actor("steward"), cast.provider)
    new_version(cast, resource, HEADER + "".join(f"{n},街道{n},张\n" for n in range(80)))
    new_version(
        cast, resource, "街道代码,街道名称,联系人,_op\n7,新街道,张,update\n8,,,delete\n99,又一,李,insert\n", "delta"
    )
    return resource


def test_any_version_is_read_for_ever(cast: Cast, resource: Resource) -> None:
    client, address = cast.client("steward"), f"/catalog/{resource.address}/versions/"
    assert f"{address}1/" in client.get(address).content.decode()
    page = client.get(f"{address}1/")
    assert "街道8" in page.content.decode()
    cursor = page.context["next_cursor"]
    assert client.get(f"{address}1/", {"cursor": cursor}).context["rows"][0]["code"] == "50"
    second = client.get(f"{address}2/").content.decode()
    assert "新街道" in second
    assert "街道8<" not in second
    assert client.get(f"{address}3/").status_code == 404


def test_difference_shows_cells_before_and_after(cast: Cast, resource: Resource) -> None:
    client, address = cast.client("steward"), f"/catalog/{resource.address}/versions/1/compare/2/"
    text = client.get(address).content.decode()
    assert "<del>街道7</del> <ins>新街道</ins>" in text
    assert [text.count(f'data-state="{kind}"') for kind in ("added", "changed", "removed")] == [1, 1, 1]
    assert 'data-state="changed"' not in client.get(address, {"kind": "added"}).content.decode()
    assert client.get(address, {"kind": "sideways"}).status_code == 400
    assert "新街道" not in client.get(address, {"after": "3"}).content.decode()


def test_api_reads_version_rows_and_differences(cast: Cast, resource: Resource) -> None:
    client, address = cast.client("steward"), f"/api/v1/catalog/resources/{resource.address}/versions/"
    version = client.get(f"{address}2/").json()
    assert (version["kind"], version["parent"], version["changes"]) == (
        "delta",
        1,
        {"added": 1, "changed": 1, "removed": 1, "unchanged": 0},
    )
    assert [file["rows"] for file in version["files"]] == [79, 1]
    assert client.get(f"{address}1/rows", {"filter": "code:eq:8"}).json()["rows"][0]["name"] == "街道8"
    assert client.get(f"{address}2/rows", {"filter": "code:eq:8"}).json()["rows"] == []
    download = client.get(f"{address}1/rows", {"format": "csv"})
    assert len(b"".join(download).splitlines()) == 81  # type: ignore[arg-type]  # a streamed answer
    found = client.get(f"{address}1/compare/2/", {"limit": "2"}).json()
    assert (found["key"], found["counts"]) == (["code"], {"added": 1, "changed": 1, "removed": 1})
    assert found["differences"][0]["before"]["name"] == "街道7"
    assert found["differences"][0]["after"]["name"] == "新街道"
    rest = client.get(f"{address}1/compare/2/", {"after": found["next"]}).json()
    assert [one["kind"] for one in rest["differences"]] == ["added"]
    assert rest["next"] is None
    for name, value in (("limit", "0"), ("limit", "1001"), ("after", "-1"), ("after", "９"), ("after", "9" * 5000)):
        assert client.get(f"{address}1/compare/2/", {name: value}).status_code == 400
    assert client.get(f"{address}1/compare/2/", {"kind": "x"}).status_code == 400


def test_rows_that_differ_are_for_those_who_may_see_rows(cast: Cast, resource: Resource) -> None:
    one, two = resource.versions.order_by("number")
    with pytest.raises(NotAllowed):
        compare_versions(cast.actor("holder"), one, two)
    coordinator = cast.client("office_head")
    assert coordinator.get(f"/catalog/{resource.address}/versions/1/compare/2/").status_code == 200


def test_columns_that_came_and_went_and_no_common_key(cast: Cast, resource: Resource) -> None:
    new = {"name_zh": "备注", "code": "note"}
    set_items(cast.actor("steward"), resource=resource, items=[CODE | {"is_key": False}, NAME, new])
    new_version(cast, resource, "街道代码,街道名称,备注\n7,新街道,x\n")
    text = cast.client("steward").get(f"/catalog/{resource.address}/versions/2/compare/3/").content.decode()
    assert '<ins>+<span lang="zh-Hans">备注</span></ins>' in text
    assert '<del><span lang="zh-Hans">联系人</span></del>' in text
    found = compare_versions(cast.actor("steward"), *resource.versions.filter(number__gt=1).order_by("number"))
    assert (found.keys, found.counts) == ([], {"added": 0, "changed": 0, "removed": 79})


def test_difference_is_made_once(cast: Cast, resource: Resource, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = resource.versions.order_by("number")
    steward, made = cast.actor("steward"), []
    usual = module.compare

    def counted(*facts: Any) -> None:
        made.append(1)
        usual(*facts)

    monkeypatch.setattr(module, "compare", counted)
    assert compare_versions(steward, one, two).counts == compare_versions(steward, one, two).counts
    assert made == [1]
    answers, real = [False], default_storage.exists
    monkeypatch.setattr(default_storage, "exists", lambda name: answers.pop() if answers else real(name))
    assert compare_versions(steward, one, two).counts["added"] == 1
    assert made == [1, 1]
    assert len(default_storage.listdir(f"differences/{resource.pk}")[1]) == 1


def test_all_that_differs_is_sent_as_one_file(cast: Cast, resource: Resource) -> None:
    client, address = cast.client("steward"), f"/catalog/{resource.address}/versions/1/compare/2/differences"
    answer = client.get(f"{address}.csv")
    assert answer["Content-Disposition"].endswith('-v1-v2.csv"')
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]  # a streamed answer
    assert text.splitlines() == [
        "difference,code_before,code_after,name_before,name_after,contact_before,contact_after",
        "changed,7,7,街道7,新街道,张,张",
        "removed,8,,街道8,,张,",
        "added,,99,,又一,,李",
    ]
    sheet = load_workbook(io.BytesIO(b"".join(client.get(f"{address}.xlsx")))).active  # type: ignore[arg-type]  # streamed
    assert [cell.value for cell in sheet[3]][:3] == ["removed", "8", None]
    assert client.get(f"{address}.docx").status_code == 400
    assert cast.client("holder").get(f"{address}.csv").status_code in {403, 404}


@pytest.mark.django_db(transaction=True)
def test_large_versions_are_compared_by_a_job(
    cast: Cast, resource: Resource, settings: Any, celery_worker: None
) -> None:
    settings.COMPARE_AT_ONCE_ROWS = 10
    page, api = (
        f"/{part}/{resource.address}/versions/1/compare/2/" for part in ("catalog", "api/v1/catalog/resources")
    )
    client = cast.client("steward")
    first = client.get(api)
    assert (first.status_code, first.json(), first["Retry-After"]) == (202, {"state": "comparing"}, "2")
    limit = time.monotonic() + 30
    while client.get(api).status_code == 202 and time.monotonic() < limit:
        time.sleep(0.1)
    assert client.get(api).json()["counts"] == {"added": 1, "changed": 1, "removed": 1}
    assert "新街道" in client.get(page).content.decode()


def test_a_comparison_that_is_asked_for_is_asked_for_once(
    cast: Cast, resource: Resource, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.COMPARE_AT_ONCE_ROWS = 10
    client, address = cast.client("steward"), f"/catalog/{resource.address}/versions/1/compare/2/"
    with django_capture_on_commit_callbacks() as asked:
        text = client.get(address).content.decode()
        again = client.get(f"{address}differences.csv")
    assert 'data-state="comparing"' in text
    assert again["Location"] == address
    assert len(asked) == 1


def test_a_comparison_beyond_the_limits_is_said_once(
    cast: Cast, resource: Resource, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COMPARE_AT_ONCE_ROWS = 10
    monkeypatch.setattr(module, "LIMITS", replace(module.LIMITS, memory="100KB"))
    client, address = cast.client("steward"), f"/api/v1/catalog/resources/{resource.address}/versions/1/compare/2/"
    one, two = resource.versions.order_by("number")
    assert module.compare_in_job(one.pk, two.pk) == "too_large"
    refusal = client.get(address)
    assert (refusal.status_code, refusal.json()["code"]) == (413, "engine_limit")
    assert client.get(address).status_code == 202
