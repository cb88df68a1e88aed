"""A delivery as an Iceberg table: over files prepared for its reader, or the version's own where none is withheld."""

from __future__ import annotations

from catalog.data.iceberg import IcebergFile, IcebergTable
from catalog.data.prepared import PreparedFile
from catalog.gate.delivery import Delivery
from catalog.gate.delta.parts import Part, parts_of
from catalog.selectors.manifest import version_files


def edition_of(delivery: Delivery) -> str:
    """Name what a table's addresses stand for: another version or plan has another."""
    return delivery.etag.strip(chr(34))[:16]


def table_files(delivery: Delivery, *, originals: bool) -> list[Part]:
    """Give the files of the table in order: those prepared for the reader (once, the same that Delta Sharing gives).

    With `originals` they are those of the version when all of them may leave as they lie there: the plan gives every
    column as it is and every row, and each file holds those columns and no other, in one type.
    """
    if not originals:
        return parts_of(delivery)
    files = list(version_files(delivery.warrant.version))
    layout = dict(delivery.warrant.version.layout)
    is_bare = (
        delivery.plan.is_whole
        and {column.name for column in delivery.columns} == {column.name for column in delivery.plan.delivered}
        and all(column.op == "pass" for column in delivery.plan.delivered)
        and all(file.layout == layout for file in files)
    )
    if not is_bare:
        return parts_of(delivery)
    return [Part(file.uri, file.row_count, file.byte_count, file.sha256) for file in files]


def table_of(delivery: Delivery, address: str, *, originals: bool) -> IcebergTable:
    """Describe the delivery as a table whose parts are found below `address`."""
    version, fields = delivery.warrant.version, delivery.query.fields
    layout = {column.id: kind.lower() for column in delivery.columns if (kind := version.layout.get(column.id, ""))}
    return IcebergTable(
        address=address,
        columns=fields,
        files=tuple(
            IcebergFile(f"{address}/data/{place}.parquet", part.rows, part.size)
            for place, part in enumerate(table_files(delivery, originals=originals))
        ),
        number=version.number,
        made_at=int(version.created_at.timestamp() * 1000),
        decimals={name: kind.replace(",", ", ") for name, kind in layout.items() if kind.startswith("decimal")},
    )


def as_prepared(part: Part) -> PreparedFile:
    """Give a part as a file that can be sent."""
    return PreparedFile(part.name, part.size)
