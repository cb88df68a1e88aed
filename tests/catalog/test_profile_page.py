"""The profile page, and one click from a finding to grade and mask."""

import io
from typing import Any

import pytest

from catalog.models import Resource
from catalog.services.versions import check_upload, receive_upload
from portal.kernel.actors import system_actor
from portal.kernel.identifiers import identity_check
from tests.cast import Cast
from tests.factories.catalog import draft

pytestmark = pytest.mark.django_db
ITEMS = (
    {"name_zh": "编号", "code": "no", "type": "C", "is_key": True},
    {"name_zh": "号码", "code": "id_no", "type": "C"},
    {"name_zh": "登记日", "code": "day", "type": "D"},
    {"name_zh": "类别", "code": "kind", "type": "C"},
)


@pytest.fixture
def resource(cast: Cast, settings: Any, tmp_path: Any) -> Resource:
    settings.MEDIA_ROOT = tmp_path
    made = draft(cast.actor("steward"), cast.provider, items=ITEMS)
    bases = [f"22010219{n:02d}0101{n:03d}" for n in range(50, 70)]
    lines = [f"{n},{base}{identity_check(base)},2024-01-{n + 1:02d},甲" for n, base in enumerate(bases)]
    file = io.BytesIO("\n".join(["no,id_no,day,kind", *lines]).encode())
    upload = receive_upload(cast.actor("steward"), resource=made, file=file, name="a.csv", announce=False)
    assert check_upload(system_actor("test"), upload_id=upload.pk).state == "accepted"
    made.refresh_from_db()
    return made


def test_the_page_shows_numbers_charts_and_findings(cast: Cast, resource: Resource) -> None:
    response = cast.client("steward").get(f"{resource.get_absolute_url()}profile/")
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('data-state="identity"') == 1
    assert "2024-01-01" in page
    assert "999999999999999999" in page
    assert cast.client("office_head").get(f"{resource.get_absolute_url()}profile/?version=1").status_code == 200
    assert cast.client("steward").get(f"{resource.get_absolute_url()}profile/?version=9").status_code == 404


def test_identity_numbers_are_not_among_the_frequent_values(resource: Resource) -> None:
    assert resource.current_version is not None
    columns = {column["name"]: column for column in resource.current_version.profile["columns"]}
    assert columns["id_no"]["frequent"] == []
    assert columns["kind"]["frequent"] == [["甲", 20]]


def test_one_click_sets_the_proposed_grade_and_mask(cast: Cast, resource: Resource) -> None:
    client, url = cast.client("steward"), f"{resource.get_absolute_url()}profile/id_no/apply/"
    assert client.post(url).status_code == 302
    item = resource.items.get(code="id_no")
    assert (item.grade, item.mask) == (4, {"op": "keep", "a": 6, "b": 0})
    assert client.post(url).status_code == 409
    assert client.post(url.replace("id_no", "none")).status_code == 404
    assert cast.client("office_head").post(url.replace("id_no", "id_no")).status_code in {403, 409}


def test_without_data_there_is_no_profile(cast: Cast) -> None:
    empty = draft(cast.actor("steward"), cast.provider)
    assert cast.client("steward").get(f"{empty.get_absolute_url()}profile/").status_code == 404
