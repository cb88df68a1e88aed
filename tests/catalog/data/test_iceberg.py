"""Iceberg metadata over files as they lie there, read by other people's reader."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyiceberg.table import StaticTable

from catalog.data.iceberg import IcebergFile, IcebergTable
from tests.catalog.data.parity.hostile import COLUMNS, ROWS, files

# pyiceberg's own use of its libraries.
pytestmark = pytest.mark.filterwarnings("ignore")


def written(folder: Path, table: IcebergTable) -> str:
    (folder / "manifest.avro").write_bytes(table.manifest)
    (folder / "snapshot.avro").write_bytes(table.manifest_list)
    metadata = folder / "v1.metadata.json"
    metadata.write_bytes(table.metadata)
    return str(metadata)


def test_files_named_by_id_are_read_under_their_names_without_being_copied(tmp_path: Path) -> None:
    path = Path(files()[1].address)
    table = IcebergTable(
        address=str(tmp_path),
        columns=COLUMNS,
        files=(IcebergFile(str(path), 70, path.stat().st_size),),
        number=3,
        made_at=1_790_000_000_000,
        decimals={"c6": "decimal(18, 3)"},
    )
    read = StaticTable.from_metadata(written(tmp_path, table)).scan().to_arrow()
    assert read.column_names == [column.name for column in COLUMNS]
    assert read.num_rows == pq.read_metadata(path).num_rows
    names = [column.name for column in COLUMNS if column.name != "real"]
    assert read.select(names).to_pylist() == [{name: row[name] for name in names} for row in ROWS[70:]]
    assert list(tmp_path.glob("*.parquet")) == []


def test_a_row_filter_and_a_file_that_lacks_a_column(tmp_path: Path) -> None:
    places = [Path(file.address) for file in files()]
    table = IcebergTable(
        address=str(tmp_path),
        columns=COLUMNS,
        files=tuple(IcebergFile(str(path), 70, path.stat().st_size) for path in places),
        number=1,
        made_at=1_790_000_000_000,
        decimals={"c6": "decimal(19, 3)"},
    )
    opened = StaticTable.from_metadata(written(tmp_path, table))
    assert opened.scan().count() == len(ROWS)
    found = opened.scan(row_filter="whole = 7", selected_fields=("whole", "late")).to_arrow().to_pylist()
    assert found == [{"whole": row["whole"], "late": row["late"]} for row in ROWS if row["whole"] == 7]
