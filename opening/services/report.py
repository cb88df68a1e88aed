"""What is attached to an edition when its data is looked at."""

from typing import Any

from opening.models import Publication
from opening.services.columns_check import chosen_columns, kept
from opening.services.release_check import release_checks


def report_of(publication: Publication, verb: str) -> dict[str, Any]:
    """Look at an edition, and return what is attached to it: each rule with its outcome, and the columns looked at.

    ``columns`` are those of this look, ``reviewed`` those with which it was last released (or is, by ``verb``).
    """
    version, items = publication.resource.current_version, list(publication.items.all())
    columns = kept(chosen_columns(items, version)) if version else []
    before = publication.check_report.get("reviewed", [])
    return {
        "version": version.number if version else None,
        "columns": columns,
        "reviewed": columns if verb == "publish" else before,
        "checks": [
            {"code": c.code, "is_met": c.is_met, "is_note": c.is_note, "subject": str(c.subject)}
            for c in release_checks(publication)
        ],
    }
