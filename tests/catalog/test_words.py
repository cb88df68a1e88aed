"""What pages say where a reader could be misled: defaults, empty places, links, and what is asked of her."""

import re

import pytest

from catalog.services import set_items
from tests.cast import Cast
from tests.factories.catalog import draft
from tests.factories.sources import folder

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
CHOSEN = re.compile(r'<select name="(\w+)".*?<option value="(\w*)" selected>', re.DOTALL)


def test_setting_all_items_begins_with_the_strictest(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    page = cast.client("steward").get(f"{resource.get_absolute_url()}edit/attributes/", headers=EN).content.decode()
    chosen = dict(CHOSEN.findall(page))
    assert (chosen["grade"], chosen["sharing_type"], chosen["opening_type"]) == ("3", "2", "3")
    set_items(cast.actor("steward"), resource=resource, items=[])
    empty = cast.client("steward").get(f"{resource.get_absolute_url()}edit/attributes/", headers=EN)
    assert empty.status_code == 200


def test_without_data_nothing_agrees(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    page = cast.client("steward").get(f"{resource.get_absolute_url()}reality/", headers=EN).content.decode()
    assert "There is no data yet to compare" in page
    assert "agrees with the data" not in page


@pytest.mark.parametrize(("name", "opens"), [("steward", True), ("coordinator", True), ("auditor", False)])
def test_the_catalog_offers_only_places_that_open(cast: Cast, name: str, *, opens: bool) -> None:
    client = cast.client(name)
    page = client.get("/catalog/").content.decode()
    for place in ("/catalog/assets/", "/catalog/handovers/"):
        assert (f'href="{place}"' in page) is opens, place
        assert (client.get(place).status_code == 200) is opens, place


def test_a_source_is_not_retired_without_a_reason_and_its_page_says_so(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    source = folder(cast, resource)
    url = f"{resource.get_absolute_url()}sources/{source.pk}/"
    refused = cast.client("steward").post(f"{url}act/retire/", {"reason": " "}, headers=EN)
    page = refused.content.decode()
    assert refused.status_code == 400
    assert 'href="#act-reason"' in page
    assert 'aria-invalid="true"' in page
    source.refresh_from_db()
    assert source.state == "active"
    assert cast.client("steward").post(f"{url}act/retire/", {"reason": "停用"}).status_code == 302


def test_without_items_there_is_nothing_to_bind(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider, items=())
    page = cast.client("steward").get(f"{resource.get_absolute_url()}standards/", headers=EN).content.decode()
    assert "Add the data items first." in page
    assert 'name="choose"' not in page
