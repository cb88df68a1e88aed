"""Every page of the catalogue: for the right person, and not there for others."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog import services
from catalog.models import Resource, Upload
from catalog.services.versions import check_upload
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in

pytestmark = pytest.mark.django_db
GOOD = "街道代码,街道名称,联系人\n220102001,南岭,张三\n220102002,自强,李四\n".encode()
BAD = "街道代码,街道名称,联系人\n2201020011111,南岭,张三\n,自强,李四\n".encode()
OPEN = ("", "items/", "versions/")
OVERVIEW = (*OPEN, "history/", "review/")
WORK = (
    "edit/",
    "edit/basic/",
    "edit/items/",
    "edit/attributes/",
    "edit/attributes/name/",
    "edit/assessments/",
    "check/",
)


def page(cast: Cast, name: str, url: str, data: Any = None, **kwargs: Any) -> Any:
    client = cast.client(name)
    return client.post(url, data, **kwargs) if data is not None else client.get(url, **kwargs)


def load(cast: Cast, resource: Resource, content: bytes = GOOD) -> Upload:
    url = f"{resource.get_absolute_url()}upload/"
    with patch("catalog.receivers.check_upload.delay_on_commit"):
        response = page(cast, "steward", url, {"file": SimpleUploadedFile("streets.csv", content), "note": "首版"})
    assert response.status_code == 302, response.content.decode()
    upload = Upload.objects.latest("id")
    return check_upload(system_actor("test"), upload_id=upload.pk)


def test_signed_out_are_sent_to_sign_in(cast: Cast) -> None:
    response = page(cast, "visitor", "/catalog/")
    assert response.status_code == 302
    assert response["Location"].startswith(settings.LOGIN_URL)


@pytest.mark.parametrize("path", OVERVIEW)
def test_draft_pages_are_for_its_department_only(cast: Cast, path: str) -> None:
    url = draft(cast.actor("steward"), cast.provider).get_absolute_url() + path
    statuses = {
        name: page(cast, name, url).status_code for name in ("steward", "office_head", "outsider", "coordinator")
    }
    assert statuses == {"steward": 200, "office_head": 200, "outsider": 404, "coordinator": 404}


@pytest.mark.parametrize("path", WORK)
def test_work_pages_need_the_data_officer(cast: Cast, path: str) -> None:
    url = draft(cast.actor("steward"), cast.provider).get_absolute_url() + path
    statuses = {name: page(cast, name, url).status_code for name in ("steward", "office_head", "outsider")}
    assert statuses == {"steward": 200, "office_head": 403, "outsider": 404}


@pytest.mark.parametrize("path", OPEN)
def test_published_pages_are_for_every_official(cast: Cast, path: str) -> None:
    url = resource_in(cast, "published").get_absolute_url() + path
    for name in ("steward", "holder", "coordinator", "auditor"):
        assert page(cast, name, url).status_code == 200


@pytest.mark.parametrize("path", ["history/", "review/"])
def test_how_it_was_reviewed_is_for_the_provider_and_its_authority(cast: Cast, path: str) -> None:
    url = resource_in(cast, "published").get_absolute_url() + path
    keepers = ("steward", "office_head", "license_officer", "coordinator")
    assert {page(cast, name, url).status_code for name in keepers} == {200}
    others = ("holder", "holder_head", "security_officer", "system_admin", "auditor", "outsider")
    assert {page(cast, name, url).status_code for name in others} == {403}


def test_reasons_and_assessments_stay_with_the_keepers(cast: Cast) -> None:
    resource = resource_in(cast, "returned", "退回的资源")
    for verb, name in (("submit", "steward"), ("approve", "office_head"), ("publish", "coordinator")):
        services.VERBS[verb](cast.actor(name), resource=resource)
    url = resource.get_absolute_url()
    inside, outside = page(cast, "steward", url).content.decode(), page(cast, "holder", url).content.decode()
    assert f"{url}history/" in inside
    assert f"{url}history/" not in outside
    assert resource.privacy_assessment in inside
    assert resource.privacy_assessment not in outside
    assert "What happened" not in outside


def test_list_finds_and_filters_and_refuses_wrong_keys(cast: Cast) -> None:
    resource_in(cast, "published")
    body = page(cast, "holder", "/catalog/?q=jiedao&cycle=7").content.decode()
    assert "Streets of Jilin" in body
    assert 'role="status"' in body
    assert page(cast, "holder", "/catalog/?q=nothingatall").status_code == 200
    for wrong in ("wrong=1", "cycle=99", "sort=x", "page=0"):
        assert page(cast, "holder", f"/catalog/?{wrong}").status_code == 400


def test_list_and_detail_take_few_queries(cast: Cast, django_assert_max_num_queries: Callable[..., Any]) -> None:
    for number in range(5):
        resource = resource_in(cast, "published", f"资源{number}")
    client = cast.client("holder")
    client.get("/catalog/")
    for url, most in (
        ("/catalog/", 10),
        ("/catalog/?q=资源&sharing=2", 10),
        (resource.get_absolute_url(), 10),
        (resource.get_absolute_url() + "items/", 10),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


def test_export_gives_the_list_as_csv_and_xlsx(cast: Cast) -> None:
    resource_in(cast, "published", "=危险的名称")
    response = page(cast, "holder", "/catalog/export/csv/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.count("\n") == 2
    assert "'=危险的名称" in text
    response = page(cast, "holder", "/catalog/export/xlsx/?q=危险")
    assert b"".join(response.streaming_content).startswith(b"PK")
    assert page(cast, "holder", "/catalog/export/exe/").status_code == 404


def test_registration_by_form_from_draft_to_submission(cast: Cast) -> None:
    response = page(cast, "steward", "/catalog/register/", {"provider": cast.provider.pk, "title_zh": "新资源"})
    resource = Resource.objects.get()
    url = resource.get_absolute_url()
    assert response["Location"] == f"{url}edit/"
    basic = {"title_zh": "新资源", "abstract_zh": "说明", "category": "103", "update_cycle": "7", "format": "text",
             "sharing_method": "file", "keywords": "街道，乡镇", "theme": "", "use_conditions": ""}  # fmt: skip
    assert page(cast, "steward", f"{url}edit/basic/", basic).status_code == 302
    rows = {"items-TOTAL_FORMS": "2", "items-INITIAL_FORMS": "0", "items-0-name_zh": "代码", "items-0-type": "C",
            "items-0-is_key": "on", "items-1-name_zh": "名称", "items-1-type": "C"}  # fmt: skip
    assert page(cast, "steward", f"{url}edit/items/", rows).status_code == 302
    every = {"grade": "1", "sharing_type": "1", "opening_type": "1"}
    assert page(cast, "steward", f"{url}edit/attributes/", every).status_code == 302
    response = page(cast, "steward", f"{url}act/submit/", {})
    assert response.status_code == 400
    assert "art 13" in response.content.decode() or "第十三条" in response.content.decode()
    texts = {"secrecy_assessment": "不涉密", "privacy_assessment": "无个人信息"}
    assert page(cast, "steward", f"{url}edit/assessments/", texts).status_code == 302
    assert page(cast, "steward", f"{url}act/submit/", {}).status_code == 302
    resource.refresh_from_db()
    assert (resource.state, resource.keywords, resource.grade) == ("submitted", ["街道", "乡镇"], 1)
    assert [item.code for item in resource.items.all()] == ["daima", "mingcheng"]


def test_add_a_row_without_script_keeps_what_was_typed(cast: Cast) -> None:
    url = draft(cast.actor("steward"), cast.provider, items=()).get_absolute_url()
    rows = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-name_zh": "代码", "add_row": "1"}
    response = page(cast, "steward", f"{url}edit/items/", rows)
    body = response.content.decode()
    assert response.status_code == 200
    assert 'name="items-3-name_zh"' in body
    assert 'value="代码"' in body


def test_wrong_items_are_named_by_row(cast: Cast) -> None:
    url = draft(cast.actor("steward"), cast.provider, items=()).get_absolute_url()
    row_one = {"items-0-name_zh": "甲", "items-0-code": "a", "items-0-type": "C"}
    row_two = {"items-1-name_zh": "乙", "items-1-code": "A", "items-1-type": "C"}
    rows = {"items-TOTAL_FORMS": "2", "items-INITIAL_FORMS": "0", **row_one, **row_two}
    response = page(cast, "steward", f"{url}edit/items/", rows)
    assert response.status_code == 400
    assert "#id_items-1-code" in response.content.decode()


def test_items_are_proposed_from_a_file(cast: Cast) -> None:
    url = draft(cast.actor("steward"), cast.provider, items=()).get_absolute_url()
    response = page(cast, "steward", f"{url}edit/items/propose/", {"file": SimpleUploadedFile("a.csv", GOOD)})
    assert response.status_code == 200
    assert "街道名称" in response.content.decode()
    response = page(cast, "steward", f"{url}edit/items/propose/", {"file": SimpleUploadedFile("a.csv", b"\x00\x01")})
    assert response.status_code == 400


def test_a_file_becomes_a_version_and_its_rows_show(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    upload = load(cast, resource)
    url = resource.get_absolute_url()
    assert upload.state == "accepted"
    progress = page(cast, "steward", f"{url}uploads/{upload.pk}/")
    assert 'data-state="accepted"' in progress.content.decode()
    rows = page(cast, "steward", f"{url}rows/?order=-code&q=自强")
    assert rows.status_code == 200
    assert "自强" in rows.content.decode()
    assert "南岭" not in rows.content.decode().partition("<table")[2]
    assert page(cast, "outsider", f"{url}rows/").status_code == 404
    assert page(cast, "steward", f"{url}rows/?wrong=1").status_code == 400


def test_a_file_that_does_not_fit_gets_a_report_and_the_version_before_stays(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    load(cast, resource)
    upload = load(cast, resource, BAD)
    body = page(cast, "steward", f"{resource.get_absolute_url()}uploads/{upload.pk}/").content.decode()
    assert upload.state == "rejected"
    assert "2201020011111" in body
    resource.refresh_from_db()
    assert resource.current_version is not None
    assert resource.current_version.number == 1
    assert (
        page(cast, "steward", f"{resource.get_absolute_url()}uploads/{upload.pk}/", HTTP_HX_REQUEST="true").status_code
        == 200
    )
    assert page(cast, "outsider", f"{resource.get_absolute_url()}uploads/{upload.pk}/").status_code == 404


def test_outsiders_may_not_look_at_rows_of_a_published_resource(cast: Cast) -> None:
    resource = resource_in(cast, "draft")
    load(cast, resource)
    for verb, name in (("submit", "steward"), ("approve", "office_head"), ("publish", "coordinator")):
        services.VERBS[verb](cast.actor(name), resource=resource)
    assert page(cast, "holder", f"{resource.get_absolute_url()}rows/").status_code == 403


def test_review_shows_changes_and_takes_the_decision(cast: Cast) -> None:
    resource = resource_in(cast, "returned")
    steward = cast.actor("steward")
    services.edit_resource(steward, resource=resource, abstract_zh="新的摘要")
    services.submit(steward, resource=resource)
    url = resource.get_absolute_url()
    body = page(cast, "office_head", f"{url}review/").content.decode()
    assert "<ins>新的摘要</ins>" in body
    missing = page(cast, "office_head", f"{url}act/return/", {"reason": " "})
    assert missing.status_code == 400
    assert "act-reason-error" in missing.content.decode()
    assert page(cast, "office_head", f"{url}act/approve/", {}).status_code == 302
    assert page(cast, "coordinator", f"{url}act/publish/", {}).status_code == 302
    resource.refresh_from_db()
    assert resource.state == "published"


def test_verbs_on_the_overview_ask_for_a_reason_there(cast: Cast) -> None:
    url = resource_in(cast, "published").get_absolute_url()
    response = page(cast, "office_head", f"{url}act/suspend/", {})
    assert response.status_code == 400
    assert "act-reason-error" in response.content.decode()
    assert page(cast, "office_head", f"{url}act/suspend/", {"reason": "核查"}).status_code == 302
    assert page(cast, "holder", url).status_code == 404
    assert page(cast, "holder", f"{url}act/resume/", {"reason": "x"}).status_code == 404
    assert page(cast, "office_head", f"{url}act/dance/", {}).status_code == 404


def test_department_list_and_empty_states(cast: Cast) -> None:
    assert "catalog/register" in page(cast, "steward", "/catalog/mine/").content.decode()
    assert "catalog/register" not in page(cast, "coordinator", "/catalog/mine/").content.decode()
    assert page(cast, "coordinator", "/catalog/register/").status_code == 403
    draft(cast.actor("steward"), cast.provider)
    assert "Streets of Jilin" in page(cast, "steward", "/catalog/mine/").content.decode()
