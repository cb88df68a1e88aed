"""The rules in force for a resource: those its declaration implies, as changed, and those of its officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.data.quality import Kind, Rule, Severity, default_rules
from catalog.data.quality.expressions import named_columns
from catalog.data.schema import Column, columns_from_json
from catalog.models import DIMENSIONS, RULE_KINDS, SEVERITIES, QualityRule, Resource, Version
from catalog.selectors.standards import codes_by_set
from portal.kernel.errors import Text

NO_PROMISE = frozenset({None, 8, 9})
"""Update cycles that promise nothing: none stated, irregular, never."""


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """A rule as the editor shows it. ``edition`` is None where the declaration alone speaks."""

    rule: Rule
    label: str
    kind_label: Text
    dimension_label: Text
    severity_label: Text
    is_own: bool
    is_on: bool
    edition: QualityRule | None


def columns_of(version: Version) -> tuple[Column, ...]:
    """Return the columns of a version."""
    return columns_from_json(version.columns)


def values_of(version: Version) -> dict[str, int]:
    """Return how many different values the profile of a version found in each column, by the column's id."""
    found = {str(column["name"]): int(column["distinct"]) for column in version.profile.get("columns", ())}
    return {column.id: found[column.name] for column in columns_of(version) if column.name in found}


def _current(resource: Resource) -> dict[str, QualityRule]:
    found = resource.quality_rules.filter(is_current=True).select_related("created_by").order_by("pk")
    return {rule.key: rule for rule in found}


def _implied(resource: Resource, columns: Sequence[Column]) -> tuple[Rule, ...]:
    return default_rules(columns, has_cycle=resource.update_cycle not in NO_PROMISE)


def rules_in_force(resource: Resource, columns: Sequence[Column]) -> tuple[Rule, ...]:
    """Return the rules in use for a table of ``resource`` with these columns (1 query, 3 with a rule on a code set)."""
    return with_codes_in_force([line.rule for line in rule_lines(resource, columns) if line.is_on])


