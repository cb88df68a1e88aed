"""Engines of others read a grant whose files lie on a real S3 server."""

from typing import Any

import duckdb
import pytest
from fsspec.implementations.http import HTTPFileSystem
from pyiceberg.io.fsspec import SCHEME_TO_FS
from pyiceberg.table import StaticTable

from catalog.models import Item
from portal.accounts.services import create_api_key
from sharing.models import Grant
from tests.cast import Cast
from tests.factories import sharing as factory
from tests.readers import scan
from tests.s3 import Bucket

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    # pyiceberg's own use of its libraries.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture
def grant(bucket: Bucket, cast: Cast) -> Grant:
    """A grant with a masked item: its files lie on S3."""
    made = factory.resource(cast)
    Item.objects.filter(resource=made, code="contact").update(mask={"op": "keep", "a": 1, "b": 0})
    return factory.grant(cast, made)


@pytest.fixture
def key(cast: Cast) -> str:
    return str(create_api_key(cast.actor("holder"), user=cast.user("holder"), name="s", scopes=["sharing:read"])[1])


def test_duckdb_and_pyiceberg_read_it(
    grant: Grant,
    key: str,
    live_server: Any,
    client: Any,
    iceberg_reader: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    rows = client.get(f"/api/v1/sharing/grants/{grant.number}/rows", headers=headers).json()["rows"]
    assert rows[0]["contact"] == "张*"
    place = f"{live_server.url}/api/v1/sharing/iceberg/{grant.number}/current.metadata.json"
    iceberg_reader.execute(f"CREATE SECRET (TYPE http, BEARER_TOKEN '{key}', SCOPE '{live_server.url}/')")
    assert scan(iceberg_reader, place) == rows
    monkeypatch.setitem(SCHEME_TO_FS, "http", lambda _properties: HTTPFileSystem(headers=headers))
    table = StaticTable.from_metadata(place, {"py-io-impl": "pyiceberg.io.fsspec.FsspecFileIO"})
    assert table.scan().to_arrow().to_pylist() == rows
