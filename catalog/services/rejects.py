"""What does not fit: the officer's decision on it, and the file with its errors marked."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from catalog import signals
from catalog.data.errors import UnreadableFile
from catalog.data.marking import Marking, mark
from catalog.data.stopping import stoppable
from catalog.data.store import local_copy, save_file
from catalog.messages import message
from catalog.models import Upload
from catalog.policies import decide_upload
from catalog.selectors.columns import item_columns
from catalog.selectors.rejects import MARKING_SECONDS, MarkedCopy, marked_copy, marking_key, stored_rejects
from catalog.services.leases import giving_signs
from catalog.services.versions import WHOLE_PERCENT
from catalog.workflow import UPLOADS
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.workflow.move import move

_TARGET = "marked"
_ABSENT = "marking_absent"
_MOST_PERCENT = 99


@dataclass(frozen=True)
class MarkedFile:
    """An open file with the errors marked, gone from the disk when it is closed, and its name."""

    stream: IO[bytes]
    name: str


@transaction.atomic
def accept_fitting(actor: Actor, *, upload: Upload, reason: str = "") -> Upload:
    """Have the file checked again, leaving out whatever does not fit; the rest becomes the version.

    Emits `upload_received`. Raises TransitionRefused, NotAllowed (not an officer of the provider), ReasonMissing.
    """
    anew: dict[str, Any] = {
        "progress": 0,
        "finished_at": None,
        "report": {},
        "attempts": 0,
        "lease": "",
        "beat_at": None,
    }
    fields = anew | {"tolerance": WHOLE_PERCENT}
    former = stored_rejects(upload)
    upload = move(UPLOADS, actor, upload, "accept_fitting", decide=decide_upload, reason=reason, fields=fields)
    signals.upload_received.send(sender=Upload, actor=actor, upload=upload)
    # The check that follows writes anew what it refuses.
    transaction.on_commit(lambda: _delete(former))
    return upload


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def refuse_upload(actor: Actor, *, upload: Upload, reason: str = "") -> Upload:
    """End a file with rows that do not fit; the version before stays. Raises TransitionRefused, NotAllowed."""
    return move(UPLOADS, actor, upload, "refuse", decide=decide_upload, reason=reason)


def marked_file(actor: Actor, *, upload: Upload) -> MarkedFile:
    """Give the file as it was handed in, with what does not fit marked; see `catalog.data.marking`.

    Writes the audit entry `catalog.upload.rejects`. Raises NotAllowed, NotFound (nothing was refused), Conflict
    (marking_absent: the file is large, and no copy in the language of the reader is there yet).
    """
    _language, copy = _asked(actor, upload)
    stream: IO[bytes]
    if copy.state == "ready":
        stream, extension = default_storage.open(copy.name), copy.extension
    elif copy.state == "at_once":
        with tempfile.TemporaryDirectory(prefix="songhua-marked-") as name:
            extension = _mark(upload, Path(name), lambda _line: None)
            # Open, it outlives its folder.
            stream = (Path(name) / _TARGET).open("rb")
    else:
        raise Conflict(_("The file is large; have its copy with the errors marked prepared first."), code=_ABSENT)
    record(
        actor,
        action="catalog.upload.rejects",
        obj=upload,
        label=upload.resource.code,
        details={"resource": upload.resource.code, "rejected": upload.report.get("rejected", 0)},
    )
    return MarkedFile(stream, f"{PurePath(upload.name).stem}-{_('errors')}{extension}")


def ask_marked(actor: Actor, *, upload: Upload) -> MarkedCopy:
    """Have the marked copy of a large file made, in the language of the reader; say where it stands.

    Asking again while it is made, or once it is there, does nothing. Writes the audit entry `catalog.upload.mark`.
    Emits `marking_asked`. Raises NotAllowed, NotFound (nothing was refused).
    """
    language, copy = _asked(actor, upload)
    if copy.state not in {"absent", "failed"}:
        return copy
    with transaction.atomic():
        _write_copy(upload, language, None)
        cache.set(marking_key(upload.pk, language), 0, MARKING_SECONDS)
        details = {"resource": upload.resource.code, "language": language}
        record(actor, action="catalog.upload.mark", obj=upload, label=upload.resource.code, details=details)
        signals.marking_asked.send(sender=Upload, actor=actor, upload=upload, language=language)
    return MarkedCopy("making")


def make_marked(*, upload_id: int, language: str) -> str:
    """Make the marked copy that was asked for and put it into the store; say what was done.

    May run twice: whoever comes second while the first is alive does nothing, and a copy that is there stays. A copy
    of what was refused at an earlier check is thrown away.
    """
    upload = Upload.objects.select_related("resource").get(pk=upload_id)
    copy, key = marked_copy(upload, language), marking_key(upload_id, language)
    if copy is None or copy.state not in {"absent", "making"}:
        return copy.state if copy else "gone"
    if not cache.add(f"{key}:taken", 1, MARKING_SECONDS):
        return "taken"
    settings.WORK_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    cache.set(key, 0, MARKING_SECONDS)

    def give_sign() -> bool:
        cache.touch(key, MARKING_SECONDS)
        cache.touch(f"{key}:taken", MARKING_SECONDS)
        return True

    try:
        with (
            tempfile.TemporaryDirectory(prefix="check-marked-", dir=settings.WORK_DIR) as name,
            stoppable() as stopper,
            giving_signs(give_sign, Path(name), stopper),
            translation.override(language),
        ):
            return _store_marked(upload, language, Path(name))
    finally:
        cache.delete_many([key, f"{key}:taken"])


def _store_marked(upload: Upload, language: str, folder: Path) -> str:
    lines, key = max(int(upload.report.get("rows", 0)), 1), marking_key(upload.pk, language)
    try:
        extension = _mark(
            upload, folder, lambda line: cache.set(key, min(line * 100 // lines, _MOST_PERCENT), MARKING_SECONDS)
        )
    except UnreadableFile as error:
        _write_copy(upload, language, {"code": error.code, "params": error.params})
        return "failed"
    place = upload.resource.code.replace("/", "~")
    name = f"rejects/{place}/{upload.pk}-{language}{extension}"
    stored = save_file(default_storage, folder / _TARGET, name)
    copy = {"file": stored, "extension": extension, "bytes": (folder / _TARGET).stat().st_size}
    if not _write_copy(upload, language, copy):
        default_storage.delete(stored)
        return "gone"
    return "ready"


@transaction.atomic
def _write_copy(upload: Upload, language: str, copy: dict[str, Any] | None) -> bool:
    """Note the copy, or that there is none; say whether what was refused is still the same."""
    locked = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.report.get("rejects") != upload.report["rejects"]:
        return False
    marked = {name: one for name, one in locked.report.get("marked", {}).items() if name != language}
    locked.report["marked"] = marked | ({language: copy} if copy else {})
    locked.save(update_fields=["report"])
    upload.report = locked.report
    return True


def _asked(actor: Actor, upload: Upload) -> tuple[str, MarkedCopy]:
    if not (decision := decide_upload(actor, "rejects", upload)):
        raise NotAllowed(decision.reason, code=decision.code)
    language = translation.get_language() or settings.LANGUAGE_CODE
    copy = marked_copy(upload, language)
    if copy is None:
        raise NotFound(_("Nothing in this file was refused."))
    return language, copy


def _mark(upload: Upload, folder: Path, progress: Callable[[int], None]) -> str:
    with (
        local_copy(default_storage, upload.file, folder) as source,
        local_copy(default_storage, upload.report["rejects"], folder) as rejects,
    ):
        columns = item_columns(upload.resource)
        marking = Marking(columns=columns, rejects=rejects, words=message, titles=_titles(), progress=progress)
        return mark(source, upload.name, upload.sheet, folder / _TARGET, marking)


def _titles() -> tuple[str, str, str, str]:
    return _("Line in the file"), _("Data item"), _("Value"), _("What is wrong")
