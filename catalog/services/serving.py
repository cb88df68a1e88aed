"""Serving tables come and go with what is served: built from the files, swapped in, dropped, swept."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from catalog import policies, signals
from catalog.data.engines.ready import is_storable
from catalog.data.errors import DataError
from catalog.data.plan import DeliveryPlan
from catalog.data.schema import columns_from_json
from catalog.data.serving import Contents, Design, build_table, columns_to_index, drop_table, table_names
from catalog.models import Resource, ServingChoice, ServingTable, Version
from catalog.selectors.manifest import locations
from catalog.selectors.serving import plans_served, served_resources, tables_of
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import NotAllowed

_LOCK = 7_319
"""First half of the advisory locks of building; the second is the resource."""
_MOST_READY = 3
_SWEPT = 200


def follow_serving(actor: Actor, *, resource_id: int, anew: bool = False) -> str:
    """Bring the serving table of a resource to what is asked for now; say what was done.

    ``anew`` builds even what stands. Building is one transaction: a process that dies leaves the table before, and
    running again gives the right one. Locks the building of the resource: whoever comes second does nothing.
    Writes ServingTable, the table itself, and the audit entries ``catalog.serve`` and ``catalog.unserve``.
    """
    resource = Resource.objects.select_related("current_version").get(pk=resource_id)
    with transaction.atomic():
        if not _locked(resource_id):
            return "busy"
        version = _version_to_serve(resource)
        _drop_others(actor, resource, version)
        if version is None:
            return "unserved"
        design = _design(version)
        digest = _digest(version, design)
        table, _made = ServingTable.objects.get_or_create(version=version)
        if table.name and table.design == digest and not anew and _stands(table):
            return "ready"
    return _try_build(actor, resource, version, design, digest)


def choose_serving(actor: Actor, *, resource: Resource, columns: Sequence[str], is_searched: bool) -> None:
    """Keep which columns of a resource get an index, by id, and have its table built anew.

    Writes ServingChoice and the audit entry ``catalog.serving_choice``. Emits ``serving_changed``.
    Raises NotAllowed.
    """
    _demand(actor, resource)
    chosen = {"columns": sorted(columns), "is_searched": is_searched}
    with transaction.atomic():
        ServingChoice.objects.update_or_create(resource=resource, defaults=chosen)
        record(actor, action="catalog.serving_choice", obj=resource, label=resource.code, details=chosen)
        signals.serving_changed.send(sender=Resource, resource_id=resource.pk, anew=False)


def rebuild_serving(actor: Actor, *, resource: Resource) -> None:
    """Have the serving table of a resource built anew. Emits ``serving_changed``. Raises NotAllowed."""
    _demand(actor, resource)
    with transaction.atomic():
        record(actor, action="catalog.serving_rebuild", obj=resource, label=resource.code)
        signals.serving_changed.send(sender=Resource, resource_id=resource.pk, anew=True)


def sweep_serving() -> list[int]:
    """Drop tables that nothing names, and return the resources whose serving is not what it should be.

    What a lost message or a dead worker left undone is found here, and what a restored backup did not bring.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        there = table_names(cursor)
        known = dict(ServingTable.objects.exclude(name="").values_list("name", "version__resource_id"))
        for name in there - set(known):
            drop_table(cursor, name)
    lost = {resource_id for name, resource_id in known.items() if name not in there}
    current = dict(
        Resource.objects.filter(current_version__deleted_at=None, current_version__row_count__lte=_most_rows())
        .exclude(state__in=("suspended", "retired"))
        .values_list("pk", "current_version_id")
    )
    wanted = {found: current[found] for found in served_resources(current.keys())}
    standing = set(ServingTable.objects.filter(fault="").exclude(name="").values_list("version_id", flat=True))
    missing = {resource_id for resource_id, version in wanted.items() if version not in standing}
    over = set(ServingTable.objects.values_list("version__resource_id", flat=True)) - set(wanted)
    return sorted(lost | missing | over)[:_SWEPT]


