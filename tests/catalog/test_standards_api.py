"""The verbs of data elements and code sets by the API: the same services, refusals and records as by page."""

import pytest

from catalog.data.standards.shipped import shipped_codes
from catalog.models import CodeSet, CodeSetVersion, Element
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ELEMENTS = "/api/v1/catalog/standards/elements/"
SETS = "/api/v1/catalog/standards/code-sets/"
JSON = "application/json"


def test_an_element_is_drafted_changed_put_in_force_renewed_and_withdrawn(cast: Cast) -> None:
    client = cast.client("coordinator")
    made = client.post(ELEMENTS, {"name_zh": "河湖代码", "definition": "代码", "type": "C"}, JSON).json()
    url = f"{ELEMENTS}{made['identifier']}/1/"
    assert client.get(url).json()["verbs"] == ["enforce", "withdraw"]
    assert client.patch(url, {"length": 8}, JSON).json()["length"] == 8
    assert client.patch(url, {"type": "Q"}, JSON).status_code == 400
    assert cast.client("steward").get(url).status_code == 404
    assert client.post(f"{url}enforce", {}, JSON).json()["state"] == "in_force"
    assert client.patch(url, {"length": 9}, JSON).status_code == 403
    assert client.post(f"{url}enforce", {}, JSON).status_code in {403, 409}
    assert cast.client("steward").get(url).json()["verbs"] == []
    assert cast.client("steward").post(f"{url}withdraw", {"reason": "x"}, JSON).status_code == 403
    assert client.post(f"{url}version", {}, JSON).status_code == 201
    assert client.post(f"{url}version", {}, JSON).status_code == 409
    assert client.post(f"{url}withdraw", {}, JSON).status_code == 400
    assert client.post(f"{url}withdraw", {"reason": "停用"}, JSON).json()["state"] == "withdrawn"
    assert client.post(f"{url}fly", {}, JSON).status_code == 404
    assert Element.objects.filter(identifier=made["identifier"]).count() == 2


def test_a_code_set_is_started_filled_put_in_force_renewed_and_withdrawn(cast: Cast) -> None:
    client = cast.client("coordinator")
    assert client.post(SETS, {"code": "colors", "number": "1", "name_zh": "颜色"}, JSON).status_code == 201
    assert client.post(SETS, {"code": "colors", "number": "1", "name_zh": "颜色"}, JSON).status_code == 409
    assert cast.client("steward").post(SETS, {"code": "x", "number": "1", "name_zh": "颜"}, JSON).status_code == 403
    url = f"{SETS}colors/1/"
    twice = {"codes": [{"code": "1", "label_zh": "红"}, {"code": "1", "label_zh": "蓝"}]}
    refused = client.put(f"{url}codes", twice, JSON)
    assert (refused.status_code, CodeSetVersion.objects.get(code_set__code="colors").codes.count()) == (400, 0)
    codes = {"codes": [{"code": "1", "label_zh": "红"}, {"code": "2", "label_zh": "蓝", "parent": "1"}]}
    assert client.put(f"{url}codes", codes, JSON).json()["codes"] == 2
    assert client.post(f"{url}enforce", {}, JSON).json()["verbs"] == ["withdraw"]
    assert client.put(f"{url}codes", codes, JSON).status_code == 403
    assert client.post(f"{SETS}colors/versions/", {"number": "2"}, JSON).status_code == 201
    assert client.post(f"{SETS}colors/versions/", {"number": "2"}, JSON).status_code == 409
    assert client.post(f"{SETS}colors/2/enforce", {}, JSON).json()["codes"] == 2
    assert client.post(f"{SETS}colors/2/withdraw", {"reason": "停用"}, JSON).json()["state"] == "withdrawn"
    assert client.post(f"{SETS}colors/2/fly", {}, JSON).status_code == 404
    assert CodeSet.objects.get(code="colors").versions.get(number="1").state == "superseded"


def test_countries_are_shipped_in_their_three_notations(cast: Cast) -> None:
    found = cast.client("holder").get(f"{SETS}gbt-2659-alpha-3/").json()
    names = {row["code"]: row["label_zh"] for row in found["codes"]}
    assert (len(names), names["CHN"], names["TWN"], names["HKG"]) == (249, "中国", "中国台湾", "中国香港")
    notations = [{row.label_zh: row.code for row in shipped_codes(f"gbt-2659-{n}")} for n in ("alpha-2", "numeric")]
    assert [codes["中国"] for codes in notations] == ["CN", "156"]
    element = Element.objects.select_related("code_set").get(identifier="DE00029")
    assert element.code_set is not None
    assert element.code_set.code == "gbt-2659-alpha-3"
