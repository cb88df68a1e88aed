"""Archives, and files that are not what their name says."""

import gzip

from tests.catalog.data.hostile.build import (
    gbk_named,
    packed,
    sheet_of,
)
from tests.catalog.data.hostile.make.cases import PLAIN, TWO, case


def archives() -> None:
    """ZIP and gzip."""
    plain = PLAIN.encode()
    case("zip-one.zip", packed([("a.csv", plain)]), rows=TWO)
    case("zip-gbk-name.zip", gbk_named("区划代码", plain), rows=TWO)
    case("zip-folder.zip", packed([("吉林/区划/a.csv", plain)]), rows=TWO)
    case("zip-joined.zip", packed([("b10.csv", b"code,name\n10,j\n"), ("b2.csv", b"name,code\nb,2\n")]),
         rows=[["2", "b"], ["10", "j"]], notes=["note_joined"])  # fmt: skip
    case("zip-joined-kinds.zip", packed([("a.csv", plain), ("b.xlsx", sheet_of([["代码", "名称"], ["0433", "延边"]]))]),
         rows=[*TWO, ["0433", "延边"]], notes=["note_joined"])  # fmt: skip
    case("zip-shapes.zip", packed([("a.csv", plain), ("b.csv", b"x,y\n1,2\n")]), code="archive_shapes")
    case("zip-readme.zip", packed([("说明.txt", "仅供参考".encode()), ("a.csv", plain), ("b.pdf", b"%PDF")]), rows=TWO,
         notes=["note_ignored_file", "note_ignored_file"])  # fmt: skip
    case("zip-mac.zip", packed([("a.csv", plain), ("__MACOSX/._a.csv", b"\0\5\26\7")]), rows=TWO)
    case("zip-nothing.zip", packed([("a.pdf", b"%PDF")]), code="archive_empty")
    case("zip-empty.zip", packed([]), code="archive_empty")
    case("zip-nested.zip", packed([("inner.zip", packed([("a.csv", plain)]))]), code="archive_nested")
    case("zip-nested-disguised.zip", packed([("inner.csv", packed([("a.csv", plain)]))]), code="archive_nested")
    case("zip-climbing.zip", packed([("../../etc/a.csv", plain)]), code="archive_path")
    case("zip-absolute.zip", packed([("/etc/a.csv", plain)]), code="archive_path")
    case("zip-drive.zip", packed([("C:\\a.csv", plain)]), code="archive_path")
    case("zip-encrypted.zip", _encrypted(), code="archive_encrypted")
    case("zip-cut.zip", packed([("a.csv", plain)])[:-20], code="damaged")
    case("zip-bad-crc.zip", packed([("a.csv", plain * 50)]).replace(b"\x03\x04", b"\x03\x04", 1)[:60] + b"\0" * 10
         + packed([("a.csv", plain * 50)])[70:], code="damaged")  # fmt: skip
    case("zip-bad-inside.zip", packed([("a.csv", b"code,name\n1,\xff\xff\n")]), code="encoding")
    case("gz-plain.csv.gz", gzip.compress(plain, mtime=0), rows=TWO)
    case("gz-xlsx.gz", gzip.compress(sheet_of([["代码", "名称"], *TWO]), mtime=0), rows=TWO)
    case("gz-cut.csv.gz", gzip.compress(plain, mtime=0)[:-6], code="damaged")
    case("gz-twice.gz", gzip.compress(gzip.compress(plain, mtime=0), mtime=0), code="archive_nested")
    case("rar.rar", b"Rar!\x1a\x07\x00" + bytes(40), code="archive_other")
    case("7z.csv", b"7z\xbc\xaf\x27\x1c" + bytes(40), code="archive_other")
    case("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(40), code="format_unknown")
    case("program.csv", b"MZ" + bytes(80), code="format_unknown")


def _encrypted() -> bytes:
    content = bytearray(packed([("a.csv", PLAIN.encode())]))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)
