"""Writes the codes of one version of a code set."""

from collections.abc import Iterable

from catalog.data.standards.codes import CodeRow
from catalog.models import Code, CodeSetVersion
from catalog.services.indexing import label_vector


def write_codes(version: CodeSetVersion, rows: Iterable[CodeRow]) -> int:
    """Make the codes of ``version`` those given, in that order; returns how many. The caller has asked the policy."""
    version.codes.all().delete()
    made = [
        Code(
            version=version,
            position=at,
            code=row.code,
            label_zh=row.label_zh,
            label_en=row.label_en,
            parent=row.parent,
            valid_from=row.valid_from or None,
            valid_to=row.valid_to or None,
            search_vector=label_vector(row.label_zh, row.label_en),
        )
        for at, row in enumerate(rows, 1)
    ]
    return len(Code.objects.bulk_create(made, batch_size=2_000))
