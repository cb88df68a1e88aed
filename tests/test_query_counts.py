"""The number of SQL queries of each list and detail page, with one row and with twenty, as a file under review.

``QUERY_COUNTS=write`` rewrites ``query_counts.json``; a reviewer reads the difference.
"""

import json
import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Resource, SourceRun
from catalog.services.batches import start_bulk
from catalog.services.bulk import bulk_lines
from catalog.services.handovers import propose_hand_over
from portal.notices.services import notify
from tests.cast import Cast
from tests.factories import catalog as catalog_factory
from tests.factories import licenses as license_factory
from tests.factories import opening as opening_factory
from tests.factories import sharing as sharing_factory
from tests.factories import sources as source_factory
from tests.factories.world import World, build_world

FILE = Path(__file__).with_name("query_counts.json")
ROWS = 20

#: Page → who opens it. Visitors have no session, so their counts are the page's own.
PAGES = {
    "home:front": "visitor",
    "dataset_list": "visitor",
    "dataset": "visitor",
    "dataset_resource": "visitor",
    "dataset_versions": "visitor",
    "organization_list": "visitor",
    "organization": "visitor",
    "group": "visitor",
    "licenses:verify": "visitor",
    "licenses:printed": "visitor",
    "home:desk": "steward",
    "catalog:resources": "holder",
    "catalog:mine": "steward",
    "catalog:resource": "holder",
    "catalog:similar": "holder",
    "catalog:columns": "holder",
    "catalog:batches": "steward",
    "catalog:completeness": "holder",
    "catalog:handover": "steward",
    "catalog:handovers": "steward",
    "catalog:reality": "holder",
    "catalog:tree": "holder",
    "catalog:run": "steward",
    "catalog:serving": "steward",
    "catalog:source": "steward",
    "catalog:sources": "steward",
    "catalog:deletion": "steward",
    "catalog:deletions": "steward",
    "catalog:version": "steward",
    "catalog:versions": "holder",
    "catalog:standards": "holder",
    "catalog:element": "holder",
    "catalog:code_sets": "holder",
    "catalog:code_set": "holder",
    "catalog:mapping": "holder",
    "catalog:profile": "steward",
    "catalog:quality": "holder",
    "catalog:quality_departments": "holder",
    "catalog:quality_descriptions": "steward",
    "catalog:quality_rules": "holder",
    "catalog:ticket": "steward",
    "catalog:tickets": "steward",
    "sharing:corrections": "steward",
    "sharing:correction": "steward",
    "sharing:requests": "steward",
    "sharing:request": "steward",
    "sharing:grants": "holder",
    "sharing:grant": "holder",
    "publication_list": "steward",
    "publication": "steward",
    "licenses:types": "license_officer",
    "licenses:licenses": "license_officer",
    "licenses:license": "license_officer",
    "notices:list": "holder",
    "oversight:records": "auditor",
    "people:list": "system_admin",
    "people:departments": "system_admin",
}


def _hand_over(cast: Cast, *resources: Resource) -> None:
    propose_hand_over(
        cast.actor("steward"), giver=cast.provider, taker=cast.authority, document="文件", resources=resources
    )


def _grow(world: World) -> None:
    """Add rows to every list."""
    cast = world.cast
    officer = cast.actor("license_officer")
    for number in range(1, ROWS):
        made: Resource = catalog_factory.resource_in(cast, "published", f"资源{number}")
        made.current_version = world.resource.current_version
        made.save(update_fields=["current_version"])
        opening_factory.edition_in(cast, "published", f"edition-{number}", resource=made)
        sharing_factory.request_in(cast, "with_provider", world.resource, title=f"申请{number}")
        line = sharing_factory.reported(sharing_factory.SECOND, "contact", f"李{number}")
        sharing_factory.correction_in(cast, "withdrawn", world.grant, [line])
        license_factory.issued(officer, world.license_type)
        asked = bulk_lines([made], fields={"format": "text"}, item_values={}, only={})
        start_bulk(cast.actor("steward"), name=f"batch {number}", asked=asked)
        _hand_over(cast, made)
        SourceRun.objects.create(source=world.resource.sources.earliest("pk"), state="nothing")
    for number in range(1, ROWS):
        source_factory.folder(cast, world.resource, title=f"收件夹{number}")
    _hand_over(cast)
    notify([cast.user("holder")] * ROWS, kind="tests", title_msg="Notices")


def _counts(world: World, patterns: dict[str, str]) -> dict[str, int]:
    counts = {}
    for name, part in PAGES.items():
        client: Client = world.cast.client(part)
        address = world.address(name, patterns[name])
        client.get(address)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            status = client.get(address).status_code
        assert status == 200, f"{name}: {status}"
        counts[name] = sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)
    return counts


@pytest.mark.slow
def test_pages_ask_as_often_as_the_file_says(cast: Cast) -> None:
    from tests.test_access import addresses  # noqa: PLC0415  the list of addresses is built there

    patterns, world = addresses(), build_world(cast)
    one = _counts(world, patterns)
    _grow(world)
    many = _counts(world, patterns)
    found = {name: [one[name], many[name]] for name in PAGES}
    if os.environ.get("QUERY_COUNTS") == "write":
        FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert found == json.loads(FILE.read_text(encoding="utf-8"))
