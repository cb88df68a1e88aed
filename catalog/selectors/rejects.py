"""Where the copy of a file with its errors marked stands: given at once, not there, being made, ready, impossible."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from catalog.messages import message
from catalog.models import Upload

#: Seconds without a sign after which the making of a copy counts as lost.
MARKING_SECONDS = 60


@dataclass(frozen=True)
class MarkedCopy:
    """The copy in one language; `name` is its file in the store, `problem` why there is none."""

    state: str
    percent: int = 0
    name: str = ""
    extension: str = ""
    byte_count: int = 0
    problem: str = ""


def marking_key(upload_id: int, language: str) -> str:
    """Name the sign of whoever makes the copy, which holds the percent that is done."""
    return f"catalog:marking:{upload_id}:{language}"


def marked_copy(upload: Upload, language: str) -> MarkedCopy | None:
    """Say where the marked copy stands for readers of a language; None where nothing was refused."""
    if not upload.report.get("rejects"):
        return None
    made = upload.report.get("marked", {}).get(language)
    if made and "code" in made:
        return MarkedCopy("failed", problem=message(made["code"], made["params"]))
    if made:
        return MarkedCopy("ready", 100, made["file"], made["extension"], made["bytes"])
    if upload.byte_count <= settings.MARK_AT_ONCE_BYTES:
        return MarkedCopy("at_once", 100)
    percent = cache.get(marking_key(upload.pk, language))
    return MarkedCopy("absent") if percent is None else MarkedCopy("making", percent)


def stored_rejects(upload: Upload) -> list[str]:
    """Name all files of the store that hold what was refused."""
    made = [copy["file"] for copy in upload.report.get("marked", {}).values() if "file" in copy]
    return [name for name in (upload.report.get("rejects"), *made) if name]
