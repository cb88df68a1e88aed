"""A delta on a version: only the files that hold a touched key are written anew, new rows go into new files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from catalog.data.changes.operations import OPERATION, operation_sql
from catalog.data.changes.refusal import Refusal, gather, key_names
from catalog.data.duck import INGEST_LIMITS, Limits, attach_buckets, identifier, literal, workbench
from catalog.data.ingest.landed import ROW_GROUP
from catalog.data.rows import rows_sql, type_in
from catalog.data.schema import ROW_COLUMN, Column
from catalog.data.store import Location

ROW = identifier(ROW_COLUMN)


@dataclass(frozen=True, kw_only=True)
class HeldFile:
    """A file of the version that is changed: its number among all, where it is, which rows it holds."""

    number: int
    location: Location
    first_row: int
    last_row: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a delta makes: files written anew by their number (None: nothing is left of it), new files, counts.

    `refusal` is set and the rest empty when rows do not fit.
    """

    refusal: Refusal | None = None
    rewritten: Mapping[int, Path | None] = field(default_factory=dict)
    added: tuple[Path, ...] = ()
    changes: Mapping[str, int] = field(default_factory=dict)
    last_row: int = 0


@dataclass(frozen=True)
class _Bench:
    connection: duckdb.DuckDBPyConnection
    columns: Sequence[Column]
    types: Mapping[str, str]
    folder: Path

    @property
    def keys(self) -> list[Column]:
        return [column for column in self.columns if column.primary_key]

    def same_key(self, one: str, other: str) -> str:
        return " AND ".join(f"{one}.{identifier(key.id)} = {other}.{identifier(key.id)}" for key in self.keys)

    def count(self, table: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def existing_keys(
    parts: Sequence[Path],
    held: Sequence[Location],
    columns: Sequence[Column],
    types: Mapping[str, str],
    *,
    offset: int,
    folder: Path,
    limits: Limits = INGEST_LIMITS,
) -> Refusal | None:
    """Find rows to be appended whose key a held file has already; `offset` was added to their line.

    Constant memory. Gives None when there is none, or when the columns have no key.
    """
    keys = [column for column in columns if column.primary_key]
    if not keys or not held:
        return None
    with workbench(folder, limits) as connection:
        attach_buckets(connection, held)
        bench = _Bench(connection, columns, types, folder)
        listed = ", ".join(literal(str(part)) for part in parts)
        shown = _shown_key(keys, "s")
        query = (
            f"SELECT s.{ROW} - {int(offset)} AS line, {key_names(keys)} AS col, {shown} AS value, 'key_exists' AS code "
            f"FROM read_parquet([{listed}], union_by_name = true) s "
            f"SEMI JOIN {rows_sql(held, keys, types)} h ON {bench.same_key('s', 'h')}"
        )
        return gather(connection, [query], folder / "existing.parquet")


def apply_delta(
    staged: Sequence[Path],
    held: Sequence[HeldFile],
    columns: Sequence[Column],
    types: Mapping[str, str],
    *,
    last_row: int,
    part_rows: int,
    folder: Path,
    limits: Limits = INGEST_LIMITS,
) -> Outcome:
    """Apply staged rows (columns by id, `__row` their line, perhaps `_op`) to the held files.

    A changed row keeps its row number; a new one gets `last_row` and its line. A row that says what is held already is
    counted as unchanged, and no file is written for its sake. A row is refused whose operation is
    not known, that inserts a key that is there, changes or deletes one that is not, or lacks a required value.
    Constant memory; spills and writes into `folder`.
    """
    with workbench(folder, limits) as connection:
        attach_buckets(connection, [file.location for file in held])
        bench = _Bench(connection, columns, types, folder)
        _stage(bench, staged)
        _match(bench, [file.location for file in held])
        if (refusal := gather(connection, _refusals(bench), folder / "unfit.parquet")) is not None:
            return Outcome(refusal=refusal)
        _keep(bench, _touched(bench, held))
        rewritten = {file.number: _rewrite(bench, file) for file in _touched(bench, held)}
        added = _add(bench, last_row, part_rows)
        changes = dict(connection.execute("SELECT does, count(*) FROM acts GROUP BY 1").fetchall())
        highest = connection.execute("SELECT max(line) FROM staged").fetchall()[0][0] or 0
    counts = {name: int(changes.get(name, 0)) for name in ("added", "changed", "removed", "unchanged")}
    return Outcome(rewritten=rewritten, added=tuple(added), changes=counts, last_row=last_row + int(highest))


def only_deletes(staged: Sequence[Path], folder: Path, limits: Limits = INGEST_LIMITS) -> bool:
    """Say whether staged rows, which have the operation, do nothing but delete: then keys alone suffice."""
    listed = ", ".join(literal(str(path)) for path in staged)
    operation = operation_sql(identifier(OPERATION.id))
    with workbench(folder, limits) as connection:
        query = f"SELECT bool_and({operation} IS NOT DISTINCT FROM 'delete') FROM read_parquet([{listed}])"
        return bool(connection.execute(query).fetchall()[0][0])


def _shown_key(keys: Sequence[Column], table: str) -> str:
    parts = ", ".join(f"{table}.{identifier(key.id)}::VARCHAR" for key in keys)
    return f"left(concat_ws(' / ', {parts}), 200)"


def _stage(bench: _Bench, staged: Sequence[Path]) -> None:
    """Make the view `staged`: line, operation, and every column in the type of the version."""
    listed = ", ".join(literal(str(path)) for path in staged)
    source = f"read_parquet([{listed}], union_by_name = true)"
    present = {str(row[0]) for row in bench.connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    values = "".join(
        f", {f'CAST({identifier(column.id)} AS {type_in(bench.types, column)})' if column.id in present else 'NULL'}"
        f" AS {identifier(column.id)}"
        for column in bench.columns
    )
    operation = operation_sql(identifier(OPERATION.id)) if OPERATION.id in present else "'upsert'"
    word = f"{identifier(OPERATION.id)}" if OPERATION.id in present else "NULL"
    bench.connection.execute(
        f"CREATE TEMP VIEW staged AS SELECT {ROW} AS line, {operation} AS operation, {word} AS word{values} "
        f"FROM {source}"
    )


def _match(bench: _Bench, held: Sequence[Location]) -> None:
    """Make the table `acts`: for each staged row the row number it meets, and what it does there."""
    found = rows_sql(held, bench.keys, bench.types)
    bench.connection.execute(
        f"CREATE TEMP TABLE acts AS SELECT s.line, s.operation, h.{ROW} AS met, "
        f"CASE WHEN s.operation = 'delete' THEN 'removed' WHEN h.{ROW} IS NULL THEN 'added' ELSE 'changed' END AS does "
        f"FROM staged s LEFT JOIN {found} h ON {bench.same_key('s', 'h')}"
    )


def _keep(bench: _Bench, touched: Sequence[HeldFile]) -> None:
    """Mark in `acts` the rows that say in every column what the row they meet says already."""
    if not touched:
        return
    equal = "".join(
        f" AND s.{identifier(column.id)} IS NOT DISTINCT FROM h.{identifier(column.id)}"
        for column in bench.columns
        if not column.primary_key
    )
    held = rows_sql([file.location for file in touched], bench.columns, bench.types)
    bench.connection.execute(
        "UPDATE acts SET does = 'unchanged' WHERE does = 'changed' AND line IN (SELECT s.line FROM staged s "
        f"JOIN acts a USING (line) JOIN {held} h ON h.{ROW} = a.met{equal})"
    )


def _refusals(bench: _Bench) -> list[str]:
    keys = key_names(bench.keys)
    joined = "staged s JOIN acts a USING (line)"
    shown = _shown_key(bench.keys, "s")
    unknown = "SELECT line, '_op' AS col, left(word, 200) AS value, 'op_unknown' AS code FROM staged"
    by_key = f"SELECT line, {keys} AS col, {shown} AS value"
    queries = [
        f"{unknown} WHERE operation IS NULL",
        f"{by_key}, 'key_exists' AS code FROM {joined} WHERE a.operation = 'insert' AND a.met IS NOT NULL",
        f"{by_key}, 'key_unknown' AS code FROM {joined} WHERE a.operation IN ('update', 'delete') AND a.met IS NULL",
    ]
    queries += [
        f"SELECT line, {literal(column.name)} AS col, NULL AS value, 'null' AS code FROM staged "
        f"WHERE operation <> 'delete' AND {identifier(column.id)} IS NULL"
        for column in bench.columns
        if column.required and not column.primary_key
    ]
    return queries


def _touched(bench: _Bench, held: Sequence[HeldFile]) -> list[HeldFile]:
    """Find the held files in which a row is changed or removed; row numbers tell in which file a row is."""
    if not held:
        return []
    listed = ", ".join(f"({file.number}, {file.first_row}, {file.last_row})" for file in held)
    found = bench.connection.execute(
        f"SELECT DISTINCT number FROM (VALUES {listed}) AS f(number, low, high) "
        "JOIN acts ON met BETWEEN low AND high AND does IN ('changed', 'removed')"
    ).fetchall()
    numbers = {int(row[0]) for row in found}
    return [file for file in held if file.number in numbers]


def _rewrite(bench: _Bench, file: HeldFile) -> Path | None:
    values = ", ".join(
        f"CASE WHEN a.line IS NULL THEN h.{identifier(column.id)} ELSE a.{identifier(column.id)} END "
        f"AS {identifier(column.id)}"
        for column in bench.columns
    )
    acts = (
        "(SELECT met, does, staged.* FROM acts JOIN staged USING (line) "
        f"WHERE met BETWEEN {file.first_row} AND {file.last_row})"
    )
    return _copy(
        bench,
        f"SELECT h.{ROW}, {values} FROM {rows_sql([file.location], bench.columns, bench.types)} h "
        f"LEFT JOIN {acts} a ON a.met = h.{ROW} WHERE a.does IS DISTINCT FROM 'removed' ORDER BY h.{ROW}",
        f"rewritten-{file.number}.parquet",
    )


def _add(bench: _Bench, last_row: int, part_rows: int) -> list[Path]:
    bench.connection.execute("CREATE TEMP TABLE fresh AS SELECT line FROM acts WHERE does = 'added' ORDER BY line")
    if not bench.count("fresh"):
        return []
    parts = bench.connection.execute(
        "SELECT min(line), max(line) FROM (SELECT line, (row_number() OVER (ORDER BY line) - 1) // ? AS part "
        "FROM fresh) GROUP BY part ORDER BY part",
        [part_rows],
    ).fetchall()
    values = ", ".join(identifier(column.id) for column in bench.columns)
    written = [
        _copy(
            bench,
            f"SELECT line + {int(last_row)} AS {ROW}, {values} FROM staged "
            f"SEMI JOIN (SELECT line FROM fresh WHERE line BETWEEN {int(low)} AND {int(high)}) USING (line) "
            "ORDER BY line",
            f"added-{number}.parquet",
        )
        for number, (low, high) in enumerate(parts)
    ]
    return [path for path in written if path is not None]


def _copy(bench: _Bench, query: str, name: str) -> Path | None:
    target = bench.folder / name
    written = bench.connection.execute(
        f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    ).fetchall()
    return target if written[0][0] else None
