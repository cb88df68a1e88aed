"""Writes on code sets: draft a set or a version, fill it from a file, put it in force, withdraw it."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import signals
from catalog.data.errors import DataError
from catalog.data.standards.codes import CodeFile, CodeRow, read_codes
from catalog.messages import message
from catalog.models import CodeSet, CodeSetVersion
from catalog.policies import decide_create_standard, decide_standard
from catalog.selectors.standards import code_rows
from catalog.services.codes_of_sets import write_codes
from catalog.workflow import CODE_SETS
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import Conflict, Invalid, NotAllowed
from portal.workflow.move import Decide, move

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
#: Words that stand for pages in the same place of an address.
_TAKEN = frozenset({"new", "draft", "compare"})
MAX_BYTES = 20 * 1024 * 1024


@transaction.atomic
def create_code_set(
    actor: Actor, *, code: str, number: str, name_zh: str, name_en: str = "", source: str = "", note: str = ""
) -> CodeSetVersion:
    """Start a code set with the draft of its first version.

    Raises ``NotAllowed``, ``Invalid`` for a field, ``Conflict`` when the identifier is taken.
    """
    _may_create(actor)
    _check_slug("code", code)
    if not name_zh.strip():
        raise Invalid(fields={"name_zh": [_("This is needed.")]})
    if CodeSet.objects.filter(code=code).exists():
        raise Conflict(_("There is a code set of this identifier; make a new version of it."), code="name_taken")
    texts = {"name_zh": name_zh.strip(), "name_en": name_en.strip(), "source": source.strip(), "note": note.strip()}
    code_set = CodeSet.objects.create(code=code, created_by_id=actor.user_id, **texts)
    return _draft(actor, code_set, number)


@transaction.atomic
def new_code_set_version(
    actor: Actor, *, code_set: CodeSet, number: str, valid_from: date | None = None, note: str = ""
) -> CodeSetVersion:
    """Draft a version that begins with the codes in force. Raises ``Conflict`` when its number is taken."""
    _may_create(actor)
    if code_set.versions.filter(number=number).exists():
        raise Conflict(_("This code set has a version of that number."), code="name_taken")
    in_force = code_set.versions.filter(state="in_force").first()
    made = _draft(actor, code_set, number, valid_from=valid_from, note=note)
    if in_force is not None:
        write_codes(made, code_rows(in_force))
    return made


def _may_create(actor: Actor) -> None:
    if not (decision := decide_create_standard(actor)):
        raise NotAllowed(decision.reason, code=decision.code)


def _check_slug(name: str, value: str) -> None:
    if not _SLUG.fullmatch(value) or value in _TAKEN:
        raise Invalid(fields={name: [_("Letters, digits, _ and - only, beginning with a letter or digit.")]})


def _draft(
    actor: Actor, code_set: CodeSet, number: str, valid_from: date | None = None, note: str = ""
) -> CodeSetVersion:
    _check_slug("number", number)
    made = CodeSetVersion.objects.create(
        code_set=code_set, number=number, valid_from=valid_from, note=note, created_by_id=actor.user_id
    )
    record(actor, action="catalog.code_set.create", obj=made, details={"code_set": code_set.code, "version": number})
    return made


def read_code_file(file: IO[bytes], name: str) -> CodeFile:
    """Read codes from an uploaded file with a report of what is wrong. Raises ``Invalid`` when it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="songhua-codes-") as folder:
        path = Path(folder) / "codes"
        size = 0
        with path.open("wb") as target:
            file.seek(0)
            while block := file.read(1 << 20):
                size += len(block)
                if size > MAX_BYTES:
                    raise Invalid(fields={"file": [_("A list of codes has at most 20 MB.")]})
                target.write(block)
        try:
            return read_codes(path, name)
        except DataError as error:
            raise Invalid(code=error.code, fields={"file": [message(error.code, error.params)]}) from error


@transaction.atomic
def set_codes(actor: Actor, *, version: CodeSetVersion, rows: Sequence[CodeRow]) -> int:
    """Make the codes of a draft those given; returns how many. Locks the version. The rows were read without faults.

    Raises ``NotAllowed`` when it is no draft or the actor does not keep the standards, ``Invalid`` when there are none.
    """
    locked = CodeSetVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not (decision := decide_standard(actor, "edit", locked)):
        raise NotAllowed(decision.reason, code=decision.code)
    if not rows:
        raise Invalid(fields={"file": [_("The file holds no codes.")]})
    count = write_codes(locked, rows)
    record(actor, action="catalog.code_set.edit", obj=locked, details={"codes": count})
    return count


def _decide_filled(actor: Actor, action: str, obj: CodeSetVersion) -> Decision:
    decision = decide_standard(actor, action, obj)
    if decision and not obj.codes.exists():
        raise Invalid(_("A version without codes cannot be put in force."), code="no_codes")
    return decision


@transaction.atomic
def enforce_code_set(actor: Actor, *, version: CodeSetVersion, reason: str = "") -> CodeSetVersion:
    """Put a draft in force and supersede the version before it, which ends today."""
    today = timezone.localdate()
    for old in CodeSetVersion.objects.filter(code_set_id=version.code_set_id, state="in_force").exclude(pk=version.pk):
        fields = {"valid_to": old.valid_to or today}
        _move(actor, old, "supersede", decide_standard, reason, fields)
    return _move(actor, version, "enforce", _decide_filled, reason, {"valid_from": version.valid_from or today})


def withdraw_code_set(actor: Actor, *, version: CodeSetVersion, reason: str = "") -> CodeSetVersion:
    """Withdraw a version; while none is in force, items bound to the set are checked against none."""
    return _move(actor, version, "withdraw", decide_standard, reason)


def _move(
    actor: Actor,
    version: CodeSetVersion,
    verb: str,
    decide: Decide,
    reason: str,
    fields: Mapping[str, Any] | None = None,
) -> CodeSetVersion:
    signal = signals.code_set_moved
    return move(CODE_SETS, actor, version, verb, decide=decide, reason=reason, fields=fields, signal=signal)


CODE_SET_VERBS = {"enforce": enforce_code_set, "withdraw": withdraw_code_set}
