"""Lines of code by which a reader's program opens an Iceberg table of ours."""

from __future__ import annotations

from urllib.parse import urlsplit


def iceberg_lines(address: str, *, has_key: bool) -> list[tuple[str, str]]:
    """Give (program, code) for the table whose metadata lies at `address`.

    The key goes with every part that is read, so programs are told to send it to all addresses of the portal.
    """
    scheme, site = urlsplit(address).scheme, "{0.scheme}://{0.netloc}/".format(urlsplit(address))
    headers = 'headers={"Authorization": "Bearer KEY"}' if has_key else ""
    duckdb = [
        "INSTALL httpfs; INSTALL iceberg; LOAD httpfs; LOAD iceberg;",
        f"CREATE SECRET (TYPE http, BEARER_TOKEN 'KEY', SCOPE '{site}');" if has_key else "",
        f"FROM iceberg_scan('{address}');",
    ]
    pyiceberg = (
        '# pip install "pyiceberg[pyarrow]" fsspec aiohttp',
        "from fsspec.implementations.http import HTTPFileSystem",
        "from pyiceberg.io.fsspec import SCHEME_TO_FS",
        "from pyiceberg.table import StaticTable",
        f'SCHEME_TO_FS["{scheme}"] = lambda properties: HTTPFileSystem({headers})',
        f'address = "{address}"',
        'table = StaticTable.from_metadata(address, {"py-io-impl": "pyiceberg.io.fsspec.FsspecFileIO"})',
        "frame = table.scan().to_pandas()",
    )
    return [
        ("Iceberg (DuckDB)", "\n".join(line for line in duckdb if line)),
        ("Iceberg (pyiceberg)", "\n".join(pyiceberg)),
    ]
