"""The main story through all four apps, as the people of the province live it, in English and in Chinese.

A resource is registered, checked, consented to, published; asked for, granted, read, suspended; opened to the public;
a license is issued, verified, revoked; and the auditor finds every act in a record that proves itself.
"""

import csv
import io
import json
import re
import time
from datetime import timedelta
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest
from django.utils import timezone

from portal.kernel.identifiers import identity_check, parse_license_identifier
from tests.journeys.conftest import People
from tests.journeys.product import Product
from tests.journeys.reader import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("product")]

FILES = Path(__file__).parents[2] / "portal" / "demonstration" / "data" / "files"
STREETS = FILES / "jilin_streets.csv"
COLUMNS = ("code", "name", "areaCode", "provinceCode", "cityCode")
ABSTRACT = "吉林省街道乡镇的统计用区划代码和名称,用于核对地址。"
ENGLISH = "Codes and names of the streets and townships of Jilin, for checking addresses."


def _rows(count: int | None = None) -> list[list[str]]:
    with STREETS.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[: None if count is None else count + 1]


def _write(path: Path, rows: list[list[str]], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def _workbook(path: Path, rows: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]  # a new workbook has a sheet
    book.save(path)
    return path


class Story:
    """What the chapters hand on to each other."""

    def __init__(self, people: People, product: Product, language: str, folder: Path) -> None:
        self.people, self.product, self.language, self.folder = people, product, language, folder
        self.stamp = f"{language}{int(time.time()) % 100000}"
        self.title = f"街道乡镇核对表{self.stamp}"
        self.resource = ""
        self.request = ""
        self.grant = ""
        self.name = f"streets-{self.stamp}"
        self.license = ""

    def person(self, username: str = "") -> Reader:
        return self.people(self.language, username)

    # 1. the catalogue

    def register(self) -> None:
        """A data officer registers a resource, saving drafts with gaps; only submitting validates."""
        officer = self.person("minzheng.officer")
        officer.visit("/catalog/register/")
        officer.fill({"title_zh": self.title, "title_en": f"Street check list {self.stamp}"})
        officer.submit("title_zh")
        self.resource = officer.page.url.split("/catalog/")[1].split("/")[0]
        officer.visit(f"/catalog/{self.resource}/check/")
        assert officer.errors().count() >= 1, "a draft with gaps cannot be submitted"
        officer.visit(f"/catalog/{self.resource}/edit/basic/")
        officer.fill({"abstract_zh": ABSTRACT})
        officer.submit("abstract_zh")
        officer.visit(f"/catalog/{self.resource}/edit/basic/")
        assert officer.page.locator('[name="abstract_zh"]').input_value() == ABSTRACT
        category = officer.page.locator('[name="category"] option[value]:not([value=""])').first
        officer.fill(
            {
                "abstract_en": ENGLISH,
                "keywords": "街道,乡镇,地址",
                "category": category.get_attribute("value") or "",
                "update_cycle": "7",
                "format": "text",
                "source_note": "china-division 2.7.0 (MIT)",
                "use_conditions": "仅用于核对地址,不得转交。",
            }
        )
        officer.submit("abstract_zh")
        self._items(officer)
        officer.visit(f"/catalog/{self.resource}/edit/assessments/")
        officer.fill({"secrecy_assessment": "不涉及国家秘密。", "privacy_assessment": "不含个人信息。"})
        officer.submit("secrecy_assessment")
        officer.visit(f"/catalog/{self.resource}/check/")
        assert officer.errors().count() == 0, officer.text
        officer.close()

    def _items(self, officer: Reader) -> None:
        """Items are proposed from the file; one is conditional, with reason and legal basis, and may not be opened."""
        officer.visit(f"/catalog/{self.resource}/edit/items/")
        if not officer.page.locator('main details[open] [name="file"]').count():
            officer.page.locator("main details summary").first.click()
        officer.fill({"file": STREETS})
        officer.submit("file")
        codes = [field.input_value() for field in officer.page.locator('main [name^="items-"][name$="-code"]').all()]
        assert [code for code in codes if code][:5] == list(COLUMNS)
        types = [field.input_value() for field in officer.page.locator('main [name^="items-"][name$="-type"]').all()]
        assert types[0] == "C", "a code keeps its zeros"
        officer.submit("items-0-code")
        officer.visit(f"/catalog/{self.resource}/edit/attributes/")
        officer.page.locator("main details summary").first.click()
        officer.fill({"grade": "1", "sharing_type": "1", "opening_type": "1"})
        officer.submit("sharing_type")
        officer.visit(f"/catalog/{self.resource}/edit/attributes/provinceCode/")
        officer.fill(
            {
                "grade": "2",
                "sharing_type": "2",
                "sharing_condition": "用于本部门履行职责。",
                "opening_type": "3",
                "basis_kind": "2",
                "basis_document": "政务数据共享条例",
                "basis_article": "第十四条",
                "reason": "按规定有条件共享。",
            }
        )
        officer.submit("sharing_type")

    def upload(self) -> None:
        """Files of four makes are checked; one that does not fit gets its report, and the version before stays."""
        officer = self.person("minzheng.officer")
        rows = _rows()
        files = [
            _write(self.folder / "first.csv", rows[:1001]),
            _write(self.folder / "gb18030.csv", rows, encoding="gb18030"),
            _write(self.folder / "semicolon.csv", rows, delimiter=";"),
            _workbook(self.folder / "book.xlsx", rows),
        ]
        for number, file in enumerate(files, 1):
            officer.hand_in(self.resource, {"file": file})
            assert officer.wait_for_state("accepted", "rejected", "failed") == "accepted", officer.text
            officer.visit(f"/catalog/{self.resource}/versions/")
            assert officer.page.locator("main tbody tr").count() == number
        bad = [list(row) for row in rows[:50]]
        bad[7][0], bad[9][1] = "2.201E+08", ""
        officer.hand_in(self.resource, {"file": _write(self.folder / "bad.csv", bad)})
        assert officer.wait_for_state("accepted", "deciding", "rejected", "failed") == "deciding"
        assert "code" in officer.text
        assert "8" in officer.text, "the report names the line"
        officer.visit(f"/catalog/{self.resource}/rows/")
        assert rows[1][1] in officer.text
        officer.visit(f"/catalog/{self.resource}/versions/")
        assert officer.page.locator("main tbody tr").count() == len(files)
        officer.close()

    def review(self) -> None:
        """The office head consents, the coordinator returns it once, sees what changed, and publishes."""
        officer, head = self.person("minzheng.officer"), self.person("minzheng.head")
        coordinator = self.person("sjj.coordinator")
        self._submit(officer)
        assert coordinator.status_of(f"/catalog/{self.resource}/review/") == 404, "not yet with the authority"
        head.visit(f"/catalog/{self.resource}/review/")
        head.press("approve")
        coordinator.visit("/desk/")
        assert self.title in coordinator.text or self.stamp in coordinator.text
        coordinator.visit(f"/catalog/{self.resource}/review/")
        coordinator.press("return")
        assert coordinator.errors().count() >= 1, "a return needs a reason"
        coordinator.visit(f"/catalog/{self.resource}/review/")
        coordinator.press("return", "请在摘要中写明数据时点。")
        officer.visit(f"/catalog/{self.resource}/edit/basic/")
        officer.fill({"abstract_zh": f"{ABSTRACT}数据时点为2024年。"})
        officer.submit("abstract_zh")
        self._submit(officer)
        head.visit(f"/catalog/{self.resource}/review/")
        head.press("approve")
        coordinator.visit(f"/catalog/{self.resource}/review/")
        assert "数据时点为2024年" in coordinator.page.locator("main ins").first.inner_text()
        coordinator.press("publish")
        coordinator.visit(f"/catalog/{self.resource}/")
        assert coordinator.state == "published"
        for reader in (officer, head, coordinator):
            reader.close()

    def _submit(self, officer: Reader) -> None:
        officer.visit(f"/catalog/{self.resource}/check/")
        officer.page.locator('main form[action*="/act/submit/"] button[type="submit"]').click()
        officer.page.wait_for_load_state()

    # 2. sharing

    def find_and_ask(self) -> None:
        """An official of a city finds the resource in Chinese, by pinyin and by facet, and asks for three items."""
        asker = self.person("changchun.minzheng.officer")
        for words in ("街道 核对", "jiedao", "jdxz", self.title):
            asker.visit(f"/catalog/?q={words}")
            assert self.stamp in asker.text, f"{words} does not find it"
        asker.visit(f"/catalog/?q={self.title}")
        assert self.stamp in asker.page.locator("main h2 a, main h3 a").first.inner_text(), (
            "an exact title stands first"
        )
        asker.visit(f"/catalog/{self.resource}/")
        asker.page.locator('main a[href*="/sharing/requests/new/"]').first.click()
        asker.page.wait_for_load_state()
        asker.look()
        asker.tick("items", "code", "name", "provinceCode")
        asker.fill({"title": f"地址核对{self.stamp}"})
        asker.submit("title")
        self.request = asker.number if asker.number.startswith("GX-") else asker.page.url.rstrip("/").split("/")[-1]
        asker.visit(f"/sharing/requests/{self.request}/")
        asker.press("submit")
        assert asker.errors().count() >= 1, "the five statements of Order 809 art 20 are needed"
        asker.visit(f"/sharing/requests/{self.request}/edit/")
        asker.fill(
            {
                "use_scenario": "每月比对社会救助申请中的地址。",
                "legal_basis": "《政务数据共享条例》第二十条",
                "scope": "长春市所辖街道。",
                "method": "file",
                "valid_until": (timezone.localdate() + timedelta(days=120)).isoformat(),
                "rows-0-item": "cityCode",
                "rows-0-op": "eq",
                "rows-0-value": "2201",
            }
        )
        asker.submit("title")
        asker.press("submit")
        assert asker.state == "consent_pending"
        head = self.person("changchun.minzheng.head")
        head.visit("/desk/")
        assert self.stamp in head.text
        head.visit(f"/sharing/requests/{self.request}/")
        head.press("consent")
        assert head.state == "with_provider"
        asker.close()
        head.close()

    def decide(self) -> None:
        """The provider's staff see it with its deadline and approve; the job opens the grant."""
        steward = self.person("minzheng.officer")
        steward.visit("/desk/")
        assert self.stamp in steward.text
        steward.visit(f"/sharing/requests/{self.request}/")
        steward.press("approve")
        assert steward.wait_for_state("delivered") == "delivered"
        link = steward.page.locator('main a[href*="/sharing/grants/"]').first
        self.grant = (link.get_attribute("href") or "").rstrip("/").split("/")[-1]
        steward.close()

    def read(self) -> None:
        """The requester reads exactly the granted items and rows, in files and by key; others get nothing."""
        wanted = [[row[0], row[1], row[3]] for row in _rows()[1:] if row[4] == "2201"]
        asker = self.person("changchun.minzheng.officer")
        asker.visit(f"/sharing/grants/{self.grant}/")
        got = list(
            csv.reader(io.StringIO(asker.download(f"/sharing/grants/{self.grant}/download/csv/").decode("utf-8-sig")))
        )
        assert got[0] == ["code", "name", "provinceCode"]
        assert got[1:] == wanted
        key = self._make_key(asker)
        headers = {"Authorization": f"Bearer {key}"}
        address = f"{self.product.url}/api/v1/sharing/grants/{self.grant}/rows?limit=10000"
        visitor = self.person()
        rows = visitor.context.request.get(address, headers=headers).json()
        assert rows["total"] == len(wanted)
        assert [[row["code"], row["name"], row["provinceCode"]] for row in rows["rows"]] == wanted
        assert visitor.context.request.get(address + "&columns=areaCode", headers=headers).status == 400
        assert visitor.context.request.get(address).status == 401
        other = self.person("yanbian.wenlv.officer")
        assert other.status_of(f"/sharing/grants/{self.grant}/") == 404
        assert other.status_of(f"/sharing/grants/{self.grant}/download/csv/") == 404
        steward = self.person("minzheng.head")
        steward.visit(f"/sharing/grants/{self.grant}/")
        steward.press("suspend", "核查使用情况。")
        assert asker.status_of(f"/sharing/grants/{self.grant}/download/csv/") == 403
        assert visitor.context.request.get(address, headers=headers).status == 403
        steward.visit(f"/sharing/grants/{self.grant}/")
        steward.press("resume", "核查完毕。")
        assert asker.status_of(f"/sharing/grants/{self.grant}/download/csv/") == 200
        for reader in (asker, visitor, other, steward):
            reader.close()

    def _make_key(self, asker: Reader) -> str:
        asker.visit("/me/")
        asker.fill({"name": "journey"})
        asker.tick("scopes", "sharing:read")
        asker.submit("scopes")
        found = re.search(r"sh_[\w-]{40,}", asker.text)
        assert found, "the key is shown once"
        asker.visit("/me/")
        assert found[0] not in asker.page.content()
        return found[0]

    # 3. opening

    def open_edition(self) -> None:
        """The provider publishes an open edition of chosen items under a chosen license."""
        officer, head = self.person("minzheng.officer"), self.person("minzheng.head")
        officer.visit(f"/opening/publications/new/?resource={self.resource.replace('~', '%2F')}")
        assert officer.page.locator('main [name="items"][value="provinceCode"]:not([disabled])').count() == 0
        officer.tick("items", "code", "name", "areaCode", "cityCode")
        officer.fill({"name": self.name, "license_code": "CC-BY-4.0", "contact": "data@example.gov.cn"})
        if not officer.page.locator('[name="summary_zh"]').input_value():
            officer.fill({"summary_zh": ABSTRACT})
        officer.submit("license_code")
        officer.visit(f"/opening/publications/{self.name}/")
        assert self.person().status_of(f"/dataset/{self.name}") == 404
        officer.press("submit")
        head.visit(f"/opening/publications/{self.name}/")
        head.press("publish")
        assert head.state == "published"
        officer.close()
        head.close()

    def public(self) -> None:
        """Somebody without an account finds it, previews, filters, downloads it in four forms and reads it by API."""
        visitor = self.person()
        visitor.visit("/")
        visitor.visit(f"/dataset/?q={self.title}")
        assert self.stamp in visitor.page.locator("main h2 a, main h3 a").first.inner_text()
        visitor.visit(f"/dataset/{self.name}")
        table = visitor.page.locator('main a[href*="/resource/"]:not([download])').first.get_attribute("href") or ""
        visitor.visit(table)
        visitor.fill({"add_column": "cityCode", "add_op": "eq", "add_value": "2201"})
        visitor.submit("add_column")
        changchun = [row for row in _rows()[1:] if row[4] == "2201"]
        assert str(len(changchun)) in visitor.page.locator('[role="status"]').first.inner_text()
        assert "provinceCode" not in visitor.page.content()
        self._take_away(visitor, table.rstrip("/"))
        rows = visitor.context.request.get(
            f"/api/v1/opening/editions/{self.name}/rows?filter=cityCode:eq:2201&limit=2"
        ).json()
        assert (rows["total"], len(rows["rows"]), bool(rows["next"])) == (len(changchun), 2, True)
        assert set(rows["rows"][0]) == {"code", "name", "areaCode", "cityCode"}
        wrong = visitor.context.request.get(f"/api/v1/opening/editions/{self.name}/rows?flter=x")
        assert wrong.status == 400
        assert "flter" in wrong.text()
        for path in ("/dataset/", f"/dataset/{self.name}/fields", f"/dataset/{self.name}/versions", "/organization/"):
            visitor.visit(path)
        visitor.close()

    def _take_away(self, visitor: Reader, table: str) -> None:
        expected = [[row[0], row[1], row[2], row[4]] for row in _rows()[1:]]
        files = {
            form: visitor.download(f"{table}/download/{self.name}.{form}")
            for form in ("csv", "xlsx", "json", "parquet")
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

    # 4. licenses

    def issue(self) -> None:
        """A license officer defines a type with its own fields and issues a license with a valid identifier."""
        officer = self.person("jiaotong.license")
        officer.visit("/licenses/types/new/")
        officer.fill(
            {
                "number": f"{int(time.time()) % 800 + 100}",
                "name_zh": f"道路客运线路许可{self.stamp}",
                "name_en": f"Coach line permit {self.stamp}",
                "legal_basis": "示例依据",
                "holder_kind": "person",
                "validity_months": "24",
                "fields-0-name_zh": "线路",
                "fields-0-name_en": "Line",
                "fields-0-key": "line",
                "fields-0-required": True,
                "fields-0-exposure": "shown",
            }
        )
        officer.tick("holder_code_types", "111")
        officer.submit("name_zh")
        officer.page.locator('main form[action*="/publish/"] button, main button[value="publish"]').first.click()
        officer.page.wait_for_load_state()
        code = re.search(r"/licenses/types/(\w{21})/", officer.page.url)
        assert code
        officer.visit(f"/licenses/new/{code[1]}/")
        base = f"22010220300101{int(time.time()) % 999:03d}"
        wrong = "0" if identity_check(base) != "0" else "1"
        officer.fill({"holder_name": "张秀兰", "holder_code_type": "111", "holder_code": base + wrong})
        officer.fill({"value_line": "长春—四平"})
        officer.submit("holder_name")
        assert officer.errors().count() >= 1, "a wrong check character is told"
        officer.fill({"holder_code": base + identity_check(base)})
        officer.submit("holder_name")
        self.license = officer.number
        parse_license_identifier(self.license)
        assert officer.state == "01"
        pdf = officer.download(f"/licenses/{self.license}/print.pdf")
        assert pdf.startswith(b"%PDF")
        officer.close()

    def verify(self) -> None:
        """Whoever scans the code sees that it is valid; revoked after revocation; not found for a changed character."""
        officer, visitor = self.person("jiaotong.license"), self.person()
        officer.visit(f"/licenses/{self.license}/")
        printed = officer.page.locator('main a[href*="/p/"]').first.get_attribute("href") or ""
        visitor.visit(printed)
        assert visitor.state == "valid"
        assert "张秀兰" not in visitor.text, "the holder's name is masked"
        changed = printed[:-1] + ("A" if printed[-1] != "A" else "B")
        visitor.visit(changed, status=visitor.status_of(changed))
        assert visitor.state == "not_found"
        officer.fill({"reason": "经查不符合许可条件。"})
        if officer.page.locator('main [name="basis"]').count():
            officer.fill({"basis": "《行政许可法》第六十九条"})
        officer.page.locator('main button[name="verb"][value="revoke"]').click()
        officer.page.wait_for_load_state()
        assert officer.state == "03"
        visitor.visit(printed)
        assert visitor.state == "revoked"
        visitor.visit("/verify/")
        officer.close()
        visitor.close()

    # 5. the record

    def audit(self) -> None:
        """The auditor finds every act, and the chain is confirmed."""
        auditor = self.person("sjj.audit")
        for action in (
            "catalog.submit",
            "catalog.approve",
            "catalog.return",
            "catalog.publish",
            "sharing.request.consent",
            "sharing.request.approve",
            "sharing.grant.suspend",
            "gate.disclose",
            "opening.publish",
            "licenses.license.revoke",
            "accounts.sign_in",
        ):
            auditor.visit(f"/audit/?action={action}")
            assert auditor.page.locator("main tbody tr").count() >= 1, f"{action} is not in the record"
        done = self.product.manage("verify_audit")
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout.strip().splitlines()[-1])["records"] > 0
        auditor.visit("/audit/")
        auditor.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_story(people: People, product: Product, tmp_path: Path, language: str) -> None:
    story = Story(people, product, language, tmp_path)
    story.register()
    story.upload()
    story.review()
    story.find_and_ask()
    story.decide()
    story.read()
    story.open_edition()
    story.public()
    story.issue()
    story.verify()
    story.audit()
