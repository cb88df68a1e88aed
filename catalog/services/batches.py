"""Batches: previewed by doing it and rolling back, applied as drafts line by line, undone whole while untouched."""

import secrets
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog import signals
from catalog.data.errors import DataError
from catalog.data.store import local_copy
from catalog.models import Batch, BatchLine, Category, Resource
from catalog.policies import decide_batch, decide_start_batch
from catalog.selectors.amendments import Work, content_to_json, items_to_json, work_of
from catalog.selectors.contents import amended
from catalog.selectors.refusals import refusal_texts
from catalog.services.amendments import amend, cancel_amendment
from catalog.services.batch_notes import note_read
from catalog.services.extensions import checked_extensions
from catalog.services.imports import Asked, read_catalog_file
from catalog.services.items import ITEM_FIELDS
from catalog.services.moves import retire
from catalog.services.resources import create_resource, edit_resource, set_items
from catalog.workflow import BATCHES
from portal.accounts.actors import actor_for
from portal.audit.wording import Wording
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, TooLarge
from portal.workflow.move import move

#: Larger files are read, and longer batches applied, by a worker.
READ_AT_ONCE = 256 * 1024
APPLY_AT_ONCE = 200
LARGEST = 50 << 20
_CLASSES = ("category", "theme")


@dataclass(frozen=True, slots=True)
class Done:
    """What a line does: the verdict, the description in hand before and after, what changes in words."""

    resource: Resource
    verdict: str
    before: dict[str, Any]
    after: dict[str, Any]
    changes: list[list[str]]


class _TakeBack(Exception):
    """Leaves a preview's transaction so that nothing of it stays."""

    def __init__(self, done: Done) -> None:
        super().__init__(done.verdict)
        self.done = done


