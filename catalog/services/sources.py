"""Sources of a resource: set up, try, ask to run, pause."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.data.sources import Allowed, lock_secret, next_time, open_secret, probe
from catalog.models import Resource, Source
from catalog.policies import decide_data_source, decide_data_sources
from catalog.workflow import SOURCES
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import NotAllowed
from portal.workflow.move import move

TRY_SECONDS = 30


def allowed_places() -> Allowed:
    """Give what this installation lets sources reach."""
    return Allowed(
        hosts=tuple(settings.SOURCE_HOSTS),
        folders=tuple(Path(folder) for folder in settings.SOURCE_FOLDERS),
        dialects=tuple(settings.SOURCE_DIALECTS),
        seconds=settings.SOURCE_STATEMENT_SECONDS,
    )


def password_of(source: Source) -> str:
    """Open the stored password. Raises SourceError (secret_lost)."""
    return open_secret(source.secret, _keys())


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
    kept.next_run_at = due_next(kept)
    kept.save()
    details = {"resource": resource.code, "kind": kept.kind, "mode": kept.mode, "schedule": kept.schedule}
    record(actor, action=f"catalog.source.{verb}", obj=kept, label=resource.code, details=details)
    return kept


def due_next(source: Source) -> datetime:
    """Give the next time of its schedule."""
    return next_time(source.schedule, hour=source.hour, day=source.day, after=timezone.localtime())


def try_source(actor: Actor, *, source: Source) -> list[str]:
    """Reach a source within `TRY_SECONDS`, because a page waits for it, and give the names of what is there.

    Writes the audit entry `catalog.source.test`, before another's system is reached. Raises NotAllowed, SourceError.
    """
    _ask(decide_data_source(actor, "test", source))
    details = {"resource": source.resource.code, "kind": source.kind}
    record(actor, action="catalog.source.test", obj=source, label=source.resource.code, details=details)
    allowed = allowed_places()
    allowed = replace(allowed, seconds=min(allowed.seconds or TRY_SECONDS, TRY_SECONDS))
    return probe(source.kind, source.place, password_of(source), allowed)


def move_source(actor: Actor, *, source: Source, verb: str, reason: str = "") -> Source:
    """Pause, resume or retire a source; resuming forgets the failures."""
    fields: dict[str, Any] = {"failures": 0, "next_run_at": due_next(source)} if verb == "resume" else {}
    return move(SOURCES, actor, source, verb, decide=decide_data_source, reason=reason, fields=fields)


def ask_run(actor: Actor, *, source: Source) -> None:
    """Have a source run now; the sweep, which comes every minute, begins it."""
    _ask(decide_data_source(actor, "run", source))
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(next_run_at=timezone.now())
        record(actor, action="catalog.source.run", obj=source, label=source.resource.code)
