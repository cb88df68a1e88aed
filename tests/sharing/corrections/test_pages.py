"""The pages of corrections: what they show to whom, filing from the rows, and that their buttons do what they say."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from portal.audit.models import Entry
from sharing.models import Correction, CorrectionDocument, Grant
from tests.cast import Cast
from tests.factories import sharing as made

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 evidence"


def column(grant: Grant, name: str) -> str:
    return str(grant.resource.items.get(code=name).column_id)


def post(client: Client, grant: Grant, **data: Any) -> Any:
    return client.post(f"/sharing/grants/{grant.number}/correction/", {"version": 1, **data})


def test_rows_ticked_on_the_page_of_rows_are_reported(cast: Cast) -> None:
    grant, client = made.grant(cast), cast.client("holder")
    rows = client.get(f"/sharing/grants/{grant.number}/rows/")
    raw = [text for _row, text in rows.context["lines"]][:2]
    form = post(client, grant, row=raw)
    assert form.status_code == 200
    assert [row.values for row in form.context["rows"]] == [made.FIRST, made.SECOND]
    data = {
        "act": "file",
        "row": raw,
        f"expected-0-{column(grant, 'contact')}": "张珊",
        f"empty-1-{column(grant, 'contact')}": "1",
        "statement": "与身份证件核对。",
        "file": BytesIO(PDF),
    }
    data["file"].name = "证明.pdf"
    answer = post(client, grant, **data)
    correction = Correction.objects.get()
    assert answer["Location"] == f"/sharing/corrections/{correction.number}/"
    assert [(line.seen, line.expected) for line in correction.lines.all()] == [("张三", "张珊"), ("李四", None)]
    assert correction.documents.get().name == "证明.pdf"
    page = client.get(answer["Location"])
    assert "张珊" in page.content.decode()
    assert f'data-number="{correction.number}"' in page.content.decode()


def test_a_row_is_found_by_its_key_and_added_to_those_chosen(cast: Cast) -> None:
    grant, client = made.grant(cast), cast.client("holder")
    assert client.get(f"/sharing/grants/{grant.number}/correction/").status_code == 200
    find = {"act": "find", f"find-{column(grant, 'code')}": "220302002", "row": json.dumps(made.FIRST)}
    page = post(client, grant, **find, **{f"expected-0-{column(grant, 'name')}": "南关"})
    assert [row.values for row in page.context["rows"]] == [made.FIRST, made.SECOND]
    assert page.context["rows"][0].cells[1].expected == "南关"
    missing = post(client, grant, act="find", **{f"find-{column(grant, 'code')}": "9"})
    assert missing.status_code == 400
    assert "No row that the grant gives" in missing.content.decode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Report at least one value"),
        ({"row": "no json"}, "not one of this grant"),
        ({"row": '{"other": 1}'}, "not one of this grant"),
        ({"row": '{"code": {"a": 1}}'}, "not one of this grant"),
        ({"row": [json.dumps({"code": str(n)}) for n in range(21)]}, "At most 20 rows"),
        ({"version": 9}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_on_the_form(cast: Cast, data: dict[str, Any], says: str) -> None:
    grant = made.grant(cast)
    answer = post(cast.client("holder"), grant, act="file", statement="x", **data)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not Correction.objects.exists()


def test_a_wrong_document_is_refused_before_anything_is_filed(cast: Cast) -> None:
    grant = made.grant(cast)
    file = BytesIO(b"MZ")
    file.name = "x.exe"
    data = {"row": json.dumps(made.FIRST), f"expected-0-{column(grant, 'contact')}": "张珊", "file": file}
    answer = post(cast.client("holder"), grant, act="file", statement="x", **data)
    assert answer.status_code == 400
    assert "Only PDF" in answer.content.decode()
    assert not Correction.objects.exists()


def test_a_second_report_of_the_same_value_is_said(cast: Cast) -> None:
    correction = made.correction_in(cast, "filed")
    grant = correction.grant
    assert grant is not None
    data = {"row": json.dumps(made.FIRST), f"expected-0-{column(grant, 'contact')}": "张珊"}
    answer = post(cast.client("holder"), grant, act="file", statement="x", **data)
    assert answer.status_code == 409
    assert correction.number in answer.content.decode()


def test_the_provider_takes_up_confirms_a_part_and_is_asked_why(cast: Cast) -> None:
    lines = [made.reported(made.FIRST, "contact", "张珊"), made.reported(made.SECOND, "contact", "李思")]
    correction = made.correction_in(cast, "filed", lines=lines)
    client, address = cast.client("steward"), f"/sharing/corrections/{correction.number}"
    assert client.post(f"{address}/verify/").status_code == 302
    page = client.get(f"{address}/").content.decode()
    assert 'name="narrowable"' in page
    unsaid = client.post(f"{address}/confirm/", {"narrowable": 1, "lines": ["1"]})
    assert unsaid.status_code == 400
    assert unsaid.context["ticked"] == {1}
    assert client.post(f"{address}/confirm/", {"narrowable": 1, "lines": ["x"]}).status_code == 400
    done = client.post(f"{address}/confirm/", {"narrowable": 1, "lines": ["1"], "reason": "第二行无误。"})
    assert done.status_code == 302
    correction.refresh_from_db()
    assert correction.state == "confirmed"
    assert client.post(f"{address}/correct/", {"reason": "x"}).status_code == 409
    assert client.post(f"{address}/dance/").status_code == 404
    assert cast.client("holder").post(f"{address}/withdraw/").status_code == 409


def test_the_provider_is_led_to_the_row_in_the_present_data(cast: Cast) -> None:
    correction = made.correction_in(cast, "filed")
    (shown,) = cast.client("steward").get(f"/sharing/corrections/{correction.number}/").context["page"].lines
    rows = cast.client("steward").get(shown.source_url)
    assert [row["contact"] for row in rows.context["rows"]] == ["张三"]
    (other,) = cast.client("holder").get(f"/sharing/corrections/{correction.number}/").context["page"].lines
    assert other.source_url == ""


def test_values_are_shown_to_both_sides_only(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed")
    address = f"/sharing/corrections/{correction.number}/"
    for name in ("holder", "holder_head", "steward", "office_head"):
        assert "张珊" in cast.client(name).get(address).content.decode(), name
    page = cast.client("coordinator").get(address)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Contact" in text
    assert not any(value in text for value in ("张珊", "张三", "220302001", "与身份证件核对"))
    assert cast.client("outsider").get(address).status_code == 404


def test_clearance_hides_values_of_a_higher_grade(cast: Cast) -> None:
    correction = made.correction_in(cast, "filed")
    cast.user("holder").clearance = 1
    cast.user("holder").save(update_fields=["clearance"])
    page = cast.client("holder").get(f"/sharing/corrections/{correction.number}/")
    assert page.status_code == 200
    assert "张珊" not in page.content.decode()


def test_another_holder_sees_what_its_own_grant_gives(cast: Cast) -> None:
    grant = made.grant(cast)
    made.grant_of_stranger(cast, grant.resource, items=["contact", "city"])
    lines = [made.reported(made.FIRST, "contact", "张珊"), made.reported(made.FIRST, "name", "南关街道")]
    correction = made.correction_in(cast, "confirmed", grant, lines)
    client, address = cast.client("outsider"), f"/sharing/corrections/{correction.number}/"
    text = client.get(address).content.decode()
    assert "张珊" in text
    assert not any(value in text for value in ("220302001", "南关街道", "与身份证件核对", grant.number))
    assert client.post(f"{address}receive/").status_code == 302
    assert correction.receipts.get().confirmed_by == cast.user("outsider")
    assert client.post(f"{address}correct/", {"reason": "x"}).status_code == 403


def test_evidence_is_added_and_read_by_both_sides_and_each_reading_recorded(cast: Cast) -> None:
    correction = made.correction_in(cast, "filed")
    address = f"/sharing/corrections/{correction.number}/documents/"
    for name, content, status in (("a.pdf", PDF, 302), ("b.pdf", b"no", 400), ("c.txt", PDF, 400)):
        file = BytesIO(content)
        file.name = name
        assert cast.client("holder").post(address, {"file": file}).status_code == status
    file = BytesIO(PDF)
    file.name = "d.pdf"
    assert cast.client("steward").post(address, {"file": file}).status_code == 403
    document = CorrectionDocument.objects.get()
    answer = cast.client("steward").get(f"{address}{document.pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]  # a streamed answer
    assert Entry.objects.filter(action="sharing.correction.read_evidence").count() == 1
    assert cast.client("coordinator").get(f"{address}{document.pk}/").status_code == 403


def test_list_filters_and_says_what_is_late(cast: Cast) -> None:
    grant = made.grant(cast)
    correction = made.correction_in(cast, "filed", grant)
    client = cast.client("steward")
    assert [one.number for one in client.get("/sharing/corrections/").context["page"]] == [correction.number]
    for query, count in (
        ("side=received", 1),
        ("side=filed", 0),
        ("side=told", 0),
        ("state=filed", 1),
        ("state=refused", 0),
        ("late=true", 0),
        (f"q={grant.number}", 1),
        ("q=nothing", 0),
    ):
        page = client.get(f"/sharing/corrections/?{query}")
        assert page.context["page"].paginator.count == count, query
    for query in ("side=x", "state=x", "late=x"):
        assert client.get(f"/sharing/corrections/?{query}").status_code == 400
    assert cast.client("visitor").get("/sharing/corrections/").status_code == 302


def test_export_holds_the_filtered_list_and_no_value(cast: Cast) -> None:
    correction = made.correction_in(cast, "corrected")
    client = cast.client("steward")
    answer = client.get("/sharing/corrections/export/csv/?state=corrected")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a streamed answer
    assert correction.number in text
    assert not any(value in text for value in ("张", "220302001"))
    assert client.get("/sharing/corrections/export/xlsx/").status_code == 200
    assert client.get("/sharing/corrections/export/pdf/").status_code == 404
