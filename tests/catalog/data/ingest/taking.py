"""Takes a written file in as an officer's would be: columns, text, what came of it."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from catalog.data.ingest import IngestReport, ingest
from catalog.data.schema import Column, ItemType


def column(kind: str = "C", **facts: Any) -> Column:
    return Column(id="x", name="x", title="值", type=ItemType(kind), **facts)


def take(tmp_path: Path, columns: list[Column], text: str, **options: Any) -> tuple[IngestReport, list[dict[str, Any]]]:
    source, target = tmp_path / "in.csv", tmp_path / "out" / "typed.parquet"
    source.write_text(text)
    report = ingest(source, columns, target, **options)
    return report, pq.read_table(target).to_pylist() if target.exists() else []


def quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


TWO = [
    Column(id="c1", name="code", title="代码", primary_key=True),
    Column(id="c2", name="amount", title="金额", type=ItemType.NUMERIC),
]
