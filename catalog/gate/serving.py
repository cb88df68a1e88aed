"""The engine of a serving table, or the index of its rows, where the version of a delivery has one that is ready."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from catalog.data.engines import Engine
from catalog.data.engines.postgres import PostgresEngine, ServedTable
from catalog.data.engines.readers import Readers, ReadLimits
from catalog.data.engines.row_index import RowIndex
from catalog.data.serving import SCHEMA
from catalog.gate.hopeless import HOPELESS
from catalog.gate.indexed import IndexedFiles
from catalog.models import ServingTable, Version


@lru_cache(maxsize=1)
def readers() -> Readers:
    """Give this process's connections for reading serving tables."""
    return Readers(_address, ReadLimits(seconds=settings.SERVING_SECONDS, memory=settings.SERVING_MEMORY))


def serving_engine(version: Version, files: Engine) -> PostgresEngine | None:
    """Give the engine over the table of a version that was read with its serving table; None while none is ready."""
    table = _ready(version)
    return None if table is None or table.is_index else _engine(table, files)


def row_index(version: Version, files: Engine) -> IndexedFiles | None:
    """Give the index of the rows of a version that is too large for a table, read with it; None while none is ready."""
    table = _ready(version)
    if table is None or not table.is_index:
        return None
    by_value, by_part, falling = map(frozenset, (table.indexed, table.searched, table.falling))
    index = RowIndex(_engine(table, files), by_value, by_part, falling, hopeless=HOPELESS)
    return IndexedFiles(index, version)


def _ready(version: Version) -> ServingTable | None:
    try:
        table = version.serving
    except ServingTable.DoesNotExist:
        return None
    return table if table.name else None


def _engine(table: ServingTable, files: Engine) -> PostgresEngine:
    served = ServedTable(name=f"{SCHEMA}.{table.name}", ready=frozenset(table.ready), plain=frozenset(table.plain))
    return PostgresEngine(served, readers(), files)


def _address() -> dict[str, Any]:
    known = connection.settings_dict
    words = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    found = {word: known[name] for name, word in words.items() if known.get(name)}
    return {name: value for name, value in known.get("OPTIONS", {}).items() if isinstance(value, str)} | found