def _demand(actor: Actor, resource: Resource) -> None:
    if not (decision := policies.decide(actor, "serve", resource)):
        raise NotAllowed(decision.reason, code=decision.code)


def _most_rows() -> int:
    return int(settings.SERVING_MOST_ROWS)


def _locked(resource_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, resource_id % 2**31])
        return bool(cursor.fetchone()[0])


def _version_to_serve(resource: Resource) -> Version | None:
    version = resource.current_version
    if version is None or version.deleted_at is not None or resource.state in {"suspended", "retired"}:
        return None
    return version if version.row_count <= _most_rows() and plans_served(resource.pk) else None


def _stands(table: ServingTable) -> bool:
    with connection.cursor() as cursor:
        return table.name in table_names(cursor)


def _drop_others(actor: Actor, resource: Resource, kept: Version | None) -> None:
    """Drop the tables of versions that are served no more."""
    for table in tables_of(resource).exclude(version=kept):
        with connection.cursor() as cursor:
            drop_table(cursor, table.name or "none")
        details = {"version": table.version.number, "table": table.name}
        record(actor, action="catalog.unserve", obj=table.version, label=resource.code, details=details)
        table.delete()


def _design(version: Version) -> Design:
    """Design a table: keys and chosen columns indexed, rows kept ready for the plans that ask for most columns."""
    columns = columns_from_json(version.columns)
    choice = ServingChoice.objects.filter(resource_id=version.resource_id).first()
    names = {column.name for column in columns}
    ready = {}
    for plan in plans_served(version.resource_id):
        if is_storable(plan) and {item.name for item in plan.columns} <= names:
            ready[_text(plan)] = plan.delivered
    return Design(
        columns=columns,
        indexed=columns_to_index(columns, choice.columns if choice else []),
        is_searched=choice is not None and choice.is_searched,
        ready=tuple(sorted(ready.values(), key=lambda found: (-len(found), str(found)))[:_MOST_READY]),
    )


def _text(plan: DeliveryPlan) -> str:
    return json.dumps([item.to_json() for item in plan.delivered], sort_keys=True)


def _digest(version: Version, design: Design) -> str:
    parts = [version.sha256, design.indexed, design.is_searched, sorted(design.ready_names)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _try_build(actor: Actor, resource: Resource, version: Version, design: Design, digest: str) -> str:
    ServingTable.objects.filter(version=version).update(begun_at=timezone.now(), fault="")
    try:
        with transaction.atomic():
            if not _locked(resource.pk):
                return "busy"
            table = ServingTable.objects.select_for_update().get(version=version)
            _build(actor, resource, table, design, digest)
    except (DataError, Error) as error:
        fault = error.code if isinstance(error, DataError) else "serving_database"
        ServingTable.objects.filter(version=version).update(fault=fault)
        return "failed"
    return "built"


def _build(actor: Actor, resource: Resource, table: ServingTable, design: Design, digest: str) -> None:
    """Make the new table, drop the one before, and say so, all in the caller's transaction."""
    version, before = table.version, table.name
    start = time.monotonic()
    contents = Contents(files=locations(version), types=version.layout, rows=version.row_count)
    table.name = f"v{version.pk}_{digest[:8]}_{time.time_ns() // 1_000_000:x}"
    with connection.cursor() as cursor:
        built = build_table(cursor.cursor, table.name, design, contents)
        if before:
            drop_table(cursor, before)
    facts: dict[str, Any] = {
        "design": digest,
        "indexed": list(built.indexed),
        "plain": list(built.plain),
        "is_searched": design.is_searched,
        "ready": design.ready_names,
        "row_count": version.row_count,
        "byte_count": built.bytes,
        "seconds": time.monotonic() - start,
        "built_at": timezone.now(),
        "fault": "",
    }
    for name, value in facts.items():
        setattr(table, name, value)
    table.save(update_fields=["name", *facts])
    details = {"version": version.number, "table": table.name, "rows": version.row_count, "bytes": built.bytes}
    record(actor, action="catalog.serve", obj=version, label=resource.code, details=details)
