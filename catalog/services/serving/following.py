"""Bringing the table of a resource to what is asked for now: one transaction, one builder."""

from __future__ import annotations

import time
from typing import Any

from django.db import Error, connection, transaction
from django.utils import timezone

from catalog.data.errors import DataError
from catalog.data.serving import Contents, build_table, drop_table, table_names
from catalog.models import Resource, ServingTable, Version
from catalog.selectors.manifest import locations
from catalog.selectors.serving import tables_of
from catalog.services.serving.designing import Wanted, wanted_tables
from portal.audit.record import record
from portal.kernel.actors import Actor

LOCK = 7_319
"""First half of the advisory locks of building; the second is the resource."""


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
        # What questions earned stands with the table of the version before, which goes now.
        wanted = wanted_tables([resource]).get(resource.pk)
        _drop_others(actor, resource, None if wanted is None else wanted.version)
        if wanted is None:
            return "unserved"
        # Kept from here on, should the build fail: the next one goes by it.
        kept = {"earned": wanted.earned.to_json()}
        table, _made = ServingTable.objects.get_or_create(version=wanted.version, defaults=kept)
        if table.name and table.design == wanted.digest and not anew and _stands(table):
            return "ready"
    return _try_build(actor, resource, wanted)


def _locked(resource_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, resource_id % 2**31])
        return bool(cursor.fetchone()[0])


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


def _try_build(actor: Actor, resource: Resource, wanted: Wanted) -> str:
    version = wanted.version
    ServingTable.objects.filter(version=version).update(begun_at=timezone.now(), fault="")
    try:
        with transaction.atomic():
            if not _locked(resource.pk):
                return "busy"
            table = ServingTable.objects.select_for_update().get(version=version)
            _build(actor, resource, table, wanted)
    except (DataError, Error) as error:
        fault = error.code if isinstance(error, DataError) else "serving_database"
        ServingTable.objects.filter(version=version).update(fault=fault)
        return "failed"
    return "built"


def _build(actor: Actor, resource: Resource, table: ServingTable, wanted: Wanted) -> None:
    """Make the new table, drop the one before, and say so, all in the caller's transaction."""
    version, before, design = wanted.version, table.name, wanted.design
    start = time.monotonic()
    contents = Contents(files=locations(version), types=version.layout, rows=version.row_count)
    table.name = f"v{version.pk}_{wanted.digest[:8]}_{time.time_ns() // 1_000_000:x}"
    with connection.cursor() as cursor:
        built = build_table(cursor.cursor, table.name, design, contents)
        if before:
            drop_table(cursor, before)
    facts: dict[str, Any] = {
        "design": wanted.digest,
        "indexed": list(built.indexed),
        "falling": list(built.falling),
        "searched": list(built.searched),
        "earned": wanted.earned.to_json(),
        "plain": list(built.plain),
        "is_searched": design.is_searched,
        "is_index": design.is_index,
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
    details |= {"is_index": design.is_index, "indexed": list(built.indexed)}
    details |= {"falling": list(built.falling), "searched": list(built.searched)}
    record(actor, action="catalog.serve", obj=version, label=resource.code, details=details)
