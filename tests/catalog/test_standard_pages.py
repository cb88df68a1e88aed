"""The pages and the API of standards: what their keepers do with them, and how an officer binds old columns."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import CodeSet, Element
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in

pytestmark = pytest.mark.django_db
BASE = "/catalog/standards/"
ITEMS = (
    {"name_zh": "性别", "code": "xb", "type": "C"},
    {"name_zh": "身份证号", "code": "zjhm", "type": "C", "grade": 3},
    {"name_zh": "河长意见", "code": "COL1", "type": "C"},
)


def page(cast: Cast, name: str, url: str, data: Any = None) -> Any:
    client = cast.client(name)
    return client.post(url, data) if data is not None else client.get(url)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_list_finds_by_other_names_and_refuses_unknown_states(cast: Cast) -> None:
    found = page(cast, "holder", f"{BASE}?q=gender")
    assert 'data-number="DE00003"' in text(found)
    assert text(found).count("data-number=") == 1
    assert page(cast, "holder", f"{BASE}?state=sideways").status_code == 400
    assert page(cast, "holder", f"{BASE}?q={'x' * 101}").status_code == 400


def test_code_sets_are_found_by_their_labels(cast: Cast) -> None:
    found = text(page(cast, "holder", f"{BASE}code-sets/?q=赫哲族"))
    assert 'data-number="gbt-3304"' in found
    assert found.count("data-number=") == 1


def test_a_keeper_drafts_changes_and_puts_an_element_in_force(cast: Cast) -> None:
    fields = {"name_zh": "河湖代码", "definition": "代码", "type": "C", "synonyms": "河流代码\n湖泊代码\n"}
    wrong = page(cast, "coordinator", f"{BASE}elements/new/", {**fields, "pattern": "("})
    assert wrong.status_code == 400
    made = page(cast, "coordinator", f"{BASE}elements/new/", fields)
    url = made["Location"]
    assert Element.objects.get(name_zh="河湖代码").synonyms == ["河流代码", "湖泊代码"]
    assert page(cast, "holder", url).status_code == 404
    assert page(cast, "coordinator", f"{url}edit/").status_code == 200
    assert page(cast, "coordinator", f"{url}edit/", {**fields, "name_zh": "河湖编码"}).status_code == 302
    assert page(cast, "coordinator", f"{url}edit/", {**fields, "type": "D", "pattern": "x"}).status_code == 400
    assert page(cast, "coordinator", f"{url}act/enforce/", {}).status_code == 302
    assert page(cast, "holder", url).status_code == 200
    assert page(cast, "coordinator", f"{url}act/fly/", {}).status_code == 404
    assert page(cast, "coordinator", f"{url}act/withdraw/", {}).status_code == 400
    assert page(cast, "holder", f"{url}act/withdraw/", {"reason": "x"}).status_code == 403
    later = page(cast, "coordinator", f"{url}act/version/", {})
    assert later["Location"].endswith("/2/edit/")


def test_a_keeper_fills_a_code_set_from_a_file_or_reads_what_is_wrong(cast: Cast) -> None:
    new = {"code": "colors", "number": "1", "name_zh": "颜色"}
    assert page(cast, "coordinator", f"{BASE}code-sets/new/", {**new, "number": "draft"}).status_code == 400
    made = page(cast, "coordinator", f"{BASE}code-sets/new/", new)
    url = made["Location"]

    def hand_in(content: str) -> Any:
        return page(cast, "coordinator", url, {"file": SimpleUploadedFile("a.csv", content.encode())})

    assert page(cast, "coordinator", url).status_code == 200
    wrong = hand_in("代码,名称\n1,红\n1,蓝\n")
    assert wrong.status_code == 400
    assert '<th scope="row" class="num">3</th>' in text(wrong)
    assert not CodeSet.objects.get(code="colors").versions.get().codes.exists()
    assert hand_in("").status_code == 400
    assert hand_in("代码,名称\n1,红\n2,蓝\n").status_code == 302
    version = url.removesuffix("import/")
    assert page(cast, "coordinator", f"{version}act/enforce/", {}).status_code == 302
    assert page(cast, "coordinator", f"{version}act/withdraw/", {}).status_code == 400
    assert page(cast, "coordinator", f"{version}act/fly/", {}).status_code == 404
    draft_url = f"{BASE}code-sets/colors/draft/"
    assert page(cast, "coordinator", draft_url).status_code == 200
    assert page(cast, "coordinator", draft_url, {"number": "?"}).status_code == 400
    url = page(cast, "coordinator", draft_url, {"number": "2"})["Location"]
    assert hand_in("代码,名称\n1,红色\n3,绿\n").status_code == 302
    compared = text(page(cast, "coordinator", f"{BASE}code-sets/colors/compare/"))
    assert [compared.count(f'data-state="{kind}"') for kind in ("added", "removed", "changed")] == [1, 1, 1]
    assert page(cast, "coordinator", f"{BASE}code-sets/colors/compare/?before=9").status_code == 404
    same = text(page(cast, "holder", f"{BASE}code-sets/colors/compare/?before=1&after=1"))
    assert not any(f'data-state="{kind}"' in same for kind in ("added", "removed", "changed"))


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_what_is_exported_can_be_read(cast: Cast, form: str) -> None:
    for url in (f"{BASE}export/{form}/", f"{BASE}code-sets/gbt-2261-1/2003/export/{form}/"):
        client = cast.client("holder")
        response: Any = client.get(url)
        content = response.getvalue() if response.streaming else response.content
        if form == "json":
            assert json.loads(content)
        assert len(content) > 50
        assert page(cast, "holder", url.replace(form, "pdf")).status_code == 404


def test_an_officer_binds_old_columns(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider, items=ITEMS)
    url = f"{resource.get_absolute_url()}standards/"
    shown = text(page(cast, "steward", url))
    assert shown.count('data-state="suggested"') == 2
    assert "hezhang" in shown
    page(cast, "steward", url, {"bind": "xb:DE00003"})
    assert resource.items.get(code="xb").element.identifier == "DE00003"  # type: ignore[union-attr]  # bound above
    page(cast, "steward", url, {"bind": "xb:"})
    page(cast, "steward", url, {"decline": "xb:DE00003"})
    assert text(page(cast, "steward", url)).count('data-state="suggested"') == 1
    page(cast, "steward", url, {"accept_all": "1"})
    assert resource.items.get(code="zjhm").element is not None
    assert resource.items.get(code="xb").element is None
    page(cast, "steward", url, {"column": "COL1", "element": "DE00026", "choose": "1"})
    assert resource.items.get(code="COL1").type == "M"
    assert page(cast, "steward", url, {"bind": "xb:DE99999"}).status_code == 400
    assert page(cast, "steward", url, {"decline_all": "1"}).status_code == 302
    assert page(cast, "office_head", url, {"bind": "xb:DE00003"}).status_code == 403


def test_a_newer_version_is_offered_to_bound_items(cast: Cast) -> None:
    from catalog.services.bindings import bind_items  # noqa: PLC0415 - only this test
    from catalog.services.elements import enforce_element, new_element_version  # noqa: PLC0415 - only this test

    resource, keeper = draft(cast.actor("steward"), cast.provider, items=ITEMS), cast.actor("coordinator")
    first = Element.objects.get(identifier="DE00003")
    bind_items(cast.actor("steward"), resource=resource, bindings={"xb": first})
    enforce_element(keeper, element=new_element_version(keeper, element=first))
    url = f"{resource.get_absolute_url()}standards/"
    assert 'value="xb:DE00003"' in text(page(cast, "steward", url))
    page(cast, "steward", url, {"bind": "xb:DE00003"})
    assert resource.items.get(code="xb").element.version == 2  # type: ignore[union-attr]  # bound above


def test_the_api_gives_and_binds_standards(cast: Cast) -> None:
    client, keeper = cast.client("steward"), cast.client("coordinator")
    base = "/api/v1/catalog/standards/"
    listed = client.get(f"{base}elements/?q=性别").json()
    assert [row["identifier"] for row in listed["results"]] == ["DE00003"]
    found = client.get(f"{base}elements/DE00003/").json()
    assert (found["versions"][0]["code_set"], found["uses"]) == ("gbt-2261-1", [])
    assert client.get(f"{base}elements/DE99999/").status_code == 404
    assert [row["code"] for row in client.get(f"{base}code-sets/?q=赫哲族").json()["results"]] == ["gbt-3304"]
    codes = client.get(f"{base}code-sets/gbt-2261-1/").json()
    assert [row["code"] for row in codes["codes"]] == ["0", "1", "2", "9"]
    assert client.get(f"{base}code-sets/gbt-2261-1/?version=1899").status_code == 404
    body = {"name_zh": "甲", "definition": "乙", "type": "C", "code_set": "gbt-2261-1"}
    assert client.post(f"{base}elements/", body, "application/json").status_code == 403
    assert keeper.post(f"{base}elements/", body, "application/json").json()["state"] == "draft"
    resource = resource_in(cast, "draft", items=ITEMS)
    url = f"/api/v1/catalog/resources/{resource.address}/standards/"
    assert client.get(url).json()["items"][0]["suggestions"][0]["element"] == "DE00003"
    bound = client.put(url, {"bindings": {"xb": "DE00003", "COL1": None}}, "application/json").json()
    assert [row["element"] for row in bound["items"]] == ["DE00003/1", None, None]
    assert client.put(url, {"bindings": {"xb": "DE99999"}}, "application/json").status_code == 400
