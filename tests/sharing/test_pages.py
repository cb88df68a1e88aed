"""The pages of sharing: what they show to whom, and that their buttons do what the services do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sharing.models import Request
from tests.cast import Cast
from tests.factories import sharing as made

pytestmark = pytest.mark.django_db


def test_a_draft_is_written_by_the_form_and_may_have_gaps(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    client = cast.client("holder")
    address = f"/sharing/requests/new/?resource={resource.code}"
    assert client.get(address).status_code == 200
    answer = client.post(
        address,
        {
            "title": "地名核对",
            "items": ["code", "name"],
            "method": "file",
            "rows-TOTAL_FORMS": 1,
            "rows-INITIAL_FORMS": 0,
            "rows-0-item": "city",
            "rows-0-op": "in",
            "rows-0-value": "2203,2201",
        },
    )
    request = Request.objects.get()
    assert answer["Location"] == f"/sharing/requests/{request.number}/"
    assert request.rows == [{"item": "city", "op": "in", "value": ["2203", "2201"]}]
    assert request.items == ["code", "name"]


def test_wrong_condition_is_said_on_the_form(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    answer = cast.client("holder").post(
        f"/sharing/requests/new/?resource={resource.code}",
        {"items": ["nothing"], "rows-TOTAL_FORMS": 0, "rows-INITIAL_FORMS": 0},
    )
    assert answer.status_code == 400
    assert not Request.objects.exists()


def test_form_of_a_request_shows_what_was_saved(cast: Cast) -> None:
    request = made.request_in(cast, "draft", rows=[{"item": "city", "op": "eq", "value": "2203"}])
    client = cast.client("holder")
    page = client.get(f"/sharing/requests/{request.number}/edit/")
    assert "地名地址核对" in page.content.decode()
    form = page.context["form"]
    data = {
        "title": "改",
        "items": form["items"].value(),
        "rows-TOTAL_FORMS": 1,
        "rows-INITIAL_FORMS": 1,
        "rows-0-item": "city",
        "rows-0-op": "eq",
        "rows-0-value": "2201",
        "method": "interface",
    }
    assert client.post(f"/sharing/requests/{request.number}/edit/", data).status_code == 302
    request.refresh_from_db()
    assert (request.title, request.rows[0]["value"], request.method) == ("改", "2201", "interface")
    assert cast.client("holder_head").get(f"/sharing/requests/{request.number}/edit/").status_code == 403


def test_submit_with_gaps_names_them_on_the_page(cast: Cast) -> None:
    request = made.request_in(cast, "draft", scope="", legal_basis="")
    answer = cast.client("holder").post(f"/sharing/requests/{request.number}/submit/")
    assert answer.status_code == 400
    assert answer.content.decode().count("Order 809, art 20 asks for it") == 4


def test_whole_story_by_buttons(cast: Cast) -> None:
    request = made.request_in(cast, "draft", made.resource(cast))
    base = f"/sharing/requests/{request.number}"
    for name, verb, state in (
        ("holder", "submit", "consent_pending"),
        ("holder_head", "consent", "with_provider"),
        ("steward", "approve", "approved"),
    ):
        client = cast.client(name)
        assert f'value="{verb}"' in client.get(f"{base}/").content.decode()
        assert client.post(f"{base}/{verb}/").status_code == 302
        request.refresh_from_db()
        assert request.state == state


def test_approval_can_be_narrowed_on_the_page(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    address = f"/sharing/requests/{request.number}/approve/"
    client = cast.client("steward")
    data = {"narrowable": "1", "items": ["code"]}
    refused = client.post(address, data)
    assert (refused.status_code, refused.context["reason_error"] != "") == (400, True)
    assert client.post(address, {**data, "reason": "最小够用"}).status_code == 302
    request.refresh_from_db()
    assert request.granted_items == ["code"]


def test_refusing_without_reason_is_said_beside_the_field(cast: Cast) -> None:
    request = made.request_in(cast, "with_provider")
    answer = cast.client("steward").post(f"/sharing/requests/{request.number}/refuse/")
    assert answer.status_code == 400
    assert 'id="act-reason-error"' in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("holder", 200),
        ("holder_head", 200),
        ("steward", 200),
        ("coordinator", 200),
        ("outsider", 404),
        ("license_officer", 404),
        ("auditor", 404),
        ("visitor", 302),
    ],
)
def test_who_sees_a_request_that_was_sent(cast: Cast, name: str, status: int) -> None:
    request = made.request_in(cast, "with_provider")
    assert cast.client(name).get(f"/sharing/requests/{request.number}/").status_code == status


@pytest.mark.parametrize(("name", "status"), [("holder", 200), ("steward", 404), ("coordinator", 404)])
def test_provider_does_not_see_what_has_not_left_the_department(cast: Cast, name: str, status: int) -> None:
    request = made.request_in(cast, "consent_pending")
    assert cast.client(name).get(f"/sharing/requests/{request.number}/").status_code == status


def test_list_has_late_ones_first_and_says_how_many(cast: Cast, django_assert_max_num_queries: object) -> None:
    resource = made.resource(cast, data="")
    later = made.request_in(cast, "with_provider", resource)
    sooner = made.request_in(cast, "with_provider", resource)
    from portal.workflow.models import Deadline  # noqa: PLC0415 - only here

    Deadline.objects.filter(subject_id=str(sooner.pk)).update(due_on=timezone.localdate() - timedelta(days=3))
    client = cast.client("steward")
    client.get("/sharing/")
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # the fixture's type is not exported
        page = client.get("/sharing/?tab=todo")
    assert [row.number for row in page.context["page"].object_list] == [sooner.number, later.number]
    assert page.context["tabs"][1]["count"] == 2
    assert client.get("/sharing/?state=nonsense").status_code == 400
    assert client.get("/sharing/?page=x").status_code == 400


def test_request_page_stays_within_its_queries(cast: Cast, django_assert_max_num_queries: object) -> None:
    request = made.request_in(cast, "with_provider")
    client = cast.client("steward")
    address = f"/sharing/requests/{request.number}/"
    client.get(address)
    # Three of these save the session, which every page of a signed-in person does.
    with django_assert_max_num_queries(11):  # type: ignore[operator]  # the fixture's type is not exported
        client.get(address)


def test_grant_page_rows_and_downloads(cast: Cast) -> None:
    grant = made.grant(cast, items=["code", "contact"], rows=[{"item": "city", "op": "eq", "value": "2203"}])
    client = cast.client("holder")
    base = f"/sharing/grants/{grant.number}"
    assert "curl" in client.get(f"{base}/").content.decode()
    rows = client.get(f"{base}/rows/")
    assert [row["contact"] for row in rows.context["rows"]] == ["张三", "李四"]
    sheet = b"".join(client.get(f"{base}/download/csv/").streaming_content).decode("utf-8-sig")
    assert sheet.splitlines()[1:] == ["220302001,张三", "220302002,李四"]
    for form in ("xlsx", "json", "parquet"):
        answer = client.get(f"{base}/download/{form}/")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)
    assert client.get(f"{base}/download/exe/").status_code == 404
    assert list(grant.uses.order_by("id").values_list("form", "row_count")) == [
        ("page", 2),
        ("csv", 2),
        ("xlsx", 2),
        ("json", 2),
        ("parquet", 2),
    ]


def test_suspending_by_the_page(cast: Cast) -> None:
    grant = made.grant(cast)
    base = f"/sharing/grants/{grant.number}"
    client = cast.client("office_head")
    assert client.post(f"{base}/suspend/").status_code == 400
    assert client.post(f"{base}/suspend/", {"reason": "超范围使用"}).status_code == 302
    assert cast.client("holder").get(f"{base}/download/csv/").status_code == 403
    assert cast.client("outsider").get(f"{base}/download/csv/").status_code == 404
    assert cast.client("steward").get(f"{base}/download/csv/").status_code == 403


@pytest.mark.parametrize(("name", "count"), [("holder", 1), ("steward", 1), ("coordinator", 1), ("outsider", 0)])
def test_list_of_grants(cast: Cast, name: str, count: int) -> None:
    made.grant(cast)
    page = cast.client(name).get("/sharing/grants/")
    assert page.context["page"].paginator.count == count