def start_import(actor: Actor, *, file: IO[bytes], name: str) -> Batch:
    """Take a catalogue file and preview it, at once or, when it is large, by a worker.

    Raises ``NotAllowed``, ``TooLarge``.
    """
    if not (decision := decide_start_batch(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > LARGEST:
        raise TooLarge(_("The file is larger than can be taken."), code="upload_bytes", limit=LARGEST)
    safe = PurePath(name.replace("\\", "/")).name[-255:] or "catalog.xlsx"
    stored = default_storage.save(f"batches/{secrets.token_hex(8)}{PurePath(safe).suffix[:10]}", File(file, name=safe))
    with transaction.atomic():
        batch = Batch.objects.create(kind="import", name=safe, file=stored, created_by_id=actor.user_id or 0)
        if size > READ_AT_ONCE:
            signals.batch_waits.send(sender=Batch, batch=batch, verb="preview")
            return batch
    return read_batch(actor, batch=batch)


def read_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Read the file of a batch and preview its lines; a file that cannot be read ends the batch with the reason."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix="songhua-import-") as folder,
            local_copy(default_storage, batch.file, Path(folder)) as path,
        ):
            asked = read_catalog_file(actor, path, batch.name)
    except DataError as error:
        fields = {"problem": {"code": error.code, "params": error.params}}
        return move(BATCHES, actor, batch, "fail", decide=decide_batch, fields=fields)
    return preview(actor, batch=batch, asked=asked)


def start_bulk(actor: Actor, *, name: str, asked: Sequence[Asked]) -> Batch:
    """Preview a bulk edit. Raises ``NotAllowed``, ``Invalid`` when nothing is asked."""
    if not (decision := decide_start_batch(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    if not asked:
        raise Invalid(_("No resource was chosen."), code="nothing_chosen")
    batch = Batch.objects.create(kind="bulk", name=name[:255], created_by_id=actor.user_id or 0)
    return preview(actor, batch=batch, asked=asked)


@transaction.atomic
def preview(actor: Actor, *, batch: Batch, asked: Iterable[Asked]) -> Batch:
    """Say of each line what it would do, by doing it and taking it back; nothing is changed and nobody is told."""
    rows = list(asked)
    lines = []
    for one in rows:
        lines.append(_line(actor, batch, one))
        note_read(batch, len(lines), len(rows))
    BatchLine.objects.bulk_create(lines)
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in {line.verdict for line in lines}}
    return move(BATCHES, actor, batch, "preview", decide=decide_batch, details=counts)


def _line(actor: Actor, batch: Batch, one: Asked) -> BatchLine:
    line = BatchLine(
        batch=batch,
        position=one.line,
        resource=one.resource,
        provider=one.provider,
        title=one.title[:255],
        wanted={"fields": one.fields, "items": one.items},
        verdict="refused",
        problems=one.problems,
    )
    if one.problems:
        return line
    try:
        with transaction.atomic():
            raise _TakeBack(_do(actor, line))  # noqa: TRY301 - the raise is what rolls the savepoint back
    except _TakeBack as back:
        line.verdict, line.changes = back.done.verdict, back.done.changes
    except DomainError as error:
        line.problems = refusal_texts(error)
    return line


def _do(actor: Actor, line: BatchLine) -> Done:
    fields, items = _fields(line.wanted["fields"]), line.wanted["items"]
    if line.resource is None:
        return _create(actor, line, fields, items)
    resource = Resource.objects.select_related("amendment", "provider__region", "category", "theme").get(
        pk=line.resource.pk
    )
    work = work_of(resource)
    if "extensions" in fields:
        fields["extensions"] = {**work.resource.extensions, **checked_extensions(fields["extensions"])}
    changed = {name: value for name, value in fields.items() if getattr(work.resource, name) != value}
    rows = _merged(work, items) if items else None
    before = _state(work)
    if not changed and rows is None:
        return Done(resource, "same", before, before, [])
    opened = resource.state in {"published", "suspended"} and resource.amendment is None
    if opened:
        reason = Wording(gettext_noop("Batch %(number)s: %(name)s"), **_named(line.batch))
        amend(actor, resource=resource, reason=reason)
    if changed:
        edit_resource(actor, resource=resource, **changed)
    if rows is not None:
        set_items(actor, resource=resource, items=rows)
    after = work_of(Resource.objects.select_related("amendment", "category", "theme").get(pk=resource.pk))
    changes = amended(work.resource, work.items, after.resource, after.items)
    words = [[str(change.field), _text(change.before), _text(change.after)] for change in changes]
    return Done(resource, "change" if words else "same", before, _state(after) | {"opened": opened}, words)


def _named(batch: Batch) -> dict[str, Any]:
    return {"number": batch.pk, "name": batch.name}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _create(actor: Actor, line: BatchLine, fields: dict[str, Any], items: list[dict[str, Any]] | None) -> Done:
    if line.provider is None:
        raise Invalid(fields={"provider": [_("Name the provider.")]})
    if not fields.get("title_zh"):
        raise Invalid(fields={"title_zh": [_("A resource needs at least a name in Chinese.")]})
    resource = create_resource(actor, provider=line.provider, **fields)
    if items:
        set_items(actor, resource=resource, items=items)
    resource.refresh_from_db()
    words = [[_("Data items"), "", str(len(items or ()))]]
    return Done(resource, "create", {}, _state(work_of(resource)) | {"opened": False}, words)


def _fields(wanted: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(wanted)
    for name in _CLASSES:
        if fields.get(name) is not None and name in fields:
            found = Category.objects.filter(code=fields[name]).first()
            if found is None:
                raise Invalid(fields={name: [_("This is not in the code list.")]})
            fields[name] = found
    return fields


def _merged(work: Work, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """Return the items in hand with those wanted put in, found by column name or by name; None when nothing differs."""
    rows = [{"code": item.code, "name_zh": item.name_zh} for item in work.items]
    present = {item.code: item for item in work.items}
    by_code = {row["code"]: row for row in rows}
    by_name = {row["name_zh"]: row for row in rows}
    differs = False
    for values in wanted:
        code = values.get("code")
        row = by_code.get(code) if code else by_name.get(str(values.get("name_zh")))
        if row is None:
            rows.append(dict(values))
            differs = True
            continue
        item = present[row["code"]]
        new = {name: value for name, value in values.items() if name in ITEM_FIELDS and getattr(item, name) != value}
        row |= {name: value for name, value in new.items() if name != "code"}
        differs = differs or bool(new)
    return rows if differs else None


def _state(work: Work) -> dict[str, Any]:
    """Return the description in hand, so that it can be compared and put back."""
    return {"content": content_to_json(work.resource, work.related), "items": items_to_json(work.items)}


def begin_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Apply a previewed batch as drafts and amendments, at once or by a worker when it is long."""
    with transaction.atomic():
        begun = move(BATCHES, actor, batch, "begin", decide=decide_batch)
        if begun.lines.filter(verdict__in=("create", "change")).count() > APPLY_AT_ONCE:
            signals.batch_waits.send(sender=Batch, batch=begun, verb="apply")
            return begun
    return apply_batch(actor, batch=begun)


def apply_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Apply what is not applied yet, each line in a transaction of its own; may be run again after a break.

    A line that fails now keeps its reason and changes nothing.
    """
    waiting = batch.lines.filter(verdict__in=("create", "change"), outcome="").values_list("pk", flat=True)
    for pk in list(waiting):
        _apply_line(actor, pk)
    done = batch.lines.filter(outcome="done").count()
    fields = {"finished_at": timezone.now()}
    return move(BATCHES, actor, batch, "apply", decide=decide_batch, fields=fields, details={"lines": done})


@transaction.atomic
def _apply_line(actor: Actor, pk: int) -> None:
    line = BatchLine.objects.select_for_update(of=("self",)).select_related("batch", "resource", "provider").get(pk=pk)
    if line.outcome:
        return
    try:
        with transaction.atomic():
            done = _do(actor, line)
    except DomainError as error:
        line.outcome, line.problems = "failed", refusal_texts(error)
        line.save(update_fields=["outcome", "problems"])
        return
    line.outcome, line.resource, line.before, line.after = "done", done.resource, done.before, done.after
    line.save(update_fields=["outcome", "resource", "before", "after"])


def drop_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Drop a previewed batch; nothing was changed."""
    return move(BATCHES, actor, batch, "drop", decide=decide_batch)


@transaction.atomic
def undo_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Put every description back as it was before the batch, all or none.

    Raises ``Conflict`` (code ``touched_since``) naming the first that somebody changed or submitted since.
    """
    moved = move(BATCHES, actor, batch, "undo", decide=decide_batch)
    lines = list(moved.lines.filter(outcome="done").select_related("resource").order_by("-position", "-pk"))
    for line in lines:
        _undo_line(actor, moved, line)
    return moved


def _undo_line(actor: Actor, batch: Batch, line: BatchLine) -> None:
    if line.resource is None:
        return
    resource = Resource.objects.select_related("amendment", "category", "theme", "provider").get(pk=line.resource.pk)
    work = work_of(resource)
    after = {name: line.after[name] for name in ("content", "items")}
    if _state(work) != after or work.state not in {"draft", "returned"}:
        message = _("“%(title)s” was changed or submitted since; the batch can no longer be undone.")
        raise Conflict(message % {"title": resource.title_zh}, code="touched_since")
    reason = Wording(gettext_noop("Undone: batch %(number)s: %(name)s"), **_named(batch))
    if line.verdict == "create":
        retire(actor, resource=resource, reason=reason)
    elif line.after.get("opened"):
        cancel_amendment(actor, resource=resource, reason=reason)
    else:
        content = {name: value for name, value in line.before["content"].items() if name != "related"}
        added = dict.fromkeys(line.after["content"].get("extensions", {}), "")
        content["extensions"] = added | content.get("extensions", {})
        edit_resource(actor, resource=resource, **_fields(content))
        rows = [{name: value for name, value in row.items() if name in ITEM_FIELDS} for row in line.before["items"]]
        set_items(actor, resource=resource, items=rows)
    line.outcome = "undone"
    line.save(update_fields=["outcome"])


def run_batch(*, batch_id: int, verb: str) -> Batch:
    """Go on with a batch as the person who began it, who alone reads its lines, and in her language; for the worker.

    A batch that is past it is left as it is.
    """
    batch = Batch.objects.select_related("created_by").get(pk=batch_id)
    actor = actor_for(batch.created_by)
    with translation.override(batch.created_by.language or settings.LANGUAGE_CODE):
        if verb == "preview" and batch.state == "received":
            return read_batch(actor, batch=batch)
        if verb == "apply" and batch.state == "applying":
            return apply_batch(actor, batch=batch)
    return batch


def lost_batches(before: datetime) -> list[tuple[int, str]]:
    """Return the batches begun before that moment that wait for a worker, each with what is to be done."""
    waiting = {"received": "preview", "applying": "apply"}
    found = Batch.objects.filter(state__in=waiting, created_at__lt=before).values_list("pk", "state")
    return [(pk, waiting[state]) for pk, state in found.order_by("pk")]
