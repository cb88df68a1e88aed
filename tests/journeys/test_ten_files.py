"""Ten files of ten makes, as ten offices would send them: handed in, checked, mended, scored and compared.

All hold streets of Jilin from the shipped list; each has other rows than the one before, so that a wrong one shows.
"""

import csv
import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.catalog.data.hostile.build import ods, ods_row, old_book, packed, parquet, sheet_of
from tests.journeys.conftest import People
from tests.journeys.reader import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("product")]

STREETS = Path(__file__).parents[2] / "portal" / "demonstration" / "data" / "files" / "jilin_streets.csv"
ROWS = list(csv.reader(io.StringIO(STREETS.read_text(encoding="utf-8-sig"))))
HEADER, FEWEST, MORE = ROWS[0], 120, 30
Table = list[list[str]]


def _text(rows: Table, delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _titled(rows: Table) -> bytes:
    """A form as offices fill it in: title, who filled it in, the table, a remark below."""
    above, below = [["吉林省街道乡镇名单"], ["填报单位：省民政厅"], []], [[], ["注：数据截至2023年底"]]
    return _text([*above, *rows, *below]).encode("utf-8-sig")


def _merged(rows: Table) -> bytes:
    """A workbook whose title spans the table and whose last three columns stand under one heading."""
    top = [*rows[0][:2], "所属区划", None, None]
    return sheet_of(
        [["吉林省街道乡镇名单"], top, [None, None, *rows[0][2:]], *rows[1:]], ["A1:E1", "A2:A3", "B2:B3", "C2:E2"]
    )


def _answer(rows: Table) -> bytes:
    """What an interface gives: the rows inside of an envelope."""
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    body = {"code": 0, "message": "ok", "data": {"total": len(records), "rows": records}}
    return json.dumps(body, ensure_ascii=False).encode()


def _xml(rows: Table) -> bytes:
    records = (
        "<street>" + "".join(f"<{name}>{cell}</{name}>" for name, cell in zip(rows[0], row, strict=True)) + "</street>"
        for row in rows[1:]
    )
    declaration = '<?xml version="1.0" encoding="GB2312"?>'
    return f"{declaration}<streets>{''.join(records)}</streets>".encode("gb18030")


def _parquet(rows: Table) -> bytes:
    return parquet(**{name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])})


def _zip(rows: Table) -> bytes:
    """Two parts, one of them lines of JSON, in one archive."""
    half = len(rows) // 2
    lines = "".join(json.dumps(dict(zip(rows[0], row, strict=True)), ensure_ascii=False) + "\n" for row in rows[half:])
    return packed([("1.csv", _text(rows[:half]).encode()), ("2.ndjson", lines.encode())])


MAKES: dict[str, Callable[[Table], bytes]] = {
    "database.csv": lambda rows: _text(rows).encode("gb18030"),
    "form.csv": _titled,
    "tabs.tsv": lambda rows: _text(rows, "\t").encode(),
    "merged.xlsx": _merged,
    "old.xls": old_book,
    "office.ods": lambda rows: ods("".join(ods_row(*row) for row in rows)),
    "interface.json": _answer,
    "exchange.xml": _xml,
    "columns.parquet": _parquet,
    "parts.zip": _zip,
}


