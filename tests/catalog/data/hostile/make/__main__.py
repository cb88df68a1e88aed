"""Writes all files and the table of their outcomes anew."""

import json

from tests.catalog.data.hostile.make.archives import archives
from tests.catalog.data.hostile.make.cases import CASES, FOLDER, TABLE
from tests.catalog.data.hostile.make.cells import cells
from tests.catalog.data.hostile.make.plain import delimiters, encodings, layouts
from tests.catalog.data.hostile.make.texts import texts
from tests.catalog.data.hostile.make.workbooks import workbooks


def make() -> None:
    """Write all files and the table."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for group in (encodings, delimiters, layouts, workbooks, texts, archives, cells):
        group()
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in CASES)
    TABLE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


make()
