"""A whole version as CSV through the gate over HTTP, against COPY out of its serving table by the same web stack."""

import http.client
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.served.server import granian
from tests.benchmarks.served.table import ROWS, Served

ROUNDS = 3
SHARE = 0.70


def _seconds(port: int, path: str, headers: dict[str, str]) -> float:
    """Read one answer whole; give the seconds it took."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("GET", path, headers={"Host": "localhost", **headers})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read(2000)
    lines = 0
    while block := answer.read(1 << 20):
        lines += block.count(b"\n")
    connection.close()
    assert lines == ROWS + 1
    return time.perf_counter() - begun


def test_whole_csv_against_copy_out(served: Served, tmp_path: Path, note: Callable[..., None]) -> None:
    """An edition and a grant leave whole at their share of the rate at which COPY gives the same columns."""
    open_columns = ", ".join(f"{id_} AS {name}" for name, id_ in served.columns.items() if name != "contact")
    all_columns = ", ".join(f"{id_} AS {name}" for name, id_ in served.columns.items())
    bare = {"BENCHMARK_TABLE": served.table, "BENCHMARK_URLCONF": "tests.benchmarks.served.bare"}
    bare["BENCHMARK_COLUMNS"] = open_columns
    wide = bare | {"BENCHMARK_COLUMNS": all_columns}
    ready = f"/rows?column={served.columns['code']}&value=0"
    key = {"Authorization": f"Bearer {served.key}"}
    found: dict[str, list[float]] = {}
    with (
        granian(tmp_path / "product.log", "/healthz") as product,
        granian(tmp_path / "bare.log", ready, **bare) as other,
        granian(tmp_path / "wide.log", ready, **wide) as wider,
    ):
        sides = {
            "edition": (product, f"/api/v1/opening/editions/{served.edition}/rows?format=csv", {}),
            "edition_bare": (other, "/stream", {}),
            "grant": (product, f"/api/v1/sharing/grants/{served.grant}/rows?format=csv", key),
            "grant_bare": (wider, "/stream", {}),
        }
        for turn in range(ROUNDS + 1):
            for side, (port, path, headers) in sides.items():
                seconds = _seconds(port, path, headers)
                if turn:  # the first round warms
                    found.setdefault(side, []).append(seconds)
    medians = {side: statistics.median(values) for side, values in found.items()}
    shares = {f"{side}_of_copy": medians[f"{side}_bare"] / medians[side] for side in ("edition", "grant")}
    note(**{f"{side}_rows_per_second": ROWS / value for side, value in medians.items()}, **shares)
    missed = {name: round(share, 2) for name, share in shares.items() if share < SHARE}
    assert not missed, missed
