"""Rows of an edition through the gate over HTTP, against Datasette with the same rows and indexes in SQLite.

Our two workers on one side; two processes of Datasette, which has no workers, share the same connections on the other.
It is asked as kindly as it can be: no count, no facets, no suggestions. CKAN cannot be installed from the registries;
its rates are those of the table in data-plane.md §0 (gunicorn with two workers on a machine like this one, no other
load), so `of_ckan` compares with another run and is noted, not asserted.
"""

import sqlite3
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from tests.benchmarks.served.load import rate
from tests.benchmarks.served.server import free_port, granian
from tests.benchmarks.served.server import served as run
from tests.benchmarks.served.table import CATEGORIES, ROWS, Served

ROUNDS = 4
SECONDS = 1.5
TIMES = 3.0
#: Requests per second of CKAN 2.12, data-plane.md §0: the better end of each range.
CKAN = {"page": 200.0, "row": 270.0}
_NAMES = ("code", "name", "category", "address", "amount", "day")


def _database(served: Served, path: Path) -> None:
    """Write the open columns of the serving table into SQLite."""
    columns = ", ".join(served.columns[name] for name in _NAMES)
    base = sqlite3.connect(path)
    base.execute(
        "CREATE TABLE rows (code TEXT PRIMARY KEY, name TEXT, category TEXT, address TEXT, amount INT, day TEXT)"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {served.table} ORDER BY __row")
        while found := cursor.fetchmany(50_000):
            lines = [(*row[:5], row[5].isoformat()) for row in found]
            base.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?)", lines)
    base.execute("CREATE INDEX rows_category ON rows (category)")
    base.commit()
    base.close()


def test_rows_against_datasette(served: Served, tmp_path: Path, note: Callable[..., None]) -> None:
    """A filtered page and a row come three times as fast as Datasette gives them."""
    base, ours = tmp_path / "bench.db", f"/api/v1/opening/editions/{served.edition}/rows"
    _database(served, base)
    categories = [f"{number * 37 % CATEGORIES:06d}" for number in range(60)]
    codes = [f"{number * 7919 % ROWS:012d}" for number in range(300)]
    told = "_shape=array&_nocount=1&_nofacet=1&_nosuggest=1"
    asked = {
        "page": (
            [f"{ours}?filter=category:eq:{value}&limit=100" for value in categories],
            [f"/bench/rows.json?category__exact={value}&_size=100&{told}" for value in categories],
        ),
        "row": (
            [f"{ours}?filter=code:eq:{value}&limit=100" for value in codes],
            [f"/bench/rows/{value}.json?_shape=array" for value in codes],
        ),
    }
    ports = [free_port(), free_port()]
    commands = [[sys.executable, "-m", "datasette", "serve", str(base), "--port", str(port)] for port in ports]
    found: dict[str, list[float]] = {}
    with (
        granian(tmp_path / "product.log", "/healthz") as product,
        run(commands[0], tmp_path / "one.log", ports[0], "/-/versions.json", {}),
        run(commands[1], tmp_path / "two.log", ports[1], "/-/versions.json", {}),
    ):
        for turn in range(ROUNDS + 1):
            for name, (here, there) in asked.items():
                rates = {"ours": rate(product, here, "", SECONDS), "datasette": rate(ports, there, "", SECONDS)}
                if turn:  # the first round warms
                    for side, value in rates.items():
                        found.setdefault(f"{side}_{name}", []).append(value)
    rates = {name: statistics.median(values) for name, values in found.items()}
    times = {name: rates[f"ours_{name}"] / rates[f"datasette_{name}"] for name in asked}
    note(
        **rates,
        **{f"{name}_of_datasette": value for name, value in times.items()},
        **{f"{name}_of_ckan": rates[f"ours_{name}"] / CKAN[name] for name in asked},
    )
    missed = {name: round(value, 2) for name, value in times.items() if value < TIMES}
    assert not missed, missed
