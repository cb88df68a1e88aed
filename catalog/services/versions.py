"""From an upload to an immutable version of a resource's data, or to a report of what does not fit."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from catalog import signals
from catalog.data.errors import DataError, EngineLimit, IngestCancelled, UnreadableFile
from catalog.data.ingest import IngestReport, filled_parts, ingest
from catalog.data.manifest import DescribedFile
from catalog.data.profile import FileProfile, profile
from catalog.data.propose import propose
from catalog.data.schema import Column, ItemType
from catalog.data.store import local_copy, save_file
from catalog.messages import message
from catalog.models import Item, Resource, Upload, Version
from catalog.policies import decide_upload
from catalog.selectors.standards import column_standards
from catalog.services.manifest import Origin, commit_version, store_file
from catalog.services.uploads import cancel_upload, receive_upload, waiting_uploads
from catalog.workflow import UPLOADS
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid
from portal.workflow.move import move

__all__ = [
    "cancel_upload",
    "check_upload",
    "item_columns",
    "propose_items",
    "receive_upload",
    "waiting_uploads",
]

Progress = Callable[[str, int], None]
_STAGES = {"checking": 60, "writing": 75, "profiling": 90}
_READING_ROWS = 20_000


def item_columns(resource: Resource) -> tuple[Column, ...]:
    """Give the declared columns of a resource, from its data items in order."""
    items = list(resource.items.select_related("element").order_by("position", "pk"))
    standards = column_standards(items)
    return tuple(_column(item, standards.get(item.pk, {})) for item in items)


def _column(item: Item, standard: dict[str, Any]) -> Column:
    return Column(
        id=item.column_id,
        name=item.code,
        title=item.name_zh,
        type=ItemType(item.type),
        length=item.length,
        nullable=item.is_nullable,
        primary_key=item.is_key,
        **standard,
    )


def propose_items(file: IO[bytes], name: str) -> tuple[Column, ...]:
    """Propose columns from a file over the whole of it. Raises Invalid with what is wrong with the file."""
    with tempfile.TemporaryDirectory(prefix="songhua-propose-") as folder:
        path = Path(folder) / "upload"
        file.seek(0)
        with path.open("wb") as target:
            while block := file.read(1 << 20):
                target.write(block)
        try:
            return propose(path, name)
        except DataError as error:
            raise Invalid(code=error.code, fields={"file": [message(error.code, error.params)]}) from error


def check_upload(actor: Actor, *, upload_id: int, progress: Progress | None = None) -> Upload:
    """Check a file against the declared items; what fits becomes the current version, what does not a report.

    May run twice: only one run can end an upload. `progress` gets a stage and a number of rows beside what the
    upload itself shows. Writes the Version, the report and the full rejects on the store; moves the upload to
    accepted, rejected (rows do not fit) or failed (cannot be read). Emits `version_made`, `upload_finished`.
    Raises TransitionRefused when the upload has ended already.
    """
    upload = Upload.objects.select_related("resource").get(pk=upload_id)
    upload = move(UPLOADS, actor, upload, "check", decide=decide_upload, fields={"progress": 1})
    columns = item_columns(upload.resource)
    with tempfile.TemporaryDirectory(prefix="songhua-check-") as name:
        folder = Path(name)
        target, rejects = folder / "typed.parquet", folder / "rejects.parquet"
        try:
            with local_copy(default_storage, upload.file, folder) as source:
                report = ingest(
                    source,
                    columns,
                    target,
                    filename=upload.name,
                    rejects=rejects,
                    part_rows=settings.DATA_FILE_ROWS,
                    progress=_watching(upload, progress),
                )
            if not report.stands:
                return _reject(actor, upload, report, rejects)
            _watching(upload, progress)("profiling", report.rows)
            found = profile(filled_parts(target), columns, folder)
        except (UnreadableFile, EngineLimit) as error:
            return _fail(actor, upload, error)
        except IngestCancelled:
            return Upload.objects.get(pk=upload.pk)
        files = [store_file(upload.resource, f"u{upload.pk}", part, columns) for part in filled_parts(target)]
    return _accept(actor, upload, columns, report, files, found)


def _watching(upload: Upload, progress: Progress | None) -> Progress:
    """Show the progress on the upload and stop when it is no longer being checked."""

    def show(stage: str, rows: int) -> None:
        percent = _STAGES.get(stage) or min(5 + rows // _READING_ROWS, 55)
        if not Upload.objects.filter(pk=upload.pk, state="checking").update(progress=percent):
            raise IngestCancelled("canceled")
        if progress is not None:
            progress(stage, rows)

    return show


@transaction.atomic
def _accept(
    actor: Actor,
    upload: Upload,
    columns: tuple[Column, ...],
    report: IngestReport,
    files: list[DescribedFile],
    found: FileProfile,
) -> Upload:
    version = commit_version(
        actor,
        resource=upload.resource,
        kind="replace",
        files=files,
        columns=columns,
        profile=found.to_json(),
        origin=Origin(name=upload.name, sha256=upload.sha256, note=upload.note, person_id=upload.created_by_id),
    )
    return _finish(actor, upload, "accept", report.to_json() | {"rejects": ""}, version=version)


def _reject(actor: Actor, upload: Upload, report: IngestReport, rejects: Path) -> Upload:
    stored = ""
    if rejects.exists():
        folder = upload.resource.code.replace("/", "~")
        stored = save_file(default_storage, rejects, f"rejects/{folder}/{upload.pk}.parquet")
    return _finish(actor, upload, "reject", report.to_json() | {"rejects": stored})


def _fail(actor: Actor, upload: Upload, error: DataError) -> Upload:
    return _finish(actor, upload, "fail", {"code": error.code, "params": error.params})


@transaction.atomic
def _finish(actor: Actor, upload: Upload, verb: str, report: dict[str, Any], version: Version | None = None) -> Upload:
    fields: dict[str, Any] = {"report": report, "progress": 100, "finished_at": timezone.now()}
    if version is not None:
        fields["version"] = version
    upload = move(UPLOADS, actor, upload, verb, decide=decide_upload, fields=fields)
    signals.upload_finished.send(sender=Upload, actor=actor, upload=upload)
    return upload
