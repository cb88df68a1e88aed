"""Takes data elements from a file: previewed by doing it and rolling back, then written as drafts or put in force."""

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.data.errors import DataError
from catalog.data.standards.element_files import ElementRow, read_elements
from catalog.messages import message
from catalog.models import CHECKS, ITEM_TYPES, CodeSet, Element
from catalog.policies import decide_create_standard
from catalog.selectors.refusals import refusal_texts
from catalog.services.elements import FIELDS, create_element, edit_element, enforce_element, new_element_version
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import DomainError, Invalid, NotAllowed, TooLarge

LARGEST = 5 << 20
_SEPARATORS = re.compile(r"[;；、\n]+")
VERDICTS = [
    ("create", gettext_lazy("Is drafted")),
    ("version", gettext_lazy("Becomes a new version")),
    ("change", gettext_lazy("Changes the draft")),
    ("same", gettext_lazy("Says the same already")),
    ("refused", gettext_lazy("Refused")),
]


@dataclass(slots=True)
class ElementLine:
    """What one line of a file does: the element it is about, what changes (field, before, after), or why not."""

    line: int
    identifier: str = ""
    name: str = ""
    verdict: str = "refused"
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ElementImport:
    """The lines of an import in the order of the file; ``applied`` says whether they were written."""

    lines: Sequence[ElementLine]
    applied: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many lines have each verdict."""
        return {verdict: sum(line.verdict == verdict for line in self.lines) for verdict, _label in VERDICTS}


class _TakeBack(Exception):
    """Leaves the transaction of a preview, so that nothing of it stays."""


def read_element_rows(file: IO[bytes], name: str) -> list[ElementRow]:
    """Read an uploaded file. Raises ``Invalid`` naming ``file`` when it cannot be read or has heads nobody knows."""
    with tempfile.TemporaryDirectory(prefix="songhua-elements-") as folder:
        path = Path(folder) / "elements"
        file.seek(0)
        content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TooLarge(_("The file is larger than can be taken."), code="upload_bytes", limit=LARGEST)
        path.write_bytes(content)
        try:
            found = read_elements(path, name)
        except DataError as error:
            raise Invalid(code=error.code, fields={"file": [message(error.code, error.params)]}) from error
    if found.unknown:
        texts = [_("There is no field “%(name)s”.") % {"name": head} for head in found.unknown]
        raise Invalid(fields={"file": texts})
    return list(found.rows)


def import_elements(actor: Actor, *, rows: Iterable[ElementRow], apply: bool, enforce: bool = False) -> ElementImport:
    """Draft, change or version the elements that ``rows`` ask for; those refused are left out with their reasons.

    Without ``apply`` everything is done and taken back: the preview says what would happen. ``enforce`` puts in force
    what was written. An element is found by its identifier, else by its name in Chinese. Raises ``NotAllowed``.
    """
    if not (decision := decide_create_standard(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    result = ElementImport([], apply)
    try:
        with transaction.atomic():
            result = _import(actor, list(rows), apply=apply, enforce=enforce)
            if not apply:
                raise _TakeBack  # noqa: TRY301 - the raise is what rolls the transaction back
    except _TakeBack:
        return result
    return result


def _import(actor: Actor, rows: Sequence[ElementRow], *, apply: bool, enforce: bool) -> ElementImport:
    sets = {code_set.code: code_set for code_set in CodeSet.objects.all()}
    sets |= {code_set.name_zh: code_set for code_set in sets.values()}
    seen: set[str] = set()
    lines = []
    for row in rows:
        line = ElementLine(row.line, row.values.get("identifier", ""), row.values.get("name_zh", ""))
        lines.append(line)
        try:
            with transaction.atomic():
                _write(actor, line, _values(row.values, sets), seen, enforce=enforce)
        except DomainError as error:
            line.verdict, line.changes, line.problems = "refused", [], refusal_texts(error, Element)
    result = ElementImport(lines, apply)
    record(actor, action="catalog.element.import", details=result.counts | {"in_force": enforce})
    return result


def _write(actor: Actor, line: ElementLine, values: dict[str, Any], seen: set[str], *, enforce: bool) -> None:
    newest = _newest(line)
    line.identifier = newest.identifier if newest else line.identifier
    if line.identifier and line.identifier in seen:
        raise Invalid(fields={"identifier": [_("The file names this data element twice.")]})
    if newest is None:
        made = create_element(actor, identifier=line.identifier, **({"type": "C"} | values))
        line.verdict, line.identifier = "create", made.identifier
    else:
        made = _changed(actor, line, newest, values)
    line.name = made.name_zh
    seen.add(made.identifier)
    if enforce and made.state == "draft":
        enforce_element(actor, element=made)


def _newest(line: ElementLine) -> Element | None:
    """Return the version in hand: the draft if there is one, else the newest."""
    found = Element.objects.select_related("code_set")
    if line.identifier:
        return found.filter(identifier=line.identifier).order_by("-version").first()
    named = list(found.filter(name_zh=line.name, state__in=("draft", "in_force")).order_by("identifier", "-version"))
    if len({element.identifier for element in named}) > 1:
        raise Invalid(fields={"identifier": [_("Several data elements have this name: give the identifier.")]})
    return named[0] if named and line.name else None


def _changed(actor: Actor, line: ElementLine, newest: Element, values: dict[str, Any]) -> Element:
    line.changes = [
        (name, _shown(getattr(newest, name)), _shown(value))
        for name, value in values.items()
        if getattr(newest, name) != value
    ]
    if not line.changes:
        line.verdict = "same"
        return newest
    line.verdict = "change" if newest.state == "draft" else "version"
    draft = newest if newest.state == "draft" else new_element_version(actor, element=newest)
    return edit_element(actor, element=draft, **values)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(value)
    return value.code if isinstance(value, CodeSet) else "" if value is None else str(value)


def _values(texts: Mapping[str, str], sets: Mapping[str, CodeSet]) -> dict[str, Any]:
    """Return the fields a line states as the element holds them. The version is the register's own and not read."""
    values: dict[str, Any] = {name: text for name, text in texts.items() if name in FIELDS}
    problems: dict[str, list[Any]] = {}
    if "synonyms" in values:
        words = (word.strip() for word in _SEPARATORS.split(values["synonyms"]))
        values["synonyms"] = list(dict.fromkeys(word for word in words if word))
    if "length" in values:
        values["length"] = _length(values["length"], problems)
    if "code_set" in values:
        text = values["code_set"]
        values["code_set"] = sets.get(text)
        if text and values["code_set"] is None:
            problems["code_set"] = [_("There is no code set “%(name)s”.") % {"name": text}]
    for name, choices in (("type", ITEM_TYPES), ("check_rule", CHECKS)):
        if values.get(name):
            values[name] = _choice(values[name], choices)
    if problems:
        raise Invalid(fields=problems)
    return values


def _length(text: str, problems: dict[str, list[Any]]) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdecimal() and 0 < int(text[:8]) <= 1_000_000:  # noqa: PLR2004 - the form's limit
        return int(text)
    problems["length"] = [_("“%(text)s” is not a whole number.") % {"text": text}]
    return None


def _choice(text: str, choices: Iterable[tuple[str, Any]]) -> str:
    """Return the code that a text names, by itself or by its words in either language; else the text, refused later."""
    for code, label in choices:
        words = {code.casefold()}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                words.add(str(label).casefold())
        if text.casefold() in words:
            return code
    return text
