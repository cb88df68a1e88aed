"""A version of a million rows that is served from its table, with an edition and a grant of it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection

from catalog.gate.serving import readers
from catalog.models import Item, Resource, ServingTable
from catalog.services import serving
from catalog.services.versions import check_upload, receive_upload
from portal.accounts.services import create_api_key
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.catalog import resource_in
from tests.factories.opening import FREE, edition_in
from tests.factories.sharing import TIED
from tests.factories.sharing import grant as grant_of

ROWS = 1_000_000
CATEGORIES = 2_000
SYSTEM = system_actor("benchmark")
ITEMS = (
    {"name_zh": "编号", "name_en": "Code", "code": "code", "type": "C", "length": 12, "is_key": True, **FREE},
    {"name_zh": "名称", "name_en": "Name", "code": "name", "type": "C", "length": 60, **FREE},
    {"name_zh": "类别", "name_en": "Category", "code": "category", "type": "C", "length": 6, **FREE},
    {"name_zh": "地址", "name_en": "Address", "code": "address", "type": "C", "length": 60, **FREE},
    {"name_zh": "数量", "name_en": "Amount", "code": "amount", "type": "I", **FREE},
    {"name_zh": "日期", "name_en": "Day", "code": "day", "type": "D", **FREE},
    {"name_zh": "联系人", "name_en": "Contact", "code": "contact", "type": "C", "length": 20, **TIED},
)


@dataclass(frozen=True)
class Served:
    """A version with its serving table, an edition and a grant of it."""

    resource: Resource
    table: str
    columns: dict[str, str]
    edition: str
    grant: str
    key: str


def text() -> io.BytesIO:
    """Write a million rows in two thousand categories; nothing in them belongs to anybody."""
    lines = ["code,name,category,address,amount,day,contact"]
    lines += [
        f"{number:012d},前进村{number % 97}号,{number % CATEGORIES:06d},人民大街{number % 9973}号,{number % 1000},"
        f"20{10 + number % 15}-0{1 + number % 9}-1{number % 10},张{number % 89}"
        for number in range(ROWS)
    ]
    return io.BytesIO("\n".join(lines).encode())


@pytest.fixture
def served(transactional_db: None, cast: Cast) -> Iterator[Served]:
    resource = resource_in(cast, "published", items=ITEMS)
    upload = receive_upload(cast.actor("steward"), resource=resource, file=text(), name="rows.csv", announce=False)
    checked = check_upload(SYSTEM, upload_id=upload.pk)
    assert checked.state == "accepted", checked.report
    resource.refresh_from_db()
    names = [str(item["code"]) for item in ITEMS]
    edition = edition_in(cast, resource=resource, items=names[:-1])
    grant = grant_of(cast, resource, items=names, method="interface")
    scopes = ["sharing:read"]
    _, key = create_api_key(cast.actor("holder"), user=cast.user("holder"), name="load", scopes=scopes)
    ids = dict(Item.objects.filter(resource=resource).order_by("position").values_list("code", "column_id"))
    serving.choose_serving(cast.actor("steward"), resource=resource, columns=[ids["category"]], is_searched=False)
    done = serving.follow_serving(SYSTEM, resource_id=resource.pk, anew=True)
    table = ServingTable.objects.get()
    assert done in {"built", "ready"}, table.fault
    yield Served(resource, f"serving.{table.name}", ids, edition.name, grant.number, key)
    readers().close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS serving CASCADE")
