"""Why something came back stands where the provider mends it, and nowhere before or after."""

import pytest

from catalog import services
from tests.cast import Cast
from tests.factories.catalog import amendment_in, draft

pytestmark = pytest.mark.django_db

WHY = "请写明数据时点。"


def test_the_reason_of_a_return_stands_on_the_pages_of_whoever_mends(cast: Cast) -> None:
    steward, head = cast.actor("steward"), cast.actor("office_head")
    resource = draft(steward, cast.provider)
    page, tasks = resource.get_absolute_url(), f"{resource.get_absolute_url()}edit/"
    client = cast.client("steward")
    assert "Returned for changes:" not in client.get(tasks).content.decode()
    services.VERBS["submit"](steward, resource=resource)
    services.VERBS["return"](head, resource=resource, reason=WHY)
    for address in (page, f"{page}items/", tasks):
        assert f"</b> {WHY}" in client.get(address).content.decode(), address
    assert f"</b> {WHY}" not in cast.client("office_head").get(page).content.decode()
    services.VERBS["submit"](steward, resource=resource)
    assert f"</b> {WHY}" not in client.get(page).content.decode()


def test_the_reason_of_a_returned_amendment_is_its_own(cast: Cast) -> None:
    amendment = amendment_in(cast, "returned")
    text = cast.client("steward").get(f"{amendment.resource.get_absolute_url()}edit/").content.decode()
    assert "</b> 测试" in text