def with_codes_in_force(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Give rules on a code set its codes of today; those it had when the rule was set, where none are in force.

    2 queries where there is such a rule, none otherwise.
    """
    wanted = {str(rule.params["code_set"]) for rule in rules if rule.params.get("code_set")}
    if not wanted:
        return tuple(rules)
    codes = codes_by_set(wanted)
    return tuple(_with_codes(rule, codes.get(str(rule.params.get("code_set")), ())) for rule in rules)


def _with_codes(rule: Rule, codes: Sequence[str]) -> Rule:
    return replace(rule, params={**rule.params, "values": list(codes)}) if codes else rule


def rule_lines(resource: Resource, columns: Sequence[Column]) -> list[RuleLine]:
    """Return every rule, those switched off too: implied ones in the order of columns, then own ones (1 query)."""
    editions = _current(resource)
    lines = []
    for rule in _implied(resource, columns):
        edition = editions.pop(rule.key, None)
        lines.append(_line(_changed(rule, edition), columns, edition, is_own=False))
    # An edition of an implied rule whose column has gone implies nothing any more.
    own = [edition for edition in editions.values() if edition.key.startswith("own:")]
    lines.extend(_line(Rule.from_json(edition.content), columns, edition, is_own=True) for edition in own)
    return lines


def rule_line(resource: Resource, columns: Sequence[Column], key: str) -> RuleLine | None:
    """Return one rule, or None (1 query)."""
    return next((line for line in rule_lines(resource, columns) if line.rule.key == key), None)


def _changed(rule: Rule, edition: QualityRule | None) -> Rule:
    """Apply what an officer may change of an implied rule: what it counts, not what it asks."""
    if edition is None:
        return rule
    content = edition.content
    return replace(
        rule,
        weight=float(content["weight"]),
        severity=Severity(content["severity"]),
        threshold=float(content["threshold"]),
    )


def _line(rule: Rule, columns: Sequence[Column], edition: QualityRule | None, *, is_own: bool) -> RuleLine:
    return RuleLine(
        rule=rule,
        label=rule_label(rule, columns),
        kind_label=dict(RULE_KINDS)[rule.kind.value],
        dimension_label=dict(DIMENSIONS)[rule.place.value],
        severity_label=dict(SEVERITIES)[rule.severity.value],
        is_own=is_own,
        is_on=edition is None or edition.is_on,
        edition=edition,
    )


def rule_label(rule: Rule, columns: Sequence[Column]) -> str:
    """Say in the reader's language what a rule asks, with the names of its columns."""
    names = {column.id: column.title or column.name for column in columns}
    listed = [names.get(column, column) for column in (*rule.columns, *_expressed(rule))]
    words = {"columns": "、".join(listed), "first": listed[0] if listed else "", "last": listed[-1] if listed else ""}
    return _sentence(rule) % (words | _words(rule))


def _expressed(rule: Rule) -> tuple[str, ...]:
    return named_columns(rule.params) if rule.kind == Kind.EXPRESSION else ()


def _words(rule: Rule) -> dict[str, Any]:
    params = rule.params
    return {
        "pattern": params.get("pattern", ""),
        "least": params.get("least", 0),
        "most": params.get("most", ""),
        "low": _bound(params.get("low")),
        "high": _bound(params.get("high")),
        "resource": params.get("resource", ""),
        "values": _values(params.get("values")),
        "fall": params.get("fall", 20),
        "rise": params.get("rise", 100),
    }


def _bound(value: object) -> str:
    return "…" if value in {None, ""} else str(value)


def _values(values: object) -> str:
    if isinstance(values, dict):
        count = int(values.get("count", 0))
        return ngettext("one of %(count)s value", "one of %(count)s values", count) % {"count": count}
    listed = [str(value) for value in values] if isinstance(values, list | tuple) else []
    few = 6
    return "、".join(listed[:few]) + (" …" if len(listed) > few else "")


def _sentence(rule: Rule) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence for each kind, each written out for translators
    match rule.kind:
        case Kind.REQUIRED:
            return _("“%(columns)s” is filled")
        case Kind.TYPE:
            return _("“%(columns)s” can be read as its type")
        case Kind.LENGTH:
            return _("“%(columns)s” has %(least)s to %(most)s characters")
        case Kind.PATTERN:
            return _("“%(columns)s” has the form %(pattern)s")
        case Kind.VALUES:
            return _("“%(columns)s” is one of: %(values)s")
        case Kind.RANGE:
            return _("“%(columns)s” lies between %(low)s and %(high)s")
        case Kind.CHECKSUM if rule.params.get("scheme") == "uscc":
            return _("“%(columns)s” is a valid unified social credit code (GB 32100)")
        case Kind.CHECKSUM if rule.params.get("scheme") == "card":
            return _("“%(columns)s” is a valid bank card number (Luhn)")
        case Kind.CHECKSUM:
            return _("“%(columns)s” is a valid resident identity number (GB 11643)")
        case Kind.DIRTY:
            return _("“%(columns)s” is free of control characters, full-width letters, stray spaces and test values")
        case Kind.ORDER:
            return _("“%(first)s” is not after “%(last)s”")
        case Kind.EXPRESSION:
            return _("“%(columns)s” agree with each other")
        case Kind.UNIQUE:
            return _("“%(columns)s” occurs once")
        case Kind.KEY:
            return _("The key “%(columns)s” is whole and occurs once")
        case Kind.DUPLICATE_ROWS:
            return _("No row stands twice")
        case Kind.REFERENCE:
            return _("“%(columns)s” exists in resource %(resource)s")
        case Kind.ROW_CHANGE:
            return _("Rows become at most %(fall)s%% fewer or %(rise)s%% more from version to version")
        case Kind.DRIFT:
            return _("The values of “%(columns)s” are spread as in the version before")
        case Kind.FRESHNESS:
            return _("Updates come within the promised cycle")
        case Kind.READABLE:
            return _("The files of the version are there and can be read")
        case Kind.CORRECTIONS:
            return _("No confirmed error waits to be mended")


def editions(resource: Resource, key: str) -> list[QualityRule]:
    """Return all editions of a rule, newest first (1 query)."""
    return list(resource.quality_rules.filter(key=key).select_related("created_by"))
