"""Sources of a resource: set up, try, run, settle by the outcome of the check, pause after failures."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.data.sources import Allowed, Fetched, SourceError, Watch, fetch, lock_secret, next_time, open_secret, probe
from catalog.models import Resource, Source, SourceRun, Upload
from catalog.policies import decide_data_source, decide_data_sources
from catalog.services.uploads import receive_upload
from catalog.workflow import SOURCES, UPLOADS
from portal.accounts.actors import actor_for
from portal.accounts.people import people_with
from portal.audit.record import record
from portal.kernel.actors import Actor, Duty, system_actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import DomainError, NotAllowed
from portal.notices.services import notify
from portal.workflow.move import move

#: Failures in a row after which a source is paused until somebody looks.
MOST_FAILURES = 5
_SILENT = timedelta(minutes=15)


def allowed_places() -> Allowed:
    """Give what this installation lets sources reach."""
    return Allowed(
        hosts=tuple(settings.SOURCE_HOSTS),
        folders=tuple(Path(folder) for folder in settings.SOURCE_FOLDERS),
        dialects=tuple(settings.SOURCE_DIALECTS),
        seconds=settings.SOURCE_STATEMENT_SECONDS,
    )


def _keys() -> list[str]:
    own = [settings.SOURCE_SECRET_KEY] if settings.SOURCE_SECRET_KEY else []
    return [*own, settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


def _ask(decision: Decision) -> None:
    if not decision:
        raise NotAllowed(decision.reason, code=decision.code)


@transaction.atomic
def save_source(
    actor: Actor, *, resource: Resource, source: Source | None = None, password: str = "", **fields: Any
) -> Source:
    """Set a source up, or change it; an empty `password` keeps the one there is, unless the place is another.

    Whoever saves it answers for its runs: they are made with her duties. Another place begins from the start.
    Writes the audit entry, in which neither password nor place stands. Raises NotAllowed.
    """
    _ask(decide_data_source(actor, "edit", source) if source else decide_data_sources(actor, "create", resource))
    if actor.user_id is None:
        raise NotAllowed(_("Only a data officer of the provider may do this."), code="no_duty")
    verb = "edit" if source else "create"
    kept = source or Source(resource=resource)
    if source and (source.kind, source.place) != (fields["kind"], fields["place"]):
        kept.mark, kept.secret = {}, ""
    for name, value in fields.items():
        setattr(kept, name, value)
    if password:
        kept.secret = lock_secret(password, _keys())
    kept.created_by_id = actor.user_id
    kept.next_run_at = _next(kept)
    kept.save()
    details = {"resource": resource.code, "kind": kept.kind, "mode": kept.mode, "schedule": kept.schedule}
    record(actor, action=f"catalog.source.{verb}", obj=kept, label=resource.code, details=details)
    return kept


def _next(source: Source) -> datetime:
    return next_time(source.schedule, hour=source.hour, day=source.day, after=timezone.localtime())


def try_source(actor: Actor, *, source: Source) -> list[str]:
    """Reach a source and give the names of what is there. Raises NotAllowed, SourceError."""
    _ask(decide_data_source(actor, "test", source))
    return probe(source.kind, source.place, open_secret(source.secret, _keys()), allowed_places())


def move_source(actor: Actor, *, source: Source, verb: str, reason: str = "") -> Source:
    """Pause, resume or retire a source; resuming forgets the failures."""
    fields: dict[str, Any] = {"failures": 0, "next_run_at": _next(source)} if verb == "resume" else {}
    return move(SOURCES, actor, source, verb, decide=decide_data_source, reason=reason, fields=fields)


def ask_run(actor: Actor, *, source: Source) -> None:
    """Have a source run now; the sweep, which comes every minute, begins it."""
    _ask(decide_data_source(actor, "run", source))
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(next_run_at=timezone.now())
        record(actor, action="catalog.source.run", obj=source, label=source.resource.code)


def run_source(actor: Actor, *, source_id: int) -> SourceRun | None:
    """Fetch what is new and hand it in; None where the source is not due, or still at its last run.

    The mark moves on only when the version stands (`settle`), so that nothing is lost or taken twice.
    """
    run = _begin(actor, source_id)
    if run is None:
        return None
    source = run.source
    settings.WORK_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="check-source-", dir=settings.WORK_DIR) as folder:
        try:
            password = open_secret(source.secret, _keys())
            beat = SourceRun.objects.filter(pk=run.pk)
            found = fetch(
                source.kind,
                source.place,
                password,
                source.mark,
                Path(folder),
                allowed_places(),
                Watch(progress=lambda rows: _sign(beat, rows)),
            )
            return _end(run, "nothing") if found is None else _land(run, found)
        except SourceError as error:
            return _fail(run, error.code, error.params)
        except DomainError as error:
            return _fail(run, "source_refused", {"detail": str(error)})


def _sign(beat: QuerySet[SourceRun], rows: int) -> None:
    beat.update(rows=rows, beat_at=timezone.now())


@transaction.atomic
def _begin(actor: Actor, source_id: int) -> SourceRun | None:
    source = (
        Source.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("resource", "created_by")
        .filter(pk=source_id, state="active", next_run_at__lte=timezone.now())
        .first()
    )
    if source is None or source.runs.filter(outcome__in=("running", "landed")).exists():
        return None
    source.next_run_at = _next(source)
    source.save(update_fields=["next_run_at"])
    return SourceRun.objects.create(source=source, asked_by=actor.name)


@transaction.atomic
def _land(run: SourceRun, found: Fetched) -> SourceRun:
    source = run.source
    with found.path.open("rb") as file:
        upload = receive_upload(
            actor_for(source.created_by), resource=source.resource, file=file, name=found.name, mode=source.mode
        )
    run.upload, run.mark, run.rows, run.outcome = upload, found.mark, found.rows, "landed"
    run.save(update_fields=["upload", "mark", "rows", "outcome"])
    return run


def _end(run: SourceRun, outcome: str) -> SourceRun:
    run.outcome, run.finished_at = outcome, timezone.now()
    run.save(update_fields=["outcome", "finished_at"])
    if outcome in {"succeeded", "nothing"}:
        Source.objects.filter(pk=run.source_id).update(failures=0)
    return run


@transaction.atomic
def _fail(run: SourceRun, code: str, params: Mapping[str, object]) -> SourceRun:
    source = Source.objects.select_for_update().get(pk=run.source_id)
    run.code, run.params = code, {name: str(value) for name, value in params.items()}
    run.save(update_fields=["code", "params"])
    _end(run, "failed")
    source.failures += 1
    source.save(update_fields=["failures"])
    if source.failures >= MOST_FAILURES and source.state == "active":
        move(SOURCES, system_actor("catalog.run_source"), source, "pause", decide=decide_data_source)
        _tell(source)
    return run


def _tell(source: Source) -> None:
    notify(
        people_with(Duty.DATA_OFFICER, departments=[source.resource.provider_id]),
        kind="catalog.source.paused",
        title_msg=_("The source “%(name)s” of “%(title)s” failed %(times)s times and is paused."),
        url=f"{source.resource.get_absolute_url()}sources/{source.pk}/",
        context={"name": source.title, "title": source.resource.title_zh, "times": source.failures},
    )


@transaction.atomic
def settle(upload: Upload) -> None:
    """End the run that handed an upload in, by how its check ended; only a version that stands moves the mark on."""
    run = SourceRun.objects.select_for_update(of=("self",)).filter(upload=upload, outcome="landed").first()
    if run is None or upload.state not in UPLOADS.final:
        return
    if upload.state != "accepted":
        _fail(run, "source_not_accepted", {"state": upload.state})
        return
    # There may be another file waiting: the sweep looks again at once, and finds nothing new at the latest then.
    again = {"next_run_at": timezone.now()} if run.source.kind != "database" else {}
    Source.objects.filter(pk=run.source_id).update(mark=run.mark, **again)
    if upload.version is not None:
        run.rows = upload.version.row_count if run.rows == 0 else run.rows
        run.save(update_fields=["rows"])
    _end(run, "succeeded")


def settle_lost(now: datetime) -> int:
    """End runs whose worker died, and those whose upload ended without a word (a cancel); returns how many."""
    runs = SourceRun.objects.filter(
        Q(outcome="landed", upload__state__in=UPLOADS.final) | Q(outcome="running", beat_at__lt=now - _SILENT)
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
