"""From an upload to an immutable version of a resource's data, or to a report of what does not fit."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import duckdb
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from catalog import signals
from catalog.data.duck import one_workbench
from catalog.data.errors import DataError, EngineLimit, IngestCancelled, UnreadableFile
from catalog.data.propose import propose
from catalog.data.room import is_full
from catalog.data.schema import Column
from catalog.data.store import local_copy, save_file
from catalog.messages import message
from catalog.models import Upload, Version
from catalog.selectors.columns import item_columns
from catalog.services.leases import decide_in_lease, give_back, show_progress, take_lease, workplace
from catalog.services.making import Made, Work, make
from catalog.services.manifest import Origin, commit_version, drop_unlisted
from catalog.services.quality.judging import Judgment, judge_files, keep_report
from catalog.services.quality.tickets import note_block
from catalog.services.uploads import cancel_upload, receive_upload
from catalog.workflow import UPLOADS
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid
from portal.workflow.move import move

__all__ = [
    "cancel_upload",
    "check_upload",
    "item_columns",
    "propose_items",
    "receive_upload",
]

Progress = Callable[[str, int], None]
_STAGES = {"checking": 60, "writing": 75, "profiling": 85, "storing": 95}
WHOLE_PERCENT = 100
_READING_ROWS = 20_000


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
    """Check a file against the declared items; what fits makes the current version, what does not a report.

    May run twice: only one run can end an upload. `progress` gets a stage and a number of rows beside what the
    upload itself shows. Writes the Version, the report and the full rejects on the store; moves the upload to
    accepted, rejected (rows do not fit) or failed (cannot be read, or no room is left to check it).
    Emits `version_made`, `upload_finished`.
    Raises TransitionRefused when the upload has ended already, Conflict while another run is alive.
    """
    upload = take_lease(actor, upload_id=upload_id)
    if upload.attempts > settings.UPLOAD_ATTEMPTS:
        return _fail(actor, upload, DataError("check_lost", times=settings.UPLOAD_ATTEMPTS))
    try:
        with workplace(upload) as folder, one_workbench(folder):
            return _check(actor, upload, folder, _watching(upload, progress))
    except IngestCancelled:
        return Upload.objects.get(pk=upload.pk)
    except (OSError, duckdb.IOException) as error:
        if not is_full(error):
            give_back(upload)
            raise
        return _fail(actor, upload, DataError("no_space"))
    except BaseException:
        give_back(upload)
        raise


def _check(actor: Actor, upload: Upload, folder: Path, progress: Progress) -> Upload:
    columns = item_columns(upload.resource)
    try:
        with local_copy(default_storage, upload.file, folder) as source:
            made = make(Work(upload=upload, columns=columns, source=source, folder=folder, progress=progress))
    except (UnreadableFile, EngineLimit) as error:
        return _fail(actor, upload, error)
    if may_stand(upload, made):
        return _ask(actor, upload, made)
    if not made.report.stands:
        return _reject(actor, upload, made)
    try:
        judged = judge_files(upload.resource, columns, made.files, folder, known=made.known)
    except EngineLimit as error:
        return _fail(actor, upload, error)
    if judged.score.blocked:
        return _stop(actor, upload, made, judged)
    try:
        return _accept(actor, upload, columns, made, judged)
    except Conflict as changed:
        return _fail(actor, upload, UnreadableFile(changed.code))


def _watching(upload: Upload, progress: Progress | None) -> Progress:
    """Show the progress on the upload and stop when it is no longer this run's to check."""

    def show(stage: str, rows: int) -> None:
        percent = _STAGES.get(stage) or min(5 + rows // _READING_ROWS, 55)
        show_progress(upload, stage=stage, rows=rows, percent=percent)
        if progress is not None:
            progress(stage, rows)

    return show


@transaction.atomic
def _accept(actor: Actor, upload: Upload, columns: tuple[Column, ...], made: Made, judged: Judgment) -> Upload:
    version = commit_version(
        actor,
        resource=upload.resource,
        kind=upload.mode,
        files=made.files,
        columns=columns,
        profile=made.profile.to_json() if made.profile else None,
        parent=made.parent,
        last_row=made.last_row,
        changes=made.changes,
        origin=Origin(name=upload.name, sha256=upload.sha256, note=upload.note, person_id=upload.created_by_id),
    )
    keep_report(actor, version=version, judgment=judged)
    report = made.report.to_json() | {"rejects": _keep_rejects(upload, made)}
    return _finish(actor, upload, "accept", report, version=version)


def may_stand(upload: Upload, made: Made) -> bool:
    """Say whether a person may decide that the rows that fit become the version, without the others."""
    report = made.report
    is_part = not report.missing_columns and 0 < report.rejected < report.rows
    return made.may_leave_out and is_part and upload.tolerance < WHOLE_PERCENT


def _keep_rejects(upload: Upload, made: Made) -> str:
    """Store what was refused; give its name, "" when nothing was."""
    if made.rejects is None or not made.rejects.exists():
        return ""
    folder = upload.resource.code.replace("/", "~")
    return save_file(default_storage, made.rejects, f"rejects/{folder}/{upload.pk}.parquet")


def _ask(actor: Actor, upload: Upload, made: Made) -> Upload:
    return _finish(actor, upload, "ask", made.report.to_json() | {"rejects": _keep_rejects(upload, made)})


def _reject(actor: Actor, upload: Upload, made: Made) -> Upload:
    return _finish(actor, upload, "reject", made.report.to_json() | {"rejects": _keep_rejects(upload, made)})


@transaction.atomic
def _stop(actor: Actor, upload: Upload, made: Made, judged: Judgment) -> Upload:
    """End an upload whose cells all fit, but whose rows together break a rule that stops a version."""
    note_block(actor, resource=upload.resource, results=judged.blocking)
    stopped = [result.to_json() for result in judged.blocking]
    drop_unlisted(made.files)
    return _finish(actor, upload, "reject", made.report.to_json() | {"rejects": "", "stopped": stopped})


def _fail(actor: Actor, upload: Upload, error: DataError) -> Upload:
    return _finish(actor, upload, "fail", {"code": error.code, "params": error.params})


@transaction.atomic
def _finish(actor: Actor, upload: Upload, verb: str, report: dict[str, Any], version: Version | None = None) -> Upload:
    fields: dict[str, Any] = {"report": report, "progress": 100, "finished_at": timezone.now()}
    if version is not None:
        fields["version"] = version
    upload = move(UPLOADS, actor, upload, verb, decide=decide_in_lease(upload.lease), fields=fields)
    signals.upload_finished.send(sender=Upload, actor=actor, upload=upload)
    return upload
