"""Writes on data elements: draft, change, put in force, withdraw. What is in force never changes."""

import re
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from catalog.data.schema import ItemType
from catalog.data.standards.checks import is_pattern
from catalog.models import Element
from catalog.policies import decide_create_standard, decide_standard
from catalog.workflow import ELEMENTS
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed, Text
from portal.workflow.move import move

FIELDS = (
    "name_zh", "name_en", "synonyms", "definition", "type", "length", "pattern", "check_rule", "code_set", "unit",
    "source",
)  # fmt: skip
MOST_SYNONYMS, LONGEST_PATTERN = 30, 200
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,39}")
#: Words that stand for pages in the same place of an address.
_TAKEN = frozenset({"new", "import"})
_NUMBERED = re.compile(r"DE([0-9]{5})")


@transaction.atomic
def create_element(actor: Actor, *, identifier: str = "", **fields: Any) -> Element:
    """Draft a data element; an empty identifier takes the next number of the series ``DE00001``.

    ``fields`` are those of ``FIELDS``. Writes an audit entry ``catalog.element.create``.
    Raises ``NotAllowed``, ``Invalid`` for a field, ``Conflict`` when the identifier is taken.
    """
    if not (decision := decide_create_standard(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    if identifier and (identifier in _TAKEN or not _IDENTIFIER.fullmatch(identifier)):
        raise Invalid(fields={"identifier": [_("Letters, digits, _ and - only, beginning with a letter.")]})
    name = identifier or _next_identifier()
    if Element.objects.filter(identifier=name).exists():
        raise Conflict(_("There is a data element of this identifier; make a new version of it."), code="name_taken")
    element = Element(identifier=name, created_by_id=actor.user_id, **_clean(fields))
    _check(element)
    element.save(force_insert=True)
    record(actor, action="catalog.element.create", obj=element, details={"identifier": name, "version": 1})
    return element


def _next_identifier() -> str:
    taken = Element.objects.filter(identifier__regex=r"^DE[0-9]{5}$").values_list("identifier", flat=True)
    last = max((int(match[1]) for name in taken if (match := _NUMBERED.fullmatch(name))), default=0)
    return f"DE{last + 1:05d}"


@transaction.atomic
def edit_element(actor: Actor, *, element: Element, **fields: Any) -> Element:
    """Change a draft. Locks the row. Raises ``NotAllowed`` (also when it is no draft), ``Invalid`` for a field."""
    locked = Element.objects.select_for_update(of=("self",)).get(pk=element.pk)
    if not (decision := decide_standard(actor, "edit", locked)):
        raise NotAllowed(decision.reason, code=decision.code)
    values = _clean(fields)
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, values[name])
    _check(locked)
    if changed:
        locked.save(update_fields=changed)
        record(actor, action="catalog.element.edit", obj=locked, details={"fields": sorted(changed)})
    return locked


@transaction.atomic
def new_element_version(actor: Actor, *, element: Element) -> Element:
    """Draft the next version of an element, as it is now. Raises ``Conflict`` while another draft is open."""
    if not (decision := decide_create_standard(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    versions = Element.objects.select_for_update().filter(identifier=element.identifier)
    if versions.filter(state="draft").exists():
        raise Conflict(_("A new version of this data element is being drafted already."), code="draft_open")
    last = versions.aggregate(last=Max("version"))["last"] or 0
    made = Element.objects.create(
        identifier=element.identifier,
        version=last + 1,
        created_by_id=actor.user_id,
        **{name: getattr(element, name) for name in FIELDS},
    )
    details = {"identifier": made.identifier, "version": made.version}
    record(actor, action="catalog.element.create", obj=made, details=details)
    return made


@transaction.atomic
def enforce_element(actor: Actor, *, element: Element, reason: str = "") -> Element:
    """Put a draft in force; the version in force before it is superseded in the same transaction.

    Items bound to the one before stay bound to it until their officer takes the new one over.
    """
    for old in Element.objects.filter(identifier=element.identifier, state="in_force").exclude(pk=element.pk):
        move(ELEMENTS, actor, old, "supersede", decide=decide_standard, reason=reason)
    return move(ELEMENTS, actor, element, "enforce", decide=decide_standard, reason=reason)


def withdraw_element(actor: Actor, *, element: Element, reason: str = "") -> Element:
    """Withdraw an element; items bound to it keep their type and checks, and show that it is withdrawn."""
    return move(ELEMENTS, actor, element, "withdraw", decide=decide_standard, reason=reason)


ELEMENT_VERBS = {"enforce": enforce_element, "withdraw": withdraw_element}


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - set(FIELDS):
        raise Invalid(fields={name: [_("A data element has no such field.")] for name in sorted(unknown)})
    values = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if "synonyms" in values:
        words = (str(word).strip() for word in values["synonyms"])
        values["synonyms"] = list(dict.fromkeys(word for word in words if word))
    return values


def _check(element: Element) -> None:
    problems = _text_problems(element) | _form_problems(element)
    if problems:
        raise Invalid(fields={name: [text] for name, text in problems.items()})


def _text_problems(element: Element) -> dict[str, Text]:
    problems: dict[str, Text] = {
        name: _("This is needed.") for name in ("name_zh", "definition") if not getattr(element, name)
    }
    for name, most in (("name_zh", 100), ("name_en", 100), ("unit", 40), ("source", 200)):
        if len(getattr(element, name)) > most:
            problems[name] = _("This is too long.")
    if len(element.synonyms) > MOST_SYNONYMS:
        problems["synonyms"] = _("At most 30 other names.")
    return problems


def _form_problems(element: Element) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    for name in ("type", "check_rule"):
        value = getattr(element, name)
        if value and value not in dict(getattr(Element._meta.get_field(name), "flatchoices", ())):
            problems[name] = _("This is not in the code list.")
    if "type" not in problems and not ItemType(element.type).is_text:
        only_texts = ("check_rule", "pattern", "code_set")
        problems |= {name: _("Only a text can have this.") for name in only_texts if getattr(element, name)}
    elif len(element.pattern) > LONGEST_PATTERN or (element.pattern and not is_pattern(element.pattern)):
        problems["pattern"] = _("This is not a regular expression that the engine can run (RE2).")
    return problems
