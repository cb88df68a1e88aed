"""Engines of others read an open edition whose files lie on a real S3 server."""

import json
from pathlib import Path
from typing import Any

import delta_sharing
import duckdb
import pytest

from opening.models import Publication
from tests.cast import Cast
from tests.factories.opening import edition_in
from tests.readers import scan
from tests.s3 import Bucket

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    # The client's own ways: pandas' notices and sessions it leaves open.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture
def edition(bucket: Bucket, cast: Cast) -> Publication:
    """An edition of two columns: its files are prepared, and lie on S3 as those of the version do."""
    return edition_in(cast, "published", items=["code", "name"])


@pytest.fixture
def rows(client: Any, edition: Publication) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/v1/opening/editions/{edition.name}/rows").json()["rows"]
    assert found
    return found


def test_delta_sharing_loads_it(
    edition: Publication, rows: list[dict[str, Any]], live_server: Any, tmp_path: Path
) -> None:
    profile = tmp_path / "songhua.share"
    endpoint = f"{live_server.url}/api/v1/opening/delta"
    profile.write_text(json.dumps({"shareCredentialsVersion": 1, "endpoint": endpoint, "bearerToken": "open"}))
    (table,) = delta_sharing.SharingClient(str(profile)).list_all_tables()
    frame = delta_sharing.load_as_pandas(f"{profile}#{table.share}.{table.schema}.{table.name}")
    assert frame.astype(object).where(frame.notna(), None).to_dict("records") == rows


def test_iceberg_scan_reads_it(
    edition: Publication, rows: list[dict[str, Any]], live_server: Any, iceberg_reader: duckdb.DuckDBPyConnection
) -> None:
    place = f"{live_server.url}/api/v1/opening/iceberg/{edition.name}/current.metadata.json"
    assert scan(iceberg_reader, place) == rows


def test_csv_is_streamed_from_it(edition: Publication, rows: list[dict[str, Any]], client: Any) -> None:
    answer = client.get(f"/api/v1/opening/editions/{edition.name}/rows", {"format": "csv"})
    assert len(b"".join(answer).splitlines()) == len(rows) + 1
