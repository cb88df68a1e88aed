"""Runs of a source: fetch what is new, hand it in, settle by the outcome of the check, pause after failures, cancel."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Func, JSONField, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from catalog.data.errors import IngestCancelled
from catalog.data.sources import Fetched, SourceError, Watch, fetch
from catalog.data.stopping import stoppable
from catalog.models import Source, SourceRun, Upload
from catalog.policies import decide_data_source, decide_source_run
from catalog.services.leases import giving_signs, lease_time
from catalog.services.sources import allowed_places, due_next, password_of
from catalog.services.uploads import cancel_upload, receive_upload
from catalog.workflow import SOURCE_RUNS, SOURCES, UPLOADS
from catalog.workflow.source_runs import UNDER_WAY
from portal.accounts.actors import actor_for
from portal.accounts.people import people_with
from portal.kernel.actors import Actor, Duty, system_actor
from portal.kernel.errors import DomainError, TransitionRefused
from portal.notices.services import notify
from portal.workflow.move import move

#: Failures in a row after which a source is paused until somebody looks.
MOST_FAILURES = 5
#: Leases without a sign after which a run counts as lost: a file on its way into the store keeps its row locked.
_QUIET_LEASES = 10
_MACHINE = system_actor("catalog.run_source")


def run_source(actor: Actor, *, source_id: int) -> SourceRun | None:
    """Fetch what is new and hand it in; None where the source is not due, or still at its last run.

    The mark moves on only when the version stands (`settle`), so that nothing is lost or taken twice. A run that is
    canceled, or taken for lost, stops within seconds and leaves nothing behind.
    """
    run = _begin(actor, source_id)
    if run is None:
        return None
    settings.WORK_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    # What is refused is kept in English, and translated for each who reads it.
    with (
        override("en"),
        tempfile.TemporaryDirectory(prefix="check-source-", dir=settings.WORK_DIR) as folder,
        stoppable() as stopper,
        giving_signs(lambda: _is_alive(run), Path(folder), stopper),
    ):
        try:
            found = _fetch(run, Path(folder))
            return _nothing(run) if found is None else _land(run, found)
        except IngestCancelled:
            run.refresh_from_db()
            return run
        except SourceError as error:
            return _fail(run, error.code, error.params)
        except DomainError as error:
            return _fail(run, "source_refused", {"detail": str(error)})


def _fetch(run: SourceRun, folder: Path) -> Fetched | None:
    source, mine = run.source, SourceRun.objects.filter(pk=run.pk, state="running")
    shown = "rows" if source.kind == "database" else "byte_count"
    watch = Watch(
        progress=lambda amount: _show(mine, {shown: amount}), note=lambda code, params: _note(run, code, params)
    )
    return fetch(source.kind, source.place, password_of(source), source.mark, folder, allowed_places(), watch)


def _show(mine: QuerySet[SourceRun], amounts: dict[str, int]) -> None:
    if not mine.update(beat_at=timezone.now(), **amounts):
        raise IngestCancelled("canceled")


def _note(run: SourceRun, code: str, params: Mapping[str, object]) -> None:
    """Write a step down, after those that others wrote meanwhile."""
    kept = {name: value if isinstance(value, int) else str(value)[:300] for name, value in params.items()}
    line = [{"at": timezone.now().isoformat(), "code": code, "params": kept}]
    added = Func(
        F("log"),
        Value(line, JSONField()),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=JSONField(),
    )
    SourceRun.objects.filter(pk=run.pk).update(log=added)


@transaction.atomic
def _is_alive(run: SourceRun) -> bool:
    """Give a sign; say whether the run goes on. A row that is locked or not committed yet does."""
    row = SourceRun.objects.select_for_update(skip_locked=True).filter(pk=run.pk).first()
    if row is None:
        return True
    if row.state != "running":
        return row.state == "landed"
    row.beat_at = timezone.now()
    row.save(update_fields=["beat_at"])
    return True


@transaction.atomic
def _begin(actor: Actor, source_id: int) -> SourceRun | None:
    source = (
        Source.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("resource", "created_by")
        .filter(pk=source_id, state="active", next_run_at__lte=timezone.now())
        .first()
    )
    if source is None or source.runs.filter(state__in=UNDER_WAY).exists():
        return None
    source.next_run_at = due_next(source)
    source.save(update_fields=["next_run_at"])
    return SourceRun.objects.create(source=source, asked_by=actor.name, before=source.mark)


@transaction.atomic
def _land(run: SourceRun, found: Fetched) -> SourceRun:
    """Hand the file in. Raises IngestCancelled when the run was canceled or taken for lost meanwhile."""
    if SourceRun.objects.select_for_update().get(pk=run.pk).state != "running":
        raise IngestCancelled("canceled")
    source = run.source
    with found.path.open("rb") as file:
        upload = receive_upload(
            actor_for(source.created_by),
            resource=source.resource,
            file=file,
            name=found.name,
            mode=source.mode,
            note=source.title,
        )
    facts = {"mark": found.mark, "rows": found.rows, "name": found.name, "byte_count": found.byte_count}
    landed = _move(_MACHINE, run, "land", upload=upload, **facts)
    _note(run, "source_landed", {})
    return landed


def _move(actor: Actor, run: SourceRun, verb: str, **fields: Any) -> SourceRun:
    details = {"resource": run.source.resource.code, "source": run.source_id}
    return move(SOURCE_RUNS, actor, run, verb, decide=decide_source_run, fields=fields, details=details)


def _end(run: SourceRun, verb: str, **fields: Any) -> bool:
    """End a run unless somebody ended it before; say whether this did."""
    try:
        _move(_MACHINE, run, verb, finished_at=timezone.now(), **fields)
    except TransitionRefused:
        return False
    finally:
        run.refresh_from_db()
    return True


@transaction.atomic
def _nothing(run: SourceRun) -> SourceRun:
    if _end(run, "find_nothing"):
        Source.objects.filter(pk=run.source_id).update(failures=0)
    return run


@transaction.atomic
def _fail(run: SourceRun, code: str, params: Mapping[str, object]) -> SourceRun:
    if not _end(run, "fail", code=code, params={name: str(value) for name, value in params.items()}):
        return run
    source = Source.objects.select_for_update().get(pk=run.source_id)
    source.failures += 1
    source.save(update_fields=["failures"])
    if source.failures >= MOST_FAILURES and source.state == "active":
        move(SOURCES, _MACHINE, source, "pause", decide=decide_data_source)
        _tell(source)
    return run


def _tell(source: Source) -> None:
    notify(
        people_with(Duty.DATA_OFFICER, departments=[source.resource.provider_id]),
        kind="catalog.source.paused",
        title_msg=_("The source “%(name)s” of “%(title)s” failed %(times)s times and is paused."),
        url=f"{source.resource.get_absolute_url()}sources/{source.pk}/",
        context={
            "name": source.title,
            "title": source.resource.title_zh,
            "title_en": source.resource.title_en,
            "times": source.failures,
        },
    )


@transaction.atomic
def cancel_run(actor: Actor, *, run: SourceRun) -> SourceRun:
    """Stop a run that fetches, or the check of what it fetched; no failure, and the mark stays.

    Writes the audit entry `catalog.source_run.cancel`. Raises NotAllowed, and TransitionRefused when it has ended.
    """
    found = (
        SourceRun.objects.select_for_update(of=("self",))
        .select_related("source__resource", "upload__resource")
        .get(pk=run.pk)
    )
    canceled = _move(actor, found, "cancel", finished_at=timezone.now())
    if found.upload is not None:
        canceled.upload = cancel_upload(actor, upload=found.upload)
    _note(found, "source_canceled", {"who": actor.name})
    return canceled


@transaction.atomic
def settle(upload: Upload) -> None:
    """End the run that handed an upload in, by how its check ended; only a version that stands moves the mark on."""
    run = SourceRun.objects.select_for_update(of=("self",)).filter(upload=upload, state="landed").first()
    if run is None or upload.state not in UPLOADS.final:
        return
    if upload.state == "canceled":
        _end(run, "cancel")
        return
    if upload.state != "accepted":
        _fail(run, "source_not_accepted", {"state": upload.state})
        return
    # There may be another file waiting: the sweep looks again at once, and finds nothing new at the latest then.
    again = {"next_run_at": timezone.now()} if run.source.kind != "database" else {}
    Source.objects.filter(pk=run.source_id).update(mark=run.mark, failures=0, **again)
    if upload.version is not None:
        run.rows = upload.version.row_count if run.rows == 0 else run.rows
        run.save(update_fields=["rows"])
        _note(run, "source_version", {"number": upload.version.number, "rows": upload.version.row_count})
    _end(run, "succeed")


def settle_lost(now: datetime) -> int:
    """End runs whose worker died, and those whose upload ended without a word (a cancel); returns how many."""
    runs = SourceRun.objects.filter(
        Q(state="landed", upload__state__in=UPLOADS.final)
        | Q(state="running", beat_at__lt=now - _QUIET_LEASES * lease_time())
    ).select_related("upload")
    for run in runs:
        if run.upload is not None:
            settle(run.upload)
        else:
            _fail(run, "source_lost", {})
    return len(runs)


def due_sources(now: datetime) -> QuerySet[Source]:
    """Give the sources whose time has come."""
    return Source.objects.filter(state="active", next_run_at__lte=now).order_by("next_run_at")
