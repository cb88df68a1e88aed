"""An open edition whose data was deleted by decision: nothing of it leaves any more, and everybody is told so."""

import pytest
from django.test import Client

from catalog.models import Deletion
from catalog.services import retire
from catalog.services.deletions import carry_out_deletion, move_deletion, propose_deletion
from opening.models import Publication
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.opening import edition_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast: Cast) -> Publication:
    """An edition of a resource that was retired, and its only version deleted."""
    edition = edition_in(cast)
    retire(cast.actor("office_head"), resource=edition.resource, reason="机构撤销")
    version = edition.resource.current_version
    assert version is not None
    facts = {"reason": "保存期限已满", "basis": "数据管理办法第十条"}
    made = propose_deletion(cast.actor("steward"), resource=edition.resource, numbers=[version.number], **facts)
    move_deletion(cast.actor("office_head"), deletion=made, verb="approve")
    carry_out_deletion(system_actor("test"), deletion_id=Deletion.objects.get().pk)
    return edition


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_rows_files_and_pages_answer_gone(client: Client, edition: Publication, language: str) -> None:
    file = f"/dataset/{edition.name}/resource/{edition.file_id}"
    headers = {"accept-language": language}
    addresses = [
        f"/api/v1/opening/editions/{edition.name}/rows",
        f"/api/v1/opening/editions/{edition.name}/rows?format=csv",
        f"{file}/download/{edition.name}.csv",
        f"/datastore/dump/{edition.file_id}?format=csv",
    ]
    assert {address: client.get(address, headers=headers).status_code for address in addresses} == dict.fromkeys(
        addresses, 410
    )
    for address in (f"/dataset/{edition.name}", file):
        page = client.get(address, headers=headers)
        assert page.status_code == 410
        assert ("was withdrawn" if language == "en" else "已撤回") in page.content.decode()
