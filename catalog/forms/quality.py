"""The shape of what officials type about quality: rules of each kind, tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.data.quality import Kind, Rule
from catalog.data.quality.expressions import COMPARE
from catalog.data.quality.rules import DIMENSIONS as PLACES
from catalog.data.quality.rules import DIRT, MAX_PATTERN
from catalog.data.schema import Column
from catalog.models import DIMENSIONS, ITEM_TYPES, RULE_KINDS, SEVERITIES
from catalog.selectors.standards import code_sets_in_force, codes_by_set
from portal.kernel.errors import Text
from portal.web.bilingual import text_of
from portal.web.forms import SonghuaForm

MADE_BY_HAND = tuple(
    kind for kind in Kind if kind not in {Kind.FRESHNESS, Kind.READABLE, Kind.CORRECTIONS, Kind.ROW_CHANGE}
)
"""Kinds an officer can add; the others stand for every resource once and are changed, not added."""
SCHEMES: list[tuple[str, Text]] = [
    ("identity", _("Resident identity number (GB 11643)")),
    ("uscc", _("Unified social credit code (GB 32100)")),
    ("card", _("Bank card number (Luhn)")),
]
DIRTS: list[tuple[str, Text]] = [
    ("control", _("Control characters and garbled text")),
    ("full_width", _("Full-width letters and digits")),
    ("spaces", _("Stray spaces")),
    ("placeholder", _("Test values and placeholders")),
]
OPERATIONS: list[tuple[str, Text]] = [
    ("eq", _("equals")),
    ("ne", _("differs from")),
    ("lt", _("is less than")),
    ("le", _("is at most")),
    ("gt", _("is more than")),
    ("ge", _("is at least")),
    ("filled", _("is filled")),
    ("null", _("is empty")),
]
_SEVERAL = frozenset({Kind.UNIQUE, Kind.KEY})
_NONE = frozenset({Kind.DUPLICATE_ROWS, Kind.EXPRESSION})


def _number(label: Any, **kwargs: Any) -> forms.Field:
    return forms.FloatField(label=label, required=False, **kwargs)


def _text(label: Any, **kwargs: Any) -> forms.Field:
    return forms.CharField(label=label, required=False, max_length=kwargs.pop("max_length", 200), **kwargs)


def _code_sets() -> list[tuple[str, str]]:
    named = ((found.code, f"{text_of(found, 'name')} ({found.code})") for found in code_sets_in_force())
    return [("", str(_("not chosen"))), *named]


def _comparison(prefix: str, columns: list[tuple[str, str]], *, required: bool) -> dict[str, forms.Field]:
    offered = [("", "---------"), *columns]
    return {
        f"{prefix}_left": forms.ChoiceField(
            label=_("When this column") if prefix == "when" else _("This column"), choices=offered, required=required
        ),
        f"{prefix}_op": forms.ChoiceField(label=_("comparison"), choices=OPERATIONS, required=required),
        f"{prefix}_column": forms.ChoiceField(label=_("another column"), choices=offered, required=False),
        f"{prefix}_value": _text(_("or a value")),
    }


def _fields_of(kind: Kind, columns: list[tuple[str, str]]) -> dict[str, forms.Field]:
    """The fields that only this kind of rule has."""
    made: dict[Kind, Callable[[], dict[str, forms.Field]]] = {
        Kind.TYPE: lambda: {"type": forms.ChoiceField(label=_("Type"), choices=ITEM_TYPES)},
        Kind.LENGTH: lambda: {"least": _number(_("Least characters")), "most": _number(_("Most characters"))},
        Kind.PATTERN: lambda: {
            "pattern": forms.CharField(
                label=_("Form"),
                max_length=MAX_PATTERN,
                help_text=_("A regular expression for the whole value, such as 1[3-9][0-9]{9}."),
            )
        },
        Kind.VALUES: lambda: {
            "code_set": forms.ChoiceField(
                label=_("Code set"),
                required=False,
                choices=_code_sets,
                help_text=_("Its codes in force on the day of each check; or state the values below."),
            ),
            "values": forms.CharField(
                label=_("Values"), required=False, widget=forms.Textarea, help_text=_("One on each line.")
            ),
        },
        Kind.RANGE: lambda: {
            "low": _text(_("Least")),
            "high": _text(_("Most"), help_text=_("Dates are written as 2026-01-31.")),
        },
        Kind.CHECKSUM: lambda: {"scheme": forms.ChoiceField(label=_("Kind of number"), choices=SCHEMES)},
        Kind.DIRTY: lambda: {
            "checks": forms.MultipleChoiceField(
                label=_("What counts as dirt"), choices=DIRTS, initial=DIRT, widget=forms.CheckboxSelectMultiple
            )
        },
        Kind.ORDER: lambda: {
            "second": forms.ChoiceField(label=_("Is not after"), choices=columns),
            "strict": forms.BooleanField(label=_("They may not be equal either"), required=False),
        },
        Kind.EXPRESSION: lambda: (
            _comparison("when", columns, required=False) | _comparison("then", columns, required=True)
        ),
        Kind.REFERENCE: lambda: {
            "resource": forms.CharField(label=_("Code of the other resource"), max_length=64),
            "column": forms.CharField(label=_("Name of its column"), max_length=63),
        },
        Kind.DRIFT: lambda: {
            "limit": _number(_("Limit of the stability index"), initial=0.25, min_value=0.01, max_value=10)
        },
    }
    return made[kind]() if kind in made else {}


class RuleForm(SonghuaForm):
    """A rule of one kind on the columns of a resource; ``rule`` gives what is edited."""

    def __init__(
        self, *args: Any, kind: Kind, columns: tuple[Column, ...], rule: Rule | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", initial_of(rule) if rule else {"dimension": PLACES[kind].value, "threshold": 100})
        super().__init__(*args, **kwargs)
        self.kind = kind
        offered = [(column.id, f"{column.title or column.name} ({column.name})") for column in columns]
        if kind in _SEVERAL:
            self.fields["columns"] = forms.MultipleChoiceField(
                label=_("Columns"), choices=offered, widget=forms.CheckboxSelectMultiple
            )
        elif kind not in _NONE:
            self.fields["columns"] = forms.ChoiceField(label=_("Column"), choices=offered)
        self.fields |= _fields_of(kind, offered)
        self.fields |= counting_fields()

    def rule(self, key: str = "") -> Rule:
        """Return the rule that was filled in. Raises RuleInvalid."""
        data = self.cleaned_data
        chosen = data.get("columns", [])
        columns = [chosen] if isinstance(chosen, str) else list(chosen)
        if self.kind == Kind.ORDER:
            columns.append(data["second"])
        return Rule.from_json(
            {
                "key": key,
                "kind": self.kind.value,
                "columns": columns,
                "params": _params(self.kind, data),
                **{name: data[name] for name in ("weight", "severity", "threshold", "dimension")},
            }
        )


class CountingForm(SonghuaForm):
    """What may be changed of a rule that the declaration implies: how much it counts, and whether it is in use."""

    def __init__(self, *args: Any, rule: Rule, is_on: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", initial_of(rule) | {"is_on": is_on})
        super().__init__(*args, **kwargs)
        fields = counting_fields()
        del fields["dimension"]
        self.fields |= fields
        self.fields |= switch_fields()


class TicketForm(SonghuaForm):
    """What the data authority asks the source to put right."""

    note = forms.CharField(label=_("What is to be put right"), widget=forms.Textarea, max_length=2000)


def counting_fields() -> dict[str, forms.Field]:
    """Return the fields that say how much a rule counts."""
    return {
        "severity": forms.ChoiceField(label=_("When it is broken"), choices=SEVERITIES, initial="warn"),
        "weight": forms.FloatField(
            label=_("Weight"),
            initial=1,
            min_value=0.01,
            max_value=100,
            help_text=_("Against the other rules of its dimension."),
        ),
        "threshold": forms.FloatField(
            label=_("Threshold"),
            min_value=0,
            max_value=100,
            help_text=_("The score from 0 to 100 below which the rule counts as broken."),
        ),
        "dimension": forms.ChoiceField(label=_("Dimension"), choices=DIMENSIONS),
    }


def switch_fields() -> dict[str, forms.Field]:
    """Return the fields that switch a rule off with its reason."""
    return {
        "is_on": forms.BooleanField(label=_("The rule is in use"), required=False),
        "reason": forms.CharField(
            label=_("Reason"),
            widget=forms.Textarea,
            required=False,
            max_length=1000,
            help_text=_("Needed to switch it off."),
        ),
    }


def kinds() -> list[tuple[str, Text]]:
    """Return the kinds an officer can add, with their words."""
    words = dict(RULE_KINDS)
    return [(kind.value, words[kind.value]) for kind in MADE_BY_HAND]


def _params(kind: Kind, data: Mapping[str, Any]) -> dict[str, Any]:
    if kind == Kind.VALUES:
        return _allowed(data)
    if kind == Kind.ORDER:
        return {"op": "lt" if data["strict"] else "le"}
    if kind == Kind.EXPRESSION:
        parts = {name: _condition(data, name) for name in ("when", "then")}
        return {name: [part] for name, part in parts.items() if part}
    names = ("type", "least", "most", "pattern", "low", "high", "scheme", "checks", "resource", "column", "limit")
    return (
        {name: data[name] for name in names if data.get(name) not in {None, ""}}
        if kind != Kind.DIRTY
        else {"checks": list(data["checks"])}
    )


def _allowed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values a rule allows: the codes of the set chosen, else the lines stated."""
    if chosen := data.get("code_set"):
        return {"code_set": chosen, "values": list(codes_by_set([chosen]).get(chosen, ()))}
    return {"values": list(dict.fromkeys(line.strip() for line in data["values"].splitlines() if line.strip()))}


