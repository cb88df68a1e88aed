"""Loads the open editions: the officer prepares and submits, the head of her office publishes."""

from typing import Any

from django.db import transaction

from catalog.models import Resource
from catalog.services.serving import choose_serving
from opening import services
from opening.models import Publication
from portal.demonstration.loading import Tell
from portal.demonstration.loading.cast import Cast
from portal.demonstration.records import records
from portal.kernel.actors import Actor, Duty


@transaction.atomic
def _publish(cast: Cast, row: dict[str, Any], provider: str, resource: Resource) -> None:
    officer, head = cast.holder(Duty.DATA_OFFICER, provider), cast.holder(Duty.OFFICE_HEAD, provider)
    edition = services.draft_publication(
        officer,
        resource=resource,
        name=row["name"],
        items=row["items"],
        license_code=row["license"],
        limits_zh=row["limits_zh"],
        limits_en=row["limits_en"],
    )
    services.submit(officer, publication=edition)
    services.publish(head, publication=edition)
    if "indexed" in row:
        _choose_indexes(officer, resource, row)


def _choose_indexes(officer: Actor, resource: Resource, row: dict[str, Any]) -> None:
    """Say by which items readers will ask, and which of them they will look for by a part."""
    ids = dict(resource.items.values_list("code", "column_id"))
    columns, searched = ([ids[name] for name in row[use]] for use in ("indexed", "searched"))
    choose_serving(officer, resource=resource, columns=columns, searched=searched, is_searched=False)


def load_editions(cast: Cast, resources: dict[str, Resource], tell: Tell) -> None:
    """Publish those open editions that are not there yet, each whole or not at all."""
    services.load_data_licenses()
    services.load_data_licenses(records("open_licenses"))
    providers = {row["slug"]: row["department"] for row in records("resources")}
    known = set(Publication.objects.values_list("name", flat=True))
    for row in records("publications"):
        if row["name"] not in known:
            _publish(cast, row, providers[row["resource"]], resources[row["resource"]])
    tell(f"{len(records('publications'))} open editions")
