"""Writes on the classes of the catalogue."""

from collections.abc import Iterable, Mapping

from catalog.classes import standard_classes
from catalog.models import Category
from portal.kernel.errors import Invalid

_WRITTEN = ["kind", "slug", "name_zh", "name_en"]


def load_standard_classes() -> int:
    """Write the standard classes, leaving names that an installation changed; safe to repeat."""
    return len(Category.objects.bulk_create(standard_classes(), ignore_conflicts=True))


def load_categories(rows: Iterable[Mapping[str, str]]) -> int:
    """Write classes ``code, slug, name_zh, name_en, parent`` (parents first); the kind is the code's first digit.

    Safe to repeat. Raises ``Invalid`` for a code that does not begin with 1, 2 or 3.
    """
    classes = []
    for row in rows:
        if row["code"][:1] not in {"1", "2", "3"}:
            raise Invalid(fields={"code": ["A class begins with 1 (base), 2 (theme) or 3 (department)."]})
        classes.append(
            Category(
                code=row["code"],
                kind=int(row["code"][0]),
                slug=row["slug"],
                name_zh=row["name_zh"],
                name_en=row.get("name_en", ""),
                parent_id=row.get("parent") or None,
            )
        )
    Category.objects.bulk_create(
        classes, update_conflicts=True, unique_fields=["code"], update_fields=[*_WRITTEN, "parent"]
    )
    return len(classes)
