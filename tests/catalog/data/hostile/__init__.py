"""Hostile files: what people really hand in, made here byte by byte, each with its expected outcome."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook

Rows = list[list[object]]


@dataclass(frozen=True)
class Readable:
    """A file that must be read as exactly these rows."""

    name: str
    content: bytes
    header: tuple[str, ...]
    rows: list[list[str | None]]
    lines: list[int] | None = None


@dataclass(frozen=True)
class Refused:
    """A file that must be refused with this code."""

    name: str
    content: bytes
    code: str


def book(rows: Rows, before: Callable[[Workbook], None] | None = None) -> bytes:
    """Make an XLSX of these rows."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    if before:
        before(workbook)
        sheet = workbook.create_sheet("数据")
    for row in rows:
        sheet.append(row)
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


TABLE = "代码,名称\n0431,长春\n0432,吉林\n"
ROWS: list[list[str | None]] = [["0431", "长春"], ["0432", "吉林"]]
HEAD = ("代码", "名称")
LATE = "代码,名称\n" + "1,a\n" * 600_000

READABLE = [
    Readable("utf8.csv", TABLE.encode(), HEAD, ROWS, [2, 3]),
    Readable("bom.csv", TABLE.encode("utf-8-sig"), HEAD, ROWS),
    Readable("gb18030.csv", TABLE.encode("gb18030"), HEAD, ROWS),
    Readable("utf16.csv", TABLE.encode("utf-16"), HEAD, ROWS),
    Readable("semicolon.csv", TABLE.replace(",", ";").encode(), HEAD, ROWS),
    Readable("tab.txt", TABLE.replace(",", "\t").encode("gb18030"), HEAD, ROWS),
    Readable("pipe.csv", TABLE.replace(",", "|").encode(), HEAD, ROWS),
    Readable("crlf.csv", TABLE.replace("\n", "\r\n").encode(), HEAD, ROWS, [2, 3]),
    Readable("no_last_line_end.csv", TABLE.rstrip("\n").encode(), HEAD, ROWS),
    Readable("blank_lines.csv", "\n\n代码,名称\n\n1,2\n\n,\n3,4\n".encode(), HEAD, [["1", "2"], ["3", "4"]], [5, 8]),
    Readable("quoted.csv", '代码,名称\n1,"长,春"\n2,"第一行\n第二行"\n3,"说""好"""\n'.encode(), HEAD,
             [["1", "长,春"], ["2", "第一行\n第二行"], ["3", '说"好"']], [2, 3, 5]),
    Readable("four_byte.csv", "代码,名称\n1,䶮𠮷😀\n".encode("gb18030"), HEAD, [["1", "䶮𠮷😀"]]),
    Readable("semicolons.csv", "代码,名称\n1,a;b;c\n2,d;e;f\n".encode(), HEAD, [["1", "a;b;c"], ["2", "d;e;f"]]),
    Readable("one_column.csv", "代码\n0431\n0432\n".encode(), ("代码",), [["0431"], ["0432"]]),
    Readable("spaced_header.csv", " 代码\u3000, 名称 \n1,2\n".encode(), HEAD, [["1", "2"]]),
    Readable("trailing_delimiter.csv", "代码,名称,\n1,2,\n".encode(), HEAD, [["1", "2", ""]]),
    Readable("only_header.csv", "代码,名称\n".encode(), HEAD, []),
    Readable("dos_end.csv", TABLE.encode() + b"\x1a", HEAD, ROWS),
    Readable("wrong_extension.xlsx", TABLE.encode(), HEAD, ROWS),
    Readable("array.json", '[{"代码":"0431","名称":"长春"},\n {"名称":"吉林","代码":"0432"}]'.encode(),
             HEAD, ROWS, [1, 2]),
    Readable("lines.ndjson", '{"代码":"0431","名称":"长春"}\n\n{"代码":"0432","名称":"吉林"}\n'.encode(),
             HEAD, ROWS, [1, 3]),
    Readable("late_key.json", b'[{"a":1},{"b":true,"a":null}]', ("a", "b"), [["1", None], [None, "true"]]),
    Readable("exact_numbers.json", b'[{"a":220102199001011234567890,"b":1.10,"c":1e400}]', ("a", "b", "c"),
             [["220102199001011234567890", "1.10", "1e400"]]),
    Readable("book.xlsx", book([["代码", "名称"], ["0431", "长春"], ["0432", "吉林"]]), HEAD, ROWS, [2, 3]),
    Readable("numbers.xlsx", book([["a", "b", "c"], [220100, 1.5, True], [220102199001011234, 0.00001, None]]),
             ("a", "b", "c"), [["220100", "1.5", "true"], ["2.20102E+17", "0.00001", ""]]),
    Readable("second_sheet.xlsx", book([["代码", "名称"], ["1", "2"]], before=lambda w: None), HEAD, [["1", "2"]]),
]  # fmt: skip

REFUSED = [
    Refused("empty.csv", b"", "file_empty"),
    Refused("only_blank_lines.csv", b"\n\n  \n", "file_empty"),
    Refused("only_bom.csv", b"\xef\xbb\xbf", "file_empty"),
    Refused("duplicate_header.csv", b"a,b,a\n1,2,3\n", "header_duplicate"),
    Refused("blank_header.csv", b"a,,c\n1,2,3\n", "header_blank_cell"),
    Refused("nul_bytes.csv", b"a,b\n1,\x002\n", "binary"),
    Refused("control.csv", b"a,b\n1,\x072\n", "binary"),
    Refused("random.csv", bytes(range(256)) * 40, "encoding"),
    Refused("invalid.csv", b"a,b\n1,\xff\xff\n", "encoding"),
    Refused("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "format_unknown"),
    Refused("document.pdf", b"%PDF-1.7 ...", "format_unknown"),
    Refused("packed.csv.gz", b"\x1f\x8b\x08" + bytes(60), "damaged"),
    Refused("broken.xlsx", b"PK\x03\x04" + bytes(200), "damaged"),
    Refused("broken.parquet", b"PAR1" + bytes(200), "damaged"),
    Refused("broken.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "damaged"),
    Refused("empty.xlsx", book([]), "file_empty"),
    Refused("duplicate.xlsx", book([["a", "a"], [1, 2]]), "header_duplicate"),
    Refused("cut.json", b'[{"a":1},{"a":', "json_syntax"),
    Refused("comma.json", b'[{"a":1},]', "json_syntax"),
    Refused("tail.json", b'[{"a":1}] x', "json_syntax"),
    Refused("scalars.json", b"[1,2,3]", "json_shape"),
    Refused("empty.json", b"[]", "file_empty"),
    Refused("deep.json", b"[" * 100_000, "json_syntax"),
    Refused("open_quote.csv", b'a,b\n1,"2\n' + b"3,4\n" * 10, "bad_quoting"),
    Refused("quote_in_middle.csv", b'a,b\n1,"2"x\n', "bad_quoting"),
    Refused("huge_cell.csv", b"a,b\n1," + b"x" * 1_000_001 + b"\n", "cell_too_long"),
    Refused("swallowed.csv", b'a,b\n1,"2\n' + b"3,4\n" * 300_000, "cell_too_long"),
    Refused("wide.csv", b",".join(b"c%d" % n for n in range(2001)) + b"\n", "too_many_columns"),
]
