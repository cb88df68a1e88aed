"""Opening: an edition of chosen items is published, found and taken away by somebody without an account."""

import csv
import io
import json

import openpyxl
import pyarrow.parquet

from tests.journeys.reader import Reader
from tests.journeys.story.story import ABSTRACT, Story, rows_of_streets


def open_edition(story: Story) -> None:
    """The provider publishes an open edition of chosen items under a chosen license."""
    officer, head = story.person("minzheng.officer"), story.person("minzheng.head")
    officer.visit(f"/opening/publications/new/?resource={story.resource.replace('~', '%2F')}")
    assert officer.page.locator('main [name="items"][value="provinceCode"]:not([disabled])').count() == 0
    officer.tick("items", "code", "name", "areaCode", "cityCode")
    officer.fill({"name": story.name, "license_code": "CC-BY-4.0", "contact": "data@example.gov.cn"})
    if not officer.page.locator('[name="summary_zh"]').input_value():
        officer.fill({"summary_zh": ABSTRACT})
    officer.submit("license_code")
    officer.visit(f"/opening/publications/{story.name}/")
    assert story.person().status_of(f"/dataset/{story.name}") == 404
    officer.press("submit")
    head.visit(f"/opening/publications/{story.name}/")
    head.press("publish")
    assert head.state == "published"
    officer.close()
    head.close()


def public(story: Story) -> None:
    """Somebody without an account finds it, previews, filters, downloads it in four forms and reads it by API."""
    visitor = story.person()
    visitor.visit("/")
    visitor.visit(f"/dataset/?q={story.title}")
    assert story.stamp in visitor.page.locator("main h2 a, main h3 a").first.inner_text()
    visitor.visit(f"/dataset/{story.name}")
    table = visitor.page.locator('main a[href*="/resource/"]:not([download])').first.get_attribute("href") or ""
    visitor.visit(table)
    visitor.fill({"add_column": "cityCode", "add_op": "eq", "add_value": "2201"})
    visitor.submit("add_column")
    changchun = [row for row in rows_of_streets()[1:] if row[4] == "2201"]
    assert str(len(changchun)) in visitor.page.locator('[role="status"]').first.inner_text()
    assert "provinceCode" not in visitor.page.content()
    _take_away(story, visitor, table.rstrip("/"))
    rows = visitor.context.request.get(
        f"/api/v1/opening/editions/{story.name}/rows?filter=cityCode:eq:2201&limit=2"
    ).json()
    assert (rows["total"], len(rows["rows"]), bool(rows["next"])) == (len(changchun), 2, True)
    assert set(rows["rows"][0]) == {"code", "name", "areaCode", "cityCode"}
    wrong = visitor.context.request.get(f"/api/v1/opening/editions/{story.name}/rows?flter=x")
    assert wrong.status == 400
    assert "flter" in wrong.text()
    for path in ("/dataset/", f"/dataset/{story.name}/fields", f"/dataset/{story.name}/versions", "/organization/"):
        visitor.visit(path)
    visitor.close()


def _take_away(story: Story, visitor: Reader, table: str) -> None:
    expected = [[row[0], row[1], row[2], row[4]] for row in rows_of_streets()[1:]]
    files = {
        form: visitor.download(f"{table}/download/{story.name}.{form}") for form in ("csv", "xlsx", "json", "parquet")
    }
    assert list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))[1:] == expected
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"]), read_only=True).active
    assert sheet is not None
    assert [[str(cell) for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)] == expected
    listed = json.loads(files["json"])
    rows = listed if isinstance(listed, list) else listed["rows"]
    assert [list(row.values()) for row in rows] == expected
    found = pyarrow.parquet.read_table(io.BytesIO(files["parquet"])).to_pylist()
    assert [list(row.values()) for row in found] == expected
