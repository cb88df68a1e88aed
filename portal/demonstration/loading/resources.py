"""Loads the resources: the officer describes and uploads, the head consents, the coordinator publishes or returns."""

from typing import Any

from django.db import transaction

from catalog import services
from catalog.models import Category, Resource
from catalog.selectors.standards import elements_in_force
from catalog.services.bindings import bind_items
from catalog.services.shipped import load_standards
from catalog.services.versions import check_upload, receive_upload
from portal.demonstration.loading import Tell
from portal.demonstration.loading.cast import LOADER, Cast
from portal.demonstration.loading.quality import set_rules
from portal.demonstration.loading.sources import fetch_first, source_of
from portal.demonstration.loading.wording import both, item_fields, resource_fields
from portal.demonstration.records import FILES, records
from portal.kernel.actors import Actor, Duty

#: How many steps of the way to the catalogue a state lies behind.
_STEPS = {"draft": 0, "submitted": 1, "consented": 2, "returned": 3, "published": 3}


def _describe(officer: Actor, cast: Cast, row: dict[str, Any], categories: dict[str, Category]) -> Resource:
    fields = resource_fields(row, categories)
    resource = services.create_resource(officer, provider=cast.department(row["department"]), **fields)
    if row["items"]:
        services.set_items(officer, resource=resource, items=[item_fields(item) for item in row["items"]])
    return resource


def _bind(officer: Actor, resource: Resource, slug: str) -> None:
    """Bind the items that are known data elements; the others wait on the page of suggestions."""
    for row in records("bindings"):
        if row["resource"] == slug:
            elements = {e.identifier: e for e in elements_in_force().filter(identifier__in=row["items"].values())}
            wanted = {column: elements[identifier] for column, identifier in row["items"].items()}
            bind_items(officer, resource=resource, bindings=wanted)


def _upload(officer: Actor, resource: Resource, row: dict[str, Any]) -> None:
    """Hand in a file of a resource and check it at once. Raises ``ValueError`` when it does not fit its items."""
    path = FILES / row["file"]
    resource.refresh_from_db(fields=["current_version"])
    with path.open("rb") as file:
        upload = receive_upload(
            officer,
            resource=resource,
            file=file,
            name=path.name,
            note=both(row, "source"),
            mode=row.get("mode", "replace"),
            announce=False,
        )
    upload = check_upload(LOADER, upload_id=upload.pk)
    if upload.state != "accepted":
        message = f"{path.name} was not accepted: {upload.report}"
        raise ValueError(message)


def _review(cast: Cast, resource: Resource, row: dict[str, Any]) -> None:
    """Take the resource as many steps towards the catalogue as its state lies behind."""
    steps = _STEPS[row["state"]]
    officer, head = (cast.holder(duty, row["department"]) for duty in (Duty.DATA_OFFICER, Duty.OFFICE_HEAD))
    if steps >= _STEPS["submitted"]:
        resource = services.submit(officer, resource=resource)
    if steps >= _STEPS["consented"]:
        resource = services.approve(head, resource=resource)
    if row["state"] == "published":
        services.publish(cast.coordinator(row["department"]), resource=resource)
    elif row["state"] == "returned":
        reason = both(row, "return_reason")
        services.return_(cast.coordinator(row["department"]), resource=resource, reason=reason)


@transaction.atomic
def _register(cast: Cast, row: dict[str, Any], categories: dict[str, Category]) -> Resource:
    officer = cast.holder(Duty.DATA_OFFICER, row["department"])
    resource = _describe(officer, cast, row, categories)
    _bind(officer, resource, row["slug"])
    set_rules(officer, resource, row["slug"])
    if (source := source_of(row["slug"])) is not None:
        fetch_first(officer, resource, source, row["file"])
    elif row["file"]:
        for file in (row, *row.get("later", ())):
            _upload(officer, resource, file)
    _review(cast, resource, row)
    return resource


def load_resources(cast: Cast, tell: Tell) -> dict[str, Resource]:
    """Register those resources that are not there yet, each whole or not at all; returns all by their name."""
    services.load_standard_classes()
    load_standards()
    categories = {category.code: category for category in Category.objects.all()}
    known = {(resource.provider.slug, resource.title_zh): resource for resource in _present()}
    found: dict[str, Resource] = {}
    for row in records("resources"):
        key = (row["department"], row["name_zh"])
        found[row["slug"]] = known.get(key) or _register(cast, row, categories)
        if key not in known:
            tell(f"resource: {row['name_zh']} {row['name_en']}")
    resources = Resource.objects.select_related("provider").in_bulk([resource.pk for resource in found.values()])
    return {slug: resources[resource.pk] for slug, resource in found.items()}


def _present() -> list[Resource]:
    return list(Resource.objects.select_related("provider").filter(provider__slug__in=_providers()))


def _providers() -> set[str]:
    return {row["department"] for row in records("resources")}
