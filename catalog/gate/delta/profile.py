"""What a reader's program needs: the profile file that clients open, and lines of code to begin with."""

from __future__ import annotations

import json
from collections.abc import Sequence

from catalog.gate.delta.provider import Table

PROFILE_NAME = "songhua.share"


def profile_file(endpoint: str, token: str, expires: str = "") -> bytes:
    """Write the profile file; `expires` is ISO 8601 in UTC."""
    data: dict[str, object] = {"shareCredentialsVersion": 1, "endpoint": endpoint, "bearerToken": token}
    if expires:
        data["expirationTime"] = expires
    return json.dumps(data, indent=2).encode()


def first_lines(share: str, table: Table, arrow_url: str, *, has_key: bool) -> Sequence[tuple[str, str]]:
    """Give (program, code): pandas and Spark by the profile file, pyarrow and DuckDB by the address of the rows."""
    address = f"{PROFILE_NAME}#{share}.{table.schema}.{table.name}"
    headers = ', headers={"Authorization": "Bearer " + key}' if has_key else ""
    curl = '-H "Authorization: Bearer $KEY" ' if has_key else ""
    pandas = (
        "# pip install delta-sharing",
        "import delta_sharing",
        f'frame = delta_sharing.load_as_pandas("{address}")',
    )
    spark = (
        "# with the package io.delta:delta-sharing-spark",
        f'frame = spark.read.format("deltaSharing").load("{address}")',
    )
    arrow = (
        "# pip install pyarrow requests",
        "import pyarrow, requests",
        f'with requests.get("{arrow_url}?format=arrow"{headers}, stream=True) as answer:',
        "    answer.raise_for_status()",
        "    table = pyarrow.ipc.open_stream(answer.raw).read_all()",
    )
    duckdb = (
        f'curl {curl}-o rows.parquet "{arrow_url}?format=parquet"',
        "duckdb -c \"FROM 'rows.parquet' LIMIT 10\"",
    )
    programs: dict[str, tuple[str, ...]] = {"pandas": pandas, "Spark": spark, "pyarrow": arrow, "DuckDB": duckdb}
    return [(name, "\n".join(code)) for name, code in programs.items()]
