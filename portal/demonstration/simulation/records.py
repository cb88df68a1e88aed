"""Makes synthetic rows: versions in Parquet of simulated resources, as an accepted upload would leave them."""

import tempfile
from pathlib import Path

import duckdb
from django.db import transaction

from catalog.data.profile import profile
from catalog.data.schema import ROW_COLUMN, SQL_TYPES, Column
from catalog.models import Resource
from catalog.services.manifest import Origin, commit_version, store_file
from catalog.services.versions import item_columns
from portal.demonstration.simulation.making import SIMULATION, Tell, note, simulated_person
from portal.demonstration.simulation.resources import CODE

MOST_ROWS_OF_A_TABLE = 5_000_000
MOST_TABLES = 200
_VALUES = {
    "code": "printf('%012d', i)",
    "name": "'模拟记录' || i",
    "area_code": "printf('22%02d%02d', 1 + hash(i) % 8, 1 + hash(i + 1) % 20)",
    "amount": "hash(i + 2) % 100000",
}


def simulate_records(total: int, *, tell: Tell) -> None:
    """Bring the rows of simulated resources to ``total``, in tables of equal size; needs published ones.

    Goes on at the first simulated resource without a version. Writes Parquet files to the storage.
    """
    resources = Resource.objects.filter(code__startswith=CODE, state="published").order_by("code")
    tables = min(MOST_TABLES, resources.count(), max(1, total // 1000))
    if not total or not tables:
        return
    rows = min(MOST_ROWS_OF_A_TABLE, -(-total // tables))
    for number, resource in enumerate(resources[: max(tables, -(-total // rows))], 1):
        if resource.current_version_id is None:
            _add_version(resource, rows)
            tell(f"records: {min(number * rows, total)} of {total}")


def _add_version(resource: Resource, rows: int) -> None:
    columns = item_columns(resource)
    with tempfile.TemporaryDirectory(prefix="simulate-") as name:
        path = Path(name) / "rows.parquet"
        _write(path, columns, rows)
        described = profile(path, columns, Path(name)).to_json()
        file = store_file(resource, "simulated", path, columns)
    with transaction.atomic():
        commit_version(
            SIMULATION,
            resource=resource,
            kind="replace",
            files=[file],
            columns=columns,
            profile=described,
            origin=Origin(name="simulate_province.parquet", sha256=file.file.sha256, person_id=simulated_person().pk),
        )
        note(f"records of {resource.code}", range(1, rows + 1))


def _write(path: Path, columns: tuple[Column, ...], rows: int) -> None:
    listed = ", ".join(f'({_VALUES[c.name]})::{SQL_TYPES[c.type].format(scale=0)} AS "{c.id}"' for c in columns)
    with duckdb.connect() as connection:
        connection.execute(
            f'COPY (SELECT i AS "{ROW_COLUMN}", {listed} FROM range(1, {rows + 1}) AS t(i)) '  # noqa: S608 - own names
            f"TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 61440)"
        )
