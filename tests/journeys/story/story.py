"""What the chapters of the story hand on to each other, and the files its people bring."""

import csv
import io
import time
from pathlib import Path

import openpyxl

from tests.journeys.conftest import People
from tests.journeys.product import Product
from tests.journeys.reader import Reader

FILES = Path(__file__).parents[3] / "portal" / "demonstration" / "data" / "files"
STREETS = FILES / "jilin_streets.csv"
COLUMNS = ("code", "name", "areaCode", "provinceCode", "cityCode")
ABSTRACT = "吉林省街道乡镇的统计用区划代码和名称,用于核对地址。"
ENGLISH = "Codes and names of the streets and townships of Jilin, for checking addresses."


def rows_of_streets(count: int | None = None) -> list[list[str]]:
    with STREETS.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[: None if count is None else count + 1]


def write_text(path: Path, rows: list[list[str]], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_workbook(path: Path, rows: list[list[str]]) -> Path:
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
