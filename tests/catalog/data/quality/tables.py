"""A table of hostile values for the rules, and plain Python that answers each rule on it: the oracle."""

import datetime
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.data.schema import ROW_COLUMN, Column, ItemType
from portal.kernel.identifiers import identity_check, is_identity_number, is_uscc, make_uscc

COLUMNS = (
    Column(id="c1", name="code", title="代码", primary_key=True),
    Column(id="c2", name="idno", title="身份证号"),
    Column(id="c3", name="uscc", title="统一社会信用代码"),
    Column(id="c4", name="text", title="说明"),
    Column(id="c5", name="begin", title="开始日期", type=ItemType.DATE),
    Column(id="c6", name="end", title="结束日期", type=ItemType.DATE),
    Column(id="c7", name="amount", title="金额", type=ItemType.MONEY),
    Column(id="c8", name="count", title="数量", type=ItemType.INTEGER),
    Column(id="c9", name="ratio", title="比例", type=ItemType.DOUBLE),
    Column(id="c10", name="seen", title="时间", type=ItemType.DATETIME),
    Column(id="c11", name="valid", title="有效", type=ItemType.BOOLEAN),
)
TYPES = {
    "c5": pa.date32(), "c6": pa.date32(), "c7": pa.decimal128(18, 2), "c8": pa.int64(), "c9": pa.float64(),
    "c10": pa.timestamp("us"), "c11": pa.bool_(),
}  # fmt: skip
TEXTS: list[str | None] = [
    None, "长春", "吉林😀", "０１２", "", " ", "a" * 3000, "it's", 'say "hi"', "line\nend", "%_\\", "$v0", "䶮𠮷",
    "测试",
    "test12", "XXX", "xx", "***", "？？", "ＡＢＣ", "长 春", "长  春", "长春\u3000", " 长春", "长\x07春", "长\u200b春",
    "锟斤拷",
    "\ufffd", "N/A", "#REF!", "2023年1月5日", "20230230", "1,234.50", "1.2E+17", "是", "-5", "012345", "无", "未知",
    "null",
    "\t长春", "２０２３-01-05",
]  # fmt: skip


def _identity(number: int) -> str | None:
    base = f"2201{number % 90 + 10:02d}{1949 + number % 80}{number % 14:02d}{number % 33:02d}{number % 1000:03d}"
    good = base + identity_check(base)
    return [good, good, good[:-1] + "X", good.lower(), good[:17], "0" + good[1:], None, "１" + good[1:], good + " ",
            "22010219900230123" + identity_check("22010219900230123"),
            "22010200000101123" + identity_check("22010200000101123")][number % 11]  # fmt: skip


def _uscc(number: int) -> str | None:
    good = make_uscc("91", "220101", f"MA9{number % 10000:04d}X")
    bad = good[:-1] + ("0" if good[-1] != "0" else "1")
    organization = good[:16] + ("1" if good[16] != "1" else "2") + good[17]
    return [good, bad, organization, good.lower(), None, good[:17], good.replace("M", "I"), "1122000" + good[7:]][
        number % 8
    ]


def rows(count: int = 700) -> list[dict[str, Any]]:
    """Make rows whose columns repeat with different periods."""
    start = datetime.date(1999, 12, 20)
    made = []
    for number in range(count):
        first = start + datetime.timedelta(days=number * 3) if number % 5 else None
        made.append({
            ROW_COLUMN: number * 2 + 2,
            "c1": f"K{number % (count - 9)}" if number % 97 else None,
            "c2": _identity(number),
            "c3": _uscc(number),
            "c4": TEXTS[number % len(TEXTS)],
            "c5": first,
            "c6": start + datetime.timedelta(days=number * 3 - 2 + number % 4) if number % 7 else None,
            "c7": Decimal(number * 37 - 900) / 100 if number % 6 else None,
            "c8": [number, -number, None, 2**60 + number, 0][number % 5],
            "c9": [0.5, None, float("nan"), -1e300, float("inf"), float(number)][number % 6],
            "c10": datetime.datetime(2020, 1, 1) + datetime.timedelta(hours=number),  # noqa: DTZ001 - wall clock
            "c11": [True, False, None][number % 3],
        })  # fmt: skip
    return made


def write(path: Path, made: list[dict[str, Any]]) -> Path:
    """Write rows as a version file."""
    names = [ROW_COLUMN, *(column.id for column in COLUMNS)]
    types = {ROW_COLUMN: pa.int64(), **TYPES}
    table = pa.table({n: pa.array([row[n] for row in made], types.get(n, pa.string())) for n in names})
    pq.write_table(table, path)
    return path


_PLACEHOLDER = re.compile(
    r"(测试|test|demo)(数据|data)?[0-9]*|x{3,}|\*{3,}|[?？]{2,}|null|none|nan|undefined|n/a|#n/a|#null!|#ref!|#value!"
    r"|#div/0!|#name\?|asdf+|待补充|待填写|待完善|未填写|请填写|请输入",
    re.IGNORECASE,
)
_BLANK = " \t\n\r\f\v\u3000\u00a0"


def is_dirty(text: str) -> bool:
    """Say what the four checks on dirty values say, character by character."""
    control = any(
        (ord(c) < 32 and c not in "\t\n\r") or c in "\x7f\ufeff\ufffd\u2028\u2029" or "\u200b" <= c <= "\u200f"
        for c in text
    ) or any(word in text for word in ("锟斤拷", "烫烫烫"))  # fmt: skip
    wide = any("Ａ" <= c <= "Ｚ" or "ａ" <= c <= "ｚ" or "０" <= c <= "９" for c in text)
    inner = any(a in " \t\u3000\u00a0" and b in " \t\u3000\u00a0" for a, b in pairwise(text))
    spaces = text != "" and (text[0] in _BLANK or text[-1] in _BLANK or inner or "\u3000" in text)
    return control or wide or spaces or _PLACEHOLDER.fullmatch(text) is not None


identity_holds = is_identity_number
uscc_holds = is_uscc
