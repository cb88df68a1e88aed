"""Which files hold the rows of a version, and which of them can hold those of a question."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.files.storage import default_storage
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog.data.manifest import Span, bounds
from catalog.data.plan import Condition
from catalog.data.schema import Column, columns_from_json
from catalog.data.store import Location, locate
from catalog.models import ColumnRange, DataFile, Version, VersionFile

_MOST_POINTS = 20


def version_files(version: Version) -> QuerySet[DataFile]:
    """Return the files of a version in their order (1 query when read)."""
    return DataFile.objects.filter(places__version=version).order_by("places__position")


def locations(
    version: Version,
    conditions: Iterable[Condition] = (),
    *,
    rows: int | None = None,
    after: int | None = None,
    places: Collection[int] | None = None,
) -> tuple[Location, ...]:
    """Find the files that can hold rows of a version under all ``conditions``, in order (1 query, 2 with ``after``).

    A condition names a column as the version does, and compares the stored value, unmasked. ``rows`` asks for so
    many of the first files only as hold that number of rows, counted from the start or, with ``after``, behind that
    row number; it needs a question without conditions. ``places`` names files by their place in the version.
    Raises DamagedFile when a local file is gone.
    """
    found = VersionFile.objects.filter(version=version)
    if places is not None:
        found = found.filter(position__in=places)
    columns = {column.name: column for column in columns_from_json(version.columns)}
    for condition in conditions:
        found = _holding(found, condition, columns[condition.column])
    if after is not None:
        found = found.filter(file__last_row__gt=after)
    if rows is not None:
        start = 0
        if after is not None:
            first = found.order_by("position").values_list("rows_before", "file__row_count").first()
            start = sum(first) if first else 0
        found = found.filter(rows_before__lt=start + rows) if start else found.filter(rows_before__lt=rows)
    listed = found.order_by("position").values_list("file__uri", "file__layout")
    return tuple(locate(default_storage, uri, layout) for uri, layout in listed)


def overlapping(version: Version, spans: Iterable[Span]) -> QuerySet[VersionFile]:
    """Return the files of a version in which a row could lie between the bounds of every span, with their place."""
    places = VersionFile.objects.filter(version=version).select_related("file").order_by("position")
    for span in spans:
        ranges = ColumnRange.objects.filter(file_id=OuterRef("file_id"), column_id=span.column)
        outside = _outside("text", span.low_text, span.high_text) | _outside(
            "number", span.low_number, span.high_number
        )
        if outside:
            places = places.filter(~Exists(ranges.filter(outside)))
    return places


def exports_folder(version: Version) -> str:
    """Return where the store keeps the files prepared from a version; they go when its data goes."""
    return f"exports/{version.pk}"


def differences_folder(resource_id: int) -> str:
    """Return where the store keeps what was found when versions of a resource were compared."""
    return f"differences/{resource_id}"


def _holding(places: QuerySet[VersionFile], condition: Condition, column: Column) -> QuerySet[VersionFile]:
    ranges = ColumnRange.objects.filter(file_id=OuterRef("file_id"), column_id=column.id)
    if condition.op == "null":
        none = Q(nulls=0) if condition.value else Q(nulls=F("file__row_count"))
        return places.filter(~Exists(ranges.filter(none)))
    found = bounds(condition, column.type)
    if found is None:
        return places
    kind, pairs = found
    if len(pairs) > _MOST_POINTS:
        pairs = [(min(low for low, _high in pairs), max(high for _low, high in pairs))]
    outside = Q()
    for low, high in pairs:
        outside &= _outside(kind, low, high)
    return places.filter(~Exists(ranges.filter(outside)))


def _outside(kind: str, low: object, high: object) -> Q:
    """Say that no value lies between; an unknown bound never says so."""
    outside = Q()
    if high is not None:
        outside |= Q(**{f"low_{kind}__gt": high})
    if low is not None:
        outside |= Q(**{f"high_{kind}__lt": low})
    return outside
