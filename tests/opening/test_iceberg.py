"""Open editions as Iceberg tables, read by DuckDB's own reader from a live server."""

from typing import Any

import duckdb
import pytest
import requests

from catalog.gate import release
from catalog.gate.iceberg.table import table_files
from catalog.selectors.manifest import version_files
from opening import services
from opening.models import EditionCount, Publication
from portal.kernel.actors import VISITOR
from tests.cast import Cast
from tests.factories.opening import ITEMS, STREETS, add_version, edition_in, resource_with_data
from tests.readers import scan

pytestmark = pytest.mark.django_db(transaction=True)


def address(live_server: Any, publication: Publication) -> str:
    return f"{live_server.url}/api/v1/opening/iceberg/{publication.name}/current.metadata.json"


def rows_of(client: Any, publication: Publication) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/v1/opening/editions/{publication.name}/rows").json()["rows"]
    return found


def test_chosen_columns_are_read_from_prepared_files(
    cast: Cast, client: Any, live_server: Any, iceberg_reader: duckdb.DuckDBPyConnection
) -> None:
    publication = edition_in(cast, "published", items=["code", "name"])
    rows = rows_of(client, publication)
    assert scan(iceberg_reader, address(live_server, publication)) == rows
    assert scan(iceberg_reader, address(live_server, publication), f"WHERE code = '{rows[1]['code']}'") == [rows[1]]
    assert EditionCount.objects.filter(publication=publication, kind="download").exists()


def test_files_of_the_version_serve_where_nothing_is_withheld(
    cast: Cast, client: Any, live_server: Any, iceberg_reader: duckdb.DuckDBPyConnection
) -> None:
    text = "".join(line.rpartition(",")[0] + "\n" for line in STREETS.splitlines())
    resource = resource_with_data(cast, text=text, items=ITEMS[:4])
    publication = edition_in(cast, "published", resource=resource, items=["code", "name", "population", "founded"])
    delivery = release(VISITOR, services.warrant_for(publication))
    (part,) = table_files(delivery, originals=True)
    assert part.name == version_files(delivery.warrant.version).get().uri
    found = scan(iceberg_reader, address(live_server, publication), "ORDER BY code")
    assert [{**row, "founded": row["founded"] and row["founded"].isoformat()} for row in found] == rows_of(
        client, publication
    )


def test_addresses_of_an_older_version_are_gone(cast: Cast, live_server: Any) -> None:
    publication = edition_in(cast, "published", items=["code", "name"])
    metadata = requests.get(address(live_server, publication), timeout=30).json()
    manifests = f"{metadata['location']}/snapshot.avro"
    assert requests.head(manifests, timeout=30).status_code == 200
    assert requests.get(f"{metadata['location']}/other.avro", timeout=30).status_code == 404
    assert requests.get(f"{metadata['location']}/data/9.parquet", timeout=30).status_code == 404
    head = requests.head(f"{metadata['location']}/data/0.parquet", timeout=30)
    assert head.headers["Accept-Ranges"] == "bytes"
    add_version(cast, publication.resource, STREETS.replace("自强", "新民"))
    assert requests.get(manifests, timeout=30).status_code == 410
