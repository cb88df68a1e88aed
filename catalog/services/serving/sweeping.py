"""What a lost message or a dead worker left undone, and what readers ask by now: found by looking at what stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from catalog.data.serving import drop_table, table_names
from catalog.models import QuestionCount, Resource, ServingTable
from catalog.selectors.serving import served_resources
from catalog.services.serving.designing import wanted_tables

_SWEPT = 200


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
    wanted = {resource.pk: resource.current_version_id for resource in _with_place(_served_now())}
    standing = set(ServingTable.objects.filter(fault="").exclude(name="").values_list("version_id", flat=True))
    missing = {resource_id for resource_id, version in wanted.items() if version not in standing}
    over = set(ServingTable.objects.values_list("version__resource_id", flat=True)) - set(wanted)
    return _first(lost | missing | over)


def _served_now() -> list[Resource]:
    """Return the resources whose current version somebody asks for, with it."""
    current = (
        Resource.objects.filter(current_version__deleted_at=None)
        .exclude(current_version=None)
        .exclude(state__in=("suspended", "retired"))
    )
    found = served_resources(list(current.values_list("pk", flat=True)))
    return list(current.filter(pk__in=found).select_related("current_version"))


def _with_place(resources: list[Resource]) -> list[Resource]:
    """Give those that are to have a table: none of too many rows without a column to find them by."""
    large = {resource.pk for resource in resources if not _is_small(resource)}
    indexed = wanted_tables(resource for resource in resources if resource.pk in large)
    return [resource for resource in resources if resource.pk not in large or resource.pk in indexed]


def _is_small(resource: Resource) -> bool:
    version = resource.current_version
    return version is not None and version.row_count <= settings.SERVING_MOST_ROWS


def review_serving() -> list[int]:
    """Return the resources whose table would be another one if it were built now, and forget old counts of questions.

    So readers get the indexes they ask by, and what nobody asks by any more goes, once a day. Writes QuestionCount.
    """
    kept = timezone.localdate() - timedelta(days=2 * max(settings.SERVING_INDEX_DAYS, settings.SERVING_INDEX_IDLE_DAYS))
    QuestionCount.objects.filter(day__lt=kept).delete()
    standing = dict(ServingTable.objects.filter(fault="").values_list("version_id", "design"))
    wanted = wanted_tables(_served_now())
    return _first(pk for pk, table in wanted.items() if standing.get(table.version.pk) != table.digest)


def _first(found: Iterable[int]) -> list[int]:
    """Take as many as are looked after at once: last those that failed, so that they keep nobody from his turn."""
    failed = set(ServingTable.objects.exclude(fault="").values_list("version__resource_id", flat=True))
    return sorted(found, key=lambda resource_id: (resource_id in failed, resource_id))[:_SWEPT]
