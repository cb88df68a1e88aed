"""Rows through the gate over HTTP, against the same web stack answering the same SQL without the gate.

A version of a million rows is served from its table. Two granian servers run side by side on loopback, with the same
settings and middleware: the product, and one bare view (`served/bare.py`) that asks nothing and records nothing. Six
connections that stay open ask one server after the other, round after round; the medians are compared. An edition is
counted; a grant is called with a key, and every answer is recorded before it leaves. No column is masked here.
"""

import statistics
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.served.load import rate
from tests.benchmarks.served.server import granian
from tests.benchmarks.served.table import CATEGORIES, ROWS, Served

ROUNDS = 5
SECONDS = 1.5
SHARE = 0.60


def test_rows_through_the_gate(served: Served, tmp_path: Path, note: Callable[..., None]) -> None:
    """Pages and single rows keep their share of the bare stack's rate, counted or recorded."""
    ids, columns = served.columns, ", ".join(f"{id_} AS {name}" for name, id_ in served.columns.items())
    questions = {
        "page": [("category", f"{number * 37 % CATEGORIES:06d}") for number in range(60)],
        "row": [("code", f"{number * 7919 % ROWS:012d}") for number in range(300)],
    }
    edition, grant = (
        f"/api/v1/opening/editions/{served.edition}/rows",
        f"/api/v1/sharing/grants/{served.grant}/rows",
    )
    bare = {"BENCHMARK_TABLE": served.table, "BENCHMARK_COLUMNS": columns}
    bare["BENCHMARK_URLCONF"] = "tests.benchmarks.served.bare"
    found: dict[str, list[float]] = {}
    with (
        granian(tmp_path / "product.log", "/healthz") as product,
        granian(tmp_path / "bare.log", f"/rows?column={ids['code']}&value=0", **bare) as other,
    ):
        for turn in range(ROUNDS + 1):
            for name, asked in questions.items():
                rights = [f"?filter={column}:eq:{value}&limit=100" for column, value in asked]
                plain = [f"/rows?column={ids[column]}&value={value}" for column, value in asked]
                sides = {
                    "bare": (other, plain, ""),
                    "edition": (product, [edition + right for right in rights], ""),
                    "grant": (product, [grant + right for right in rights], f"Authorization: Bearer {served.key}\r\n"),
                }
                for side, (port, paths, headers) in sides.items():
                    value = rate(port, paths, headers, SECONDS)
                    if turn:  # the first round warms
                        found.setdefault(f"{side}_{name}", []).append(value)
    rates = {name: statistics.median(values) for name, values in found.items()}
    shares = {
        f"{side}_{name}_of_bare": rates[f"{side}_{name}"] / rates[f"bare_{name}"]
        for side in ("edition", "grant")
        for name in questions
    }
    note(**rates, **shares)
    missed = {name: round(share, 2) for name, share in shares.items() if share < SHARE}
    assert not missed, missed
