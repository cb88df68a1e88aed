"""Spark for scans that one machine cannot do: the same plans and masks, carried out by a cluster on shared files.

`pyspark` is no part of the usual installation (.ci/requirements-spark.txt); it is imported when the first query comes.
The cluster must see the stored files and the scratch folder under the same paths: share them by a mount.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.data.engines.base import PageRows, Query
from catalog.data.engines.dialects import SPARK
from catalog.data.engines.sql import Kind, Source, Statement, statement
from catalog.data.engines.texts import texts_of
from catalog.data.errors import DamagedFile, EngineLimit, PlanInvalid
from catalog.data.rows import type_in
from catalog.data.schema import ROW_COLUMN, Column
from catalog.data.store import Location

STREAM_ROWS = 10_000
_AGAIN_SECONDS = 0.2
_ROWS = "__songhua_rows__"
_SOURCE = Source(_ROWS)
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
}
_LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",
}


class SparkEngine:
    """Carries out queries on a Connect server (`sc://host:port`) or in a session of its own (`local[2]`).

    `seconds` limits a page or a count, `stream_seconds` a whole delivery; memory is the cluster's matter.
    """

    def __init__(
        self, address: str, *, seconds: float = 60.0, stream_seconds: float = 3600.0, scratch: str | None = None
    ) -> None:
        self.address = address
        self.seconds = seconds
        self.stream_seconds = stream_seconds
        self.scratch = scratch
        self._started: Any = None
        self._only_one = threading.Lock()

    def page(self, query: Query) -> PageRows:
        """Read one page and find out whether another follows."""
        limit = query.plan.limit
        if limit is None:
            raise PlanInvalid("limit", "limit_missing")
        rows = self._fetch(query, Kind.PAGE)
        width = len(query.fields)
        next_key = tuple(rows[limit - 1][width:]) if len(rows) > limit else None
        return PageRows([row[:width] for row in rows[:limit]], next_key)

    def count(self, query: Query) -> int:
        """Count the rows under all conditions."""
        return int(self._fetch(query, Kind.COUNT)[0][0])

    def batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Let the cluster write the rows as files, then read those one by one: the driver never holds them all."""
        names = [field.name for field in query.fields]
        with tempfile.TemporaryDirectory(prefix="songhua-spark-", dir=self.scratch) as folder:
            target = Path(folder) / "rows"
            with self._asked(query, Kind.STREAM, self.stream_seconds) as frame:
                # Spark is particular about letters in the names of files' columns.
                frame.toDF(*(f"c{place}" for place in range(len(names)))).write.parquet(str(target))
            for part in sorted(target.glob("part-*.parquet")):
                with pq.ParquetFile(part) as file:
                    for batch in file.iter_batches(STREAM_ROWS):
                        yield batch.rename_columns(names)

    def texts(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Stream rows as texts."""
        yield from map(texts_of, self.batches(query))

    def stop(self) -> None:
        """End the session."""
        if self._started is not None:
            self._started.stop()
            self._started = None

    def _fetch(self, query: Query, kind: Kind) -> list[tuple[Any, ...]]:
        with self._asked(query, kind, self.seconds) as frame:
            columns = [column.to_pylist() for column in frame.toArrow().columns]
        return list(zip(*columns, strict=True))

    @contextmanager
    def _asked(self, query: Query, kind: Kind, seconds: float) -> Iterator[Any]:
        """Give the lazy answer to a query, whose view lasts as long, and interrupt whatever runs after `seconds`."""
        from pyspark.errors import PySparkException  # noqa: PLC0415  installed only where Spark is used

        session = self._session()
        view, tag = f"rows_{uuid.uuid4().hex}", f"songhua-{uuid.uuid4().hex}"
        late, done = threading.Event(), threading.Event()

        def watch() -> None:
            if done.wait(seconds):
                return
            late.set()
            # Again and again: what is being planned is no job yet and cannot be interrupted.
            while not done.wait(_AGAIN_SECONDS):
                session.interruptTag(tag)

        session.addTag(tag)
        threading.Thread(target=watch, daemon=True).start()
        try:
            _rows(session, query).createOrReplaceTempView(view)
            yield _frame(session, statement(query, kind, SPARK, _SOURCE), view)
            if late.is_set():
                raise EngineLimit("engine_time", seconds=seconds)
        except (PySparkException, OSError) as error:
            if late.is_set():
                raise EngineLimit("engine_time", seconds=seconds) from error
            raise DamagedFile("file_unreadable") from error
        finally:
            done.set()
            session.removeTag(tag)
            session.catalog.dropTempView(view)

    def _session(self) -> Any:
        with self._only_one:
            if self._started is None:
                self._started = _start(self.address)
            return self._started


def _start(address: str) -> Any:
    from pyspark.sql import SparkSession  # noqa: PLC0415  installed only where Spark is used

    builder = SparkSession.builder.appName("songhua")
    if address.startswith("sc://"):
        session = builder.remote(address).getOrCreate()
    else:
        warehouse = tempfile.mkdtemp(prefix="songhua-spark-")
        for name, value in {**_LOCAL, "spark.sql.warehouse.dir": warehouse}.items():
            builder = builder.config(name, value)
        session = builder.master(address).getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        shutil.rmtree(warehouse, ignore_errors=True)
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session


def _frame(session: Any, asked: Statement, view: str) -> Any:
    return session.sql(asked.sql.replace(_ROWS, view), args=asked.params)


def _rows(session: Any, query: Query) -> Any:
    """Give the rows of the files: `__row` and the needed columns by id, each in its type over the whole version."""
    if any(location.secret for location in query.files):
        # The packaged Spark has no reader of buckets.
        raise DamagedFile("file_unreadable")
    parts = [_read(session, query, group) for group in _alike(query.files)]
    if not parts:
        listed = ", ".join(f"{_typed('NULL', query, column)}" for column in query.needed)
        return session.sql(f"SELECT CAST(NULL AS BIGINT) AS {SPARK.quote(ROW_COLUMN)}, {listed} WHERE 1 = 0")
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.unionAll(part)
    return whole


def _alike(files: Sequence[Location]) -> list[list[Location]]:
    """Group the files by the types of their columns; a reader of Spark takes only files that agree."""
    groups: dict[frozenset[tuple[str, str]], list[Location]] = {}
    for file in files:
        groups.setdefault(frozenset(dict(file.layout).items()), []).append(file)
    return list(groups.values())


def _read(session: Any, query: Query, files: Sequence[Location]) -> Any:
    frame = session.read.parquet(*(file.address for file in files))
    held = set(frame.columns)
    listed = (_typed(SPARK.quote(column.id) if column.id in held else "NULL", query, column) for column in query.needed)
    return frame.selectExpr(SPARK.quote(ROW_COLUMN), *listed)


_NAMES: Mapping[str, str] = {"VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ"}


def _typed(value: str, query: Query, column: Column) -> str:
    if value != "NULL" and column.id not in query.types:
        return value
    kind = type_in(query.types, column)
    return f"CAST({value} AS {_NAMES.get(kind, kind)}) AS {SPARK.quote(column.id)}"