def _condition(data: Mapping[str, Any], prefix: str) -> dict[str, Any] | None:
    left, op = data.get(f"{prefix}_left"), data.get(f"{prefix}_op")
    if not left:
        return None
    condition: dict[str, Any] = {"left": {"column": left}, "op": op}
    if op in COMPARE:
        other = data.get(f"{prefix}_column")
        condition["right"] = {"column": other} if other else {"value": data.get(f"{prefix}_value", "")}
    return condition


def initial_of(rule: Rule) -> dict[str, Any]:
    """Return what the form shows of a rule."""
    shown: dict[str, Any] = {
        "severity": rule.severity.value,
        "weight": rule.weight,
        "threshold": rule.threshold,
        "dimension": rule.place.value,
        **rule.params,
    }
    if rule.columns:
        shown["columns"] = list(rule.columns) if rule.kind in _SEVERAL else rule.columns[0]
    if rule.kind == Kind.VALUES:
        shown["values"] = "" if rule.params.get("code_set") else "\n".join(rule.params.get("values", ()))
    if rule.kind == Kind.ORDER:
        shown |= {"second": rule.columns[1], "strict": rule.params.get("op") == "lt"}
    if rule.kind == Kind.EXPRESSION:
        for name in ("when", "then"):
            shown |= _shown_condition(name, rule.params.get(name) or [])
    return shown


def _shown_condition(prefix: str, conditions: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the first condition as fields; what the API set beyond the form's means is not shown here."""
    if not conditions:
        return {}
    first = conditions[0]
    right = first.get("right")
    return {
        f"{prefix}_left": first["left"].get("column", ""),
        f"{prefix}_op": first["op"],
        f"{prefix}_column": right.get("column", "") if isinstance(right, Mapping) else "",
        f"{prefix}_value": right.get("value", "") if isinstance(right, Mapping) else "",
    }
