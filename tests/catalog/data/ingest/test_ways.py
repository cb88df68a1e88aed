"""The quick way through plain text gives what the careful way gives."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from catalog.data.formats.plain import NotPlain, PlainText
from catalog.data.ingest import ingest
from catalog.data.schema import Column
from tests.catalog.data.ingest.taking import TWO, take

PLAIN = "code,amount\n" + "".join(f"{n:05d},{n}\n" for n in range(50_000))
HARDER = {
    "blank line at the end": PLAIN + "\n\n",
    "blank line inside": PLAIN + "\n99999,1\n",
    "row without values": PLAIN + ",\n99999,1\n",
    "row of blanks": PLAIN + " ,\u3000\n",
    "line ends of two kinds": PLAIN + "99998,1\r\n99999,1\n",
    "trailing delimiter": PLAIN + "99999,1,\n",
    "quotation mark": PLAIN + '99999,"1"\n',
    "no last line end": PLAIN + "99999,1",
    "end mark of DOS": PLAIN + "99999,1\n\x1a",
    "other delimiter": PLAIN.replace(",", "\t"),
    "blank line first": "\n" + PLAIN,
}


@pytest.mark.parametrize("text", HARDER.values(), ids=HARDER.keys())
def test_quick_way_gives_what_the_careful_way_gives(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, quick_rows = take(tmp_path, TWO, text)

    def refuse(*_: Any) -> None:
        raise NotPlain

    monkeypatch.setattr(PlainText, "batches", refuse)
    (tmp_path / "out" / "typed.parquet").unlink()
    careful, careful_rows = take(tmp_path, TWO, text)
    assert quick == careful
    assert quick_rows == careful_rows
    assert careful.stands


def test_quick_way_keeps_lines_and_encodings(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "typed.parquet"
    columns = [Column(id="a", name="代码"), Column(id="b", name="名称")]
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        source.write_bytes(("\n代码,名称,其他\n" + "".join(f"{n},䶮{n},x\n" for n in range(30_000))).encode(encoding))
        assert ingest(source, columns, target).stands
        rows = pq.read_table(target).to_pylist()
        assert rows[0] == {"__row": 3, "a": "0", "b": "䶮0"}
        assert rows[-1] == {"__row": 30_002, "a": "29999", "b": "䶮29999"}