class Files:
    """One officer, one resource, and file after file."""

    def __init__(self, officer: Reader, folder: Path) -> None:
        self.officer, self.folder, self.resource, self.versions = officer, folder, "", 0

    def register(self) -> None:
        """Register a resource and take its items from the shipped list."""
        stamp = f"{self.officer.language}{int(time.time()) % 100000}"
        self.officer.visit("/catalog/register/")
        self.officer.fill({"title_zh": f"街道乡镇十表{stamp}", "title_en": f"Streets in ten makes {stamp}"})
        self.officer.submit("title_zh")
        self.resource = self.officer.page.url.split("/catalog/")[1].split("/")[0]
        self.officer.visit(f"/catalog/{self.resource}/edit/items/")
        if not self.officer.page.locator('main details[open] [name="file"]').count():
            self.officer.page.locator("main details summary").first.click()
        self.officer.fill({"file": STREETS})
        self.officer.submit("file")
        self.officer.submit("items-0-code")

    def hand_in(self, name: str, content: bytes, *ends: str, note: str = "") -> str:
        """Hand in a file and wait for the end of its check, which is one of `ends`."""
        path = self.folder / name
        path.write_bytes(content)
        self.officer.hand_in(self.resource, {"file": path, "note": note})
        state = self.officer.wait_for_state("accepted", "deciding", "rejected", "failed")
        assert state in ends, f"{name}: {self.officer.text}"
        return state

    def figure(self, at: int) -> int:
        """The rows read (0), fitting (1) or not fitting (2) of the report that is shown."""
        shown = self.officer.page.locator("main dl.kv").first.locator("dd").nth(at).inner_text()
        return int(re.sub(r"\D", "", shown))

    def newest(self) -> str:
        """What the list of versions says of the newest one; every accepted file added exactly one."""
        self.versions += 1
        self.officer.visit(f"/catalog/{self.resource}/versions/")
        lines = self.officer.page.locator("main tbody tr")
        assert lines.count() == self.versions
        return str(lines.filter(has=self.officer.page.locator('[data-state="current"]')).inner_text())

    def ten(self) -> None:
        """Every make is read whole: as many rows as it holds, the same first row, and the difference is told."""
        for number, (name, made) in enumerate(MAKES.items()):
            count = FEWEST + MORE * number
            rows = [HEADER, *ROWS[1 + number : 1 + number + count]]
            self.hand_in(name, made(rows), "accepted", note=f"第{number + 1}份")
            assert (self.figure(0), self.figure(1), self.figure(2)) == (count, count, 0), name
            newest = self.newest()
            assert name in newest
            assert f"第{number + 1}份" in newest
            assert number == 0 or f"+{MORE}" in newest, newest
            self.officer.visit(f"/catalog/{self.resource}/rows/")
            first = self.officer.page.locator("main tbody tr").first.inner_text()
            assert [cell for cell in rows[1] if cell not in first] == [], name

    def with_bad_rows(self) -> None:
        """A file with bad rows is refused once and mended; the next is taken without them."""
        good = [HEADER, *ROWS[1:101]]
        bad = [list(row) for row in good]
        bad[7][0], bad[9][0] = "2.201E+08", "2.2E+08"
        self.hand_in("bad.csv", _text(bad).encode("gb18030"), "deciding")
        assert self.figure(2) == 2
        assert "8" in self.officer.page.locator("main table").last.inner_text(), "the report names the line"
        marked = self.officer.page.locator('main a[href$="/rejects/"]').get_attribute("href") or ""
        given_back = self.officer.download(marked)
        assert b"2.201E+08" in given_back
        assert len(given_back) > len(_text(bad).encode("gb18030")), "the errors stand beside their rows"
        self.officer.press("refuse", "代码被写成了科学计数法，修改后重新提交。")
        assert self.officer.state == "rejected"
        self.officer.visit(f"/catalog/{self.resource}/versions/")
        assert self.officer.page.locator("main tbody tr").count() == self.versions, "a refused file changes nothing"
        self.hand_in("mended.csv", _text(good).encode("gb18030"), "accepted")
        newest, fewer = self.newest(), FEWEST + MORE * (len(MAKES) - 1) - 100
        assert self.versions == 1 or f"-{fewer}" in newest, newest
        self.hand_in("bad-again.csv", _text(bad).encode("gb18030"), "deciding")
        self.officer.press("accept_fitting", "其余各行先行使用。")
        assert self.officer.wait_for_state("accepted", "rejected", "failed") == "accepted", self.officer.text
        assert self.figure(2) == 2
        assert "-2" in self.newest()

    def scored(self) -> None:
        """The quality page shows a score of the version that stands, with its dimensions."""
        self.officer.visit(f"/catalog/{self.resource}/quality/")
        end = time.monotonic() + 30
        while not self.officer.page.locator("main .stats .stat b").count():
            assert time.monotonic() < end, self.officer.text
            time.sleep(0.5)
            self.officer.page.reload()
        self.officer.look()
        score = float(self.officer.page.locator("main .stats .stat b").first.inner_text())
        assert 0 < score <= 100
        assert str(self.versions) in self.officer.page.locator("main .hint").first.inner_text()


def test_ten_files_of_ten_makes(people: People, tmp_path: Path) -> None:
    files = Files(people("zh", "minzheng.officer"), tmp_path)
    files.register()
    files.ten()
    files.with_bad_rows()
    files.scored()


def test_bad_rows_are_told_in_english(people: People, tmp_path: Path) -> None:
    files = Files(people("en", "minzheng.officer"), tmp_path)
    files.register()
    files.with_bad_rows()
    files.scored()
