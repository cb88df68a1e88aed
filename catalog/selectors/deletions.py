"""Deletions of data: what one would take and leave, what hangs on it, and the certificate of what it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalog.models import DataFile, Deletion, Resource, Upload, Version
from catalog.selectors.dependents import Dependent, dependents_of
from catalog.selectors.manifest import differences_folder, exports_folder
from catalog.selectors.rejects import stored_rejects
from portal.audit.models import Entry
from portal.kernel.errors import Text

#: What a file of the list is, by its kind.
KINDS: dict[str, Text] = {
    "data": _("data file"),
    "upload": _("file handed in"),
    "rejects": _("refused rows"),
    "copy": _("copy"),
}


def deletions(resource: Resource) -> QuerySet[Deletion]:
    """Return the deletions of a resource, newest first, with their people and versions (2 queries)."""
    found = Deletion.objects.filter(resource=resource).select_related("resource__provider", "proposed_by", "decided_by")
    return found.prefetch_related(Prefetch("versions", Version.objects.defer("profile").order_by("number")))


def deletable_versions(resource: Resource) -> QuerySet[Version]:
    """Return the versions of a resource whose data is there, and that no open deletion names."""
    named = Deletion.objects.filter(state__in=("proposed", "approved"), resource=resource).values("versions")
    return Version.objects.filter(resource=resource, deleted_at=None).exclude(pk__in=named).order_by("-number")


def standing_dependents(resource: Resource) -> list[Dependent]:
    """Return what uses a resource now: grants, editions and whatever else the apps above know of."""
    return [one for one in dependents_of(resource) if one.stands]


def unfinished_deletions() -> QuerySet[Deletion]:
    """Return the deletions that were decided and are not carried out."""
    return Deletion.objects.filter(state="approved").order_by("pk")


def files_of(deletion: Deletion) -> list[dict[str, Any]]:
    """List the files of a deletion: as they were written down, or as they would go while it is only proposed."""
    return deletion.ledger or (ledger_of(deletion) if deletion.state == "proposed" else [])


def file_rows(deletion: Deletion) -> Iterator[list[Any]]:
    """Yield a header and one row for each file of a deletion, in the language in force."""
    yield [_now("File"), _now("Kind"), _now("What happens"), _now("Bytes"), "SHA-256", _now("Kept by versions")]
    goes = _now("would be removed") if deletion.state == "proposed" else _now("removed")
    for line in files_of(deletion):
        outcome = _now("stays") if line["outcome"] == "kept" else goes
        kept_by = " ".join(map(str, line.get("kept_by", ())))
        yield [line["name"], KINDS[line["kind"]], outcome, line.get("bytes", ""), line.get("sha256", ""), kept_by]


def ledger_of(deletion: Deletion) -> list[dict[str, Any]]:
    """List every file that the data of the versions lies in, and whether it goes (a few queries, sizes from the store).

    A data file that a version outside the deletion still names stays, with the numbers of those versions.
    """
    chosen = list(deletion.versions.order_by("number"))
    return [*_data_files(chosen), *_uploaded(chosen), *_copies(deletion.resource, chosen)]


def copies(resource: Resource, versions: Iterable[Version]) -> Iterator[str]:
    """Find what was derived from the data of versions and lies in the store under its own name."""
    for version in versions:
        yield from stored_under(exports_folder(version))
    yield from stored_under(differences_folder(resource.pk))


def stored_under(folder: str) -> Iterator[str]:
    """Find every file of the store in a folder and in the folders of it."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files if name)
    for name in folders:
        yield from stored_under(f"{folder}/{name}")


def certificate(deletion: Deletion) -> dict[str, Any]:
    """Give the certificate of a deletion as JSON: the decision, every file, what remains, the audit record."""
    entry = Entry.objects.filter(object_type="catalog.deletion", object_id=str(deletion.pk), outcome="done")
    last = entry.filter(action="catalog.deletion.finish").select_related("link").first()
    link = getattr(last, "link", None)
    return {
        "number": deletion.number,
        "resource": deletion.resource.code,
        "title": deletion.resource.title_zh,
        "provider": deletion.resource.provider.name_zh,
        "state": deletion.state,
        "versions": [
            {"number": one.number, "rows": one.row_count, "bytes": one.byte_count, "sha256": one.sha256}
            for one in sorted(deletion.versions.all(), key=lambda version: version.number)
        ],
        "reason": deletion.reason,
        "basis": deletion.basis,
        "proposed_by": deletion.proposed_by.name,
        "proposed_at": _moment(deletion.created_at),
        "decided_by": deletion.decided_by.name if deletion.decided_by else None,
        "decided_at": _moment(deletion.decided_at),
        "decision_reason": deletion.answer,
        "finished_at": _moment(deletion.finished_at),
        "removed": [line for line in deletion.ledger if line["outcome"] == "removed"],
        "remaining": [line for line in deletion.ledger if line["outcome"] == "kept"],
        "audit_entry": last.pk if last else None,
        "audit_number": link.number if link else None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _data_files(chosen: list[Version]) -> Iterator[dict[str, Any]]:
    standing = Version.objects.filter(deleted_at=None).exclude(pk__in=[one.pk for one in chosen])
    named = Prefetch("versions", standing.only("number").order_by("number"), to_attr="keepers")
    files = DataFile.objects.filter(versions__in=chosen, deleted_at=None).distinct().order_by("pk")
    for file in files.prefetch_related(named):
        kept = [version.number for version in file.keepers]
        facts = {"bytes": file.byte_count, "sha256": file.sha256, "rows": file.row_count, "kept_by": kept}
        yield _line("data", file.uri, "kept" if kept else "removed", facts)


def _uploaded(chosen: list[Version]) -> Iterator[dict[str, Any]]:
    for upload in Upload.objects.filter(version__in=chosen).order_by("pk"):
        if upload.file:
            facts = {"bytes": upload.byte_count, "sha256": upload.sha256}
            yield _line("upload", upload.file, "removed", facts)
        for name in stored_rejects(upload):
            yield _line("rejects", name, "removed", {})


def _copies(resource: Resource, chosen: list[Version]) -> Iterator[dict[str, Any]]:
    for name in copies(resource, chosen):
        yield _line("copy", name, "removed", {})


def _line(kind: str, name: str, outcome: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "name": name, "outcome": outcome} | facts
