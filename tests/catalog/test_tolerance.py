"""How many rows may be left out: kept on the resource, said with a file, by form, API, command and source."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from catalog.models import Resource, Upload
from catalog.services.uploads import set_tolerance
from catalog.services.versions import check_upload, receive_upload
from portal.audit.models import Entry
from portal.kernel.actors import system_actor
from portal.kernel.errors import NotAllowed
from tests.cast import Cast
from tests.catalog.sources.running import run_now
from tests.factories.catalog import draft
from tests.factories.sources import folder
from tests.factories.uploads import hand_in

pytestmark = pytest.mark.django_db
HEADER = ["街道代码", "街道名称", "联系人"]
TEXT = "街道代码,街道名称,联系人\n220102001,自强,李四\n220102002x9,南岭,张三\n220102003,桃源,王五\n"


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return draft(cast.actor("steward"), cast.provider)


def book(path: Path, **sheets: list[list[str]]) -> Path:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_what_the_resource_allows_counts_where_a_file_says_nothing(cast: Cast, resource: Resource) -> None:
    assert hand_in(cast, resource, TEXT).state == "deciding"
    set_tolerance(cast.actor("steward"), resource=resource, tolerance=Decimal("33.34"))
    assert hand_in(cast, resource, TEXT).state == "accepted"
    assert hand_in(cast, resource, TEXT, tolerance=0).state == "deciding"
    entry = Entry.objects.get(action="catalog.upload.tolerance")
    assert (entry.details["before"], entry.details["after"]) == ("0.00", "33.34")
    for other in ("office_head", "outsider", "coordinator"):
        with pytest.raises(NotAllowed):
            set_tolerance(cast.actor(other), resource=resource, tolerance=Decimal(1))


def test_the_page_sets_it_and_the_upload_page_begins_with_it(cast: Cast, resource: Resource) -> None:
    client, address = cast.client("steward"), resource.get_absolute_url()
    assert client.post(f"{address}tolerance/", {"tolerance": "101"}).status_code == 400
    assert client.post(f"{address}tolerance/", {"tolerance": "33.5"}).status_code == 302
    assert "Up to 33.50% of the rows" in client.get(f"{address}sources/").content.decode()
    assert 'value="33.5' in client.get(f"{address}upload/").content.decode()
    file = SimpleUploadedFile("街道.csv", TEXT.encode())
    assert client.post(f"{address}upload/", {"file": file, "tolerance": ""}).status_code == 302
    assert Upload.objects.latest("pk").tolerance == Decimal("33.5")


def test_the_api_sets_it_and_a_file_may_say_otherwise(cast: Cast, resource: Resource) -> None:
    client, root = cast.client("steward"), f"/api/v1/catalog/resources/{resource.address}/"
    assert client.get(f"{root}tolerance/").json() == {"tolerance": 0.0}
    for wrong in ("x", -1, 100.5, None):
        answer = client.put(f"{root}tolerance/", {"tolerance": wrong}, content_type="application/json")
        assert answer.status_code == 400
    assert client.put(f"{root}tolerance/", {"tolerance": 40}, content_type="application/json").json() == {
        "tolerance": 40.0
    }
    made = []
    for wishes in ({}, {"tolerance": "0"}, {"sheet": "二月"}):
        file = SimpleUploadedFile("街道.csv", TEXT.encode())
        answer = client.post(f"{root}versions/", {"file": file, **wishes}).json()
        made.append((answer["tolerance"], answer["sheet"], answer["rejects"]))
    assert made == [(40.0, "", None), (0.0, "", None), (40.0, "二月", None)]


def test_what_a_source_fetches_is_taken_as_the_resource_allows(cast: Cast, resource: Resource) -> None:
    source = folder(cast, resource)
    (Path(source.place["folder"]) / "a.csv").write_text(TEXT, encoding="utf-8")
    set_tolerance(cast.actor("steward"), resource=resource, tolerance=Decimal(50))
    run = run_now(source)
    assert (run.state, run.upload and run.upload.report["accepted"]) == ("succeeded", 2)


def test_the_command_takes_a_sheet_and_a_tolerance(
    cast: Cast, resource: Resource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = book(
        tmp_path / "a.xlsx", 一月=[HEADER, ["1", "甲", "张"]], 二月=[HEADER, ["1", "甲", "张"], ["2", "乙", "李"]]
    )
    with pytest.raises(CommandError, match="Several sheets"):
        call_command("ingest", resource.code, str(two), "--user", "steward")
    call_command("ingest", resource.code, str(two), "--user", "steward", "--sheet", "二月")
    assert "2 rows" in capsys.readouterr().out
    path = tmp_path / "街道.csv"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(CommandError, match="1 of 3 rows"):
        call_command("ingest", resource.code, str(path), "--user", "steward")
    call_command("ingest", resource.code, str(path), "--user", "steward", "--tolerance", "33.34")
    assert "2 rows" in capsys.readouterr().out
    for wrong in ("101", "-1", "x", "nan"):
        with pytest.raises(CommandError, match="tolerance"):
            call_command("ingest", resource.code, str(path), f"--tolerance={wrong}")


def test_rows_changed_by_key_are_read_from_the_sheet_that_was_named(
    cast: Cast, resource: Resource, tmp_path: Path
) -> None:
    assert hand_in(cast, resource, TEXT, tolerance=50).state == "accepted"
    resource.refresh_from_db()
    operation = [*HEADER, "_操作"]
    path = book(
        tmp_path / "b.xlsx",
        一月=[HEADER, ["220102001", "旧名", "李四"]],
        二月=[operation, ["220102001", "新名", "李四", "修改"], ["220102003", "", "", "删除"]],
    )
    with path.open("rb") as file:
        upload = receive_upload(
            cast.actor("steward"),
            resource=resource,
            file=file,
            name="b.xlsx",
            mode="delta",
            sheet="二月",
            announce=False,
        )
    done = check_upload(system_actor("tests"), upload_id=upload.pk)
    assert done.version is not None, done.report
    assert done.version.changes["changed"] == 1
    assert done.version.changes["removed"] == 1
