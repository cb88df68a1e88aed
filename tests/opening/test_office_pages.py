"""The working side: list, new edition, edit, release; by people of the provider only."""

import pytest
from django.test import Client

from opening import services
from opening.models import Publication
from tests.cast import PARTS, Cast
from tests.factories.opening import edition_in, resource_with_data

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


def test_officer_makes_edits_and_submits_and_head_publishes_by_pages(cast: Cast) -> None:
    resource = resource_with_data(cast)
    steward, head = cast.client("steward"), cast.client("office_head")
    chooser = steward.get("/opening/publications/new/", **EN).content.decode()
    assert f"?resource={resource.code.replace('/', '%2F')}" in chooser
    new = f"/opening/publications/new/?resource={resource.code}"
    form = steward.get(new, **EN).content.decode()
    assert 'value="contact_person" aria-labelledby' in form
    assert "The catalog marks it as not open." in form
    sent = {"name": "Wrong Name", "title_zh": resource.title_zh, "items": ["code", "name"], "summary_zh": "全省街道。"}
    wrong = steward.post(new, sent, **EN)
    assert wrong.status_code == 400
    assert "There is a problem" in wrong.content.decode()
    assert steward.post(new, sent | {"name": "by-page"}).status_code == 302
    here = "/opening/publications/by-page/"
    page = steward.get(here, **EN).content.decode()
    assert 'data-state="draft"' in page
    assert 'data-number="by-page"' in page
    assert 'data-check="has_license"' in page
    refused = steward.post(f"{here}submit/", **EN)
    assert refused.status_code == 400
    assert "Choose the license under which" in refused.content.decode()
    edited = sent | {"license_code": "CC0-1.0", "contact": "省民政厅 区划处", "keywords": "街道，乡镇、街道"}
    assert steward.post(f"{here}edit/", edited).status_code == 302
    assert Publication.objects.get().keywords == ["街道", "乡镇"]
    assert steward.post(f"{here}submit/").status_code == 302
    assert steward.post(f"{here}publish/").status_code == 403
    empty = head.post(f"{here}return/", {"reason": " "}, **EN)
    assert empty.status_code == 400
    assert "Please give a reason" in empty.content.decode()
    assert head.post(f"{here}publish/").status_code == 302
    assert head.post(f"{here}publish/").status_code == 409
    assert Client().get("/dataset/by-page").status_code == 200


def test_form_does_not_open_what_the_catalog_closes(cast: Cast) -> None:
    resource = resource_with_data(cast)
    sent = {"name": "by-page", "title_zh": "x", "items": ["code", "contact_person"]}
    answer = cast.client("steward").post(f"/opening/publications/new/?resource={resource.code}", sent, **EN)
    assert answer.status_code == 400
    assert not Publication.objects.exists()


def test_taken_name_is_an_error_of_its_field(cast: Cast) -> None:
    edition = edition_in(cast, "draft")
    sent = {"name": edition.name, "title_zh": "x", "items": ["code"]}
    answer = cast.client("steward").post(f"/opening/publications/new/?resource={edition.resource.code}", sent, **EN)
    assert "This name is taken" in answer.content.decode()


def test_who_reaches_the_page_of_an_edition(cast: Cast) -> None:
    edition = edition_in(cast)
    here = f"/opening/publications/{edition.name}/"
    answers = {part: cast.client(part).get(here).status_code for part in PARTS}
    own = {"steward": 200, "office_head": 200, "coordinator": 200, "visitor": 302}
    assert answers == {part: own.get(part, 404) for part in PARTS}
    assert cast.client("office_head").get(f"{here}edit/").status_code == 403
    assert cast.client("steward").post(f"{here}burn/").status_code == 404
    assert cast.client("steward").get(f"{here}submit/").status_code == 405


def test_reviewer_sees_what_changed_since_the_return(cast: Cast) -> None:
    edition = edition_in(cast, "returned")
    services.edit_publication(cast.actor("steward"), publication=edition, limits_zh="不含乡镇", items=["code", "name"])
    services.submit(cast.actor("steward"), publication=edition)
    page = cast.client("coordinator").get(f"/opening/publications/{edition.name}/", **EN).content.decode()
    assert "<ins>不含乡镇</ins>" in page
    assert "<del>街道代码, 街道名称, 人口, 设立日期</del>" in page
    assert page.count("<ins>") == 2


def test_list_is_narrowed_by_state_and_words(cast: Cast) -> None:
    edition = edition_in(cast)
    edition_in(cast, "draft", "second", edition.resource, title_zh="第二个")
    client = cast.client("coordinator")
    assert "<b>2</b> editions" in client.get("/opening/", **EN).content.decode()
    assert "<b>1</b> edition<" in client.get("/opening/", {"state": "draft"}, **EN).content.decode()
    assert "<b>1</b> edition<" in client.get("/opening/", {"q": "第二"}, **EN).content.decode()
    assert "<b>0</b> editions" in cast.client("outsider").get("/opening/", **EN).content.decode()
    assert client.get("/opening/", {"state": "burnt"}).status_code == 400
    assert client.get("/opening/", {"sort": "x"}).status_code == 400


def test_submitter_with_both_duties_is_told_why_she_cannot_release(cast: Cast) -> None:
    from portal.accounts.services import add_membership  # noqa: PLC0415 - only this test gives a second duty
    from portal.kernel.actors import Duty, system_actor  # noqa: PLC0415 - as above

    add_membership(system_actor("t"), user=cast.user("steward"), department=cast.provider, duty=Duty.OFFICE_HEAD)
    edition = edition_in(cast, "submitted")
    page = cast.client("steward").get(f"/opening/publications/{edition.name}/", **EN).content.decode()
    assert "You submitted this edition; another person must release it." in page
    assert 'value="publish"' not in page


def test_revised_edition_goes_round_again(cast: Cast) -> None:
    edition = edition_in(cast)
    services.revise(cast.actor("steward"), publication=edition, reason="更换许可")
    services.edit_publication(cast.actor("steward"), publication=edition, license_code="CC0-1.0", items=["code"])
    services.submit(cast.actor("steward"), publication=edition)
    again = services.publish(cast.actor("coordinator"), publication=edition)
    assert again.first_version == 1
    assert "CC0-1.0" in Client().get(f"/dataset/{edition.name}").content.decode()
    dump = Client().get(f"/datastore/dump/{edition.file_id}")
    assert b"".join(dump.streaming_content).splitlines()[0] == b"code"
