"""Files and dumps: they parse back, come in parts, are validated and counted."""

import csv
import io
import json

import openpyxl
import pyarrow.parquet as pq
import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from opening import services
from opening.models import EditionCount, EditionFile, Publication
from portal.audit.models import Entry
from tests.cast import Cast
from tests.factories.opening import edition_in

pytestmark = pytest.mark.django_db
COLUMNS = ["code", "name", "population", "founded"]


@pytest.fixture
def edition(cast: Cast) -> Publication:
    return edition_in(cast)


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def address(edition: Publication, form: str) -> str:
    return f"/dataset/{edition.name}/resource/{edition.file_id}/download/{edition.name}.{form}"


def test_every_form_parses_back_to_the_same_rows(client: Client, edition: Publication) -> None:
    files = {form: body(client.get(address(edition, form))) for form in ("csv", "json", "xlsx", "parquet")}
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    assert list(rows[0]) == COLUMNS
    assert len(rows) == 5
    assert json.loads(files["json"])[0] == {
        "code": "220102001",
        "name": "自强街道",
        "population": 30120,
        "founded": "1956-05-01",
    }
    table = pq.read_table(io.BytesIO(files["parquet"]))
    assert table.num_rows == 5
    assert table.column_names == COLUMNS
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"]), read_only=True).active
    assert sheet is not None
    assert len(list(sheet.iter_rows(values_only=True))) >= 6


def test_no_form_holds_a_column_that_was_not_opened(client: Client, edition: Publication) -> None:
    for form in ("csv", "json", "parquet"):
        data = body(client.get(address(edition, form)))
        assert "秘密".encode() not in data
        assert b"contact_person" not in data
    for form in ("csv", "tsv", "json", "xml"):
        assert "秘密".encode() not in body(client.get(f"/datastore/dump/{edition.file_id}?format={form}"))


def test_head_range_and_validators(client: Client, edition: Publication) -> None:
    whole = client.get(address(edition, "csv"))
    data = body(whole)
    assert int(whole["Content-Length"]) == len(data)
    assert whole["Accept-Ranges"] == "bytes"
    assert "filename*=UTF-8''%E5%90%89" in whole["Content-Disposition"]
    assert 'filename="jilin-streets.csv"' in whole["Content-Disposition"]
    head = client.head(address(edition, "csv"))
    assert (head.status_code, head["Content-Length"], head["ETag"]) == (200, whole["Content-Length"], whole["ETag"])
    assert head.content == b""
    part = client.get(address(edition, "csv"), HTTP_RANGE="bytes=3-6")
    assert (part.status_code, body(part)) == (206, data[3:7])
    assert part["Content-Range"] == f"bytes 3-6/{len(data)}"
    assert body(client.get(address(edition, "csv"), HTTP_RANGE="bytes=-5")) == data[-5:]
    beyond = client.get(address(edition, "csv"), HTTP_RANGE=f"bytes={len(data)}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(data)}")
    odd = client.get(address(edition, "csv"), HTTP_RANGE="bytes=0-" + "9" * 5000)
    assert (odd.status_code, body(odd)) == (200, data)
    unchanged = client.get(address(edition, "csv"), HTTP_IF_NONE_MATCH=whole["ETag"])
    assert unchanged.status_code == 304
    stale = client.get(address(edition, "csv"), HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"old"')
    assert stale.status_code == 200


def test_download_is_counted_once_and_nobody_is_recorded(client: Client, edition: Publication) -> None:
    before = Entry.objects.count()
    body(client.get(address(edition, "csv")))
    body(client.get(address(edition, "csv"), HTTP_RANGE="bytes=5-"))
    client.head(address(edition, "csv"))
    assert list(EditionCount.objects.values_list("kind", "count")) == [("download", 1)]
    assert Entry.objects.count() == before


def test_files_are_made_ready_and_known_with_size_and_hash(client: Client, edition: Publication) -> None:
    assert services.prepare_files(publication=edition) == 4
    assert services.prepare_files(publication=edition) == 4
    assert EditionFile.objects.count() == 4
    ready = EditionFile.objects.get(form="csv")
    assert ready.byte_count == len(body(client.get(address(edition, "csv"))))
    assert ready.sha256 in client.get(f"/dataset/{edition.name}/data").content.decode()
    assert not EditionCount.objects.filter(kind="download").exclude(count=1).exists()
    Publication.objects.filter(pk=edition.pk).update(plan_hash="x" * 64)
    edition.refresh_from_db()
    assert services.drop_stale_files(publication=edition) == 4


def test_unknown_file_is_not_found(client: Client, edition: Publication) -> None:
    for file in ["jilin-streets.exe", "other.csv", "jilin-streets-v9.csv", "jilin-streets", "..csv"]:
        assert client.get(f"/dataset/{edition.name}/resource/{edition.file_id}/download/{file}").status_code == 404


def test_dump_narrows_as_ckan_clients_ask(client: Client, edition: Publication) -> None:
    dump = f"/datastore/dump/{edition.file_id}"
    asked = {
        "filters": json.dumps({"code": ["220102001", "220102003", "220302001"]}),
        "filter": "founded:ge:1956-01-01",
        "fields": "name,code",
        "sort": "code desc",
        "limit": "2",
        "offset": "1",
    }
    rows = list(csv.reader(io.StringIO(body(client.get(dump, asked)).decode())))
    assert rows == [["name", "code"], ["永吉街道", "220102003"], ["自强街道", "220102001"]]
    found = list(csv.reader(io.StringIO(body(client.get(dump, {"q": "自强"})).decode())))
    assert len(found) == 2
    assert body(client.get(dump, {"bom": "true"})).startswith(b"\xef\xbb\xbf")
    tsv = client.get(dump, {"format": "tsv"})
    assert tsv["Content-Type"].startswith("text/tab-separated-values")
    assert body(tsv).splitlines()[0] == b"code\tname\tpopulation\tfounded"
    etag = client.get(dump)["ETag"]
    assert client.get(dump, HTTP_IF_NONE_MATCH=etag).status_code == 304
    assert client.head(dump).status_code == 200


def test_dump_refuses_a_wrong_parameter_by_name(client: Client, edition: Publication) -> None:
    for query, name in [
        ("format=pdf", "format"),
        ("bom=maybe", "bom"),
        ("filters=[1]", "filters"),
        ("filters={", "filters"),
        ("filters=" + "[" * 5000, "filters"),
        ("offset=" + "0" * 25 + "9" * 20, "offset"),
        ('filters={"contact_person":"x"}', "filters"),
        ("fields=contact_person", "fields"),
        ("sort=code sideways", "sort"),
        ("sort=contact_person", "sort"),
        ("limit=0", "limit"),
        ("offset=-1", "offset"),
        ("distinct=true", "distinct"),
    ]:
        answer = client.get(f"/datastore/dump/{edition.file_id}?{query}", HTTP_ACCEPT_LANGUAGE="en")
        assert answer.status_code == 400
        assert name in answer.content.decode()
