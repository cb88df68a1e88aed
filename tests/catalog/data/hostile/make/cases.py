"""The files that are made, each with what must come of it, and what many of them hold."""

from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "files"
TABLE = Path(__file__).parents[1] / "expected.json"
PLAIN = "代码,名称\n0431,长春\n0432,吉林\n"
TWO = [["0431", "长春"], ["0432", "吉林"]]
AREA = "code|代码|C,name|名称|C"
FULL = "code|代码|C,name|名称|C,amount|金额|N,day|日期|D"
HALVES = "area|地区|C,male|男|I,female|女|I"
PARENTS = "area|地区|C,pop_male|人口_男|I,pop_female|人口_女|I,job_male|就业_男|I,job_female|就业_女|I"
CASES: list[dict[str, Any]] = []


def case(name: str, content: bytes | str, columns: str = AREA, *, sheet: str = "", **outcome: Any) -> None:
    """Keep a file and what must come of it: `rows`, `rejects` ([line, item, code]) and `notes`, or `code`."""
    (FOLDER / name).write_bytes(content.encode() if isinstance(content, str) else content)
    if name.endswith(".xml") and "rows" in outcome:
        outcome["notes"] = ["note_xml_row"]
    CASES.append({"file": name, "columns": columns, "sheet": sheet, **outcome})
