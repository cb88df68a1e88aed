"""Setting rules of a resource: adding, changing, switching off and back on, trying before saving."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from catalog import signals
from catalog.data.quality import Kind, Result, Rule, RuleInvalid, check, check_rule
from catalog.data.schema import Column
from catalog.messages import message
from catalog.models import QualityRule, Resource
from catalog.policies import decide, visible
from catalog.policies.quality import decide_quality
from catalog.selectors.columns import item_columns
from catalog.selectors.quality import columns_of, rule_line
from catalog.services.quality.tables import table_of_version
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.classification import SharingType
from portal.kernel.errors import Invalid, NotAllowed, NotFound

OWN = "own:"
MOST_RULES = 200


def _ask(actor: Actor, resource: Resource) -> int:
    decision = decide_quality(actor, "set_rules", resource)
    if actor.user_id is None or not decision:
        raise NotAllowed(decision.reason, code=decision.code)
    return actor.user_id


@transaction.atomic
def set_rule(
    actor: Actor, *, resource: Resource, rule: Rule, key: str = "", is_on: bool = True, reason: str = ""
) -> QualityRule:
    """Add an own rule (no ``key``), or set a new edition of the rule ``key``; an implied one keeps what it asks.

    Writes the edition and the audit entry ``catalog.quality.rule``. Emits ``quality_rules_changed``.
    Raises NotAllowed, NotFound (no such rule), Invalid naming the field at fault; switching off needs a reason.
    """
    person = _ask(actor, resource)
    columns = item_columns(resource)
    Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    line = rule_line(resource, columns, key) if key else None
    if key and line is None:
        raise NotFound(_("There is no such rule."))
    if not is_on and not reason.strip():
        raise Invalid(fields={"reason": [_("Say why the rule is switched off.")]})
    if not key and resource.quality_rules.filter(is_current=True).count() >= MOST_RULES:
        raise Invalid(code="rules_many", fields={"kind": [_("A resource has at most 200 rules of its own.")]})
    if line is None or line.is_own:
        _check(actor, rule, columns)
    key = key or f"{OWN}{secrets.token_hex(4)}"
    last = resource.quality_rules.filter(key=key).aggregate(last=Max("number"))["last"] or 0
    resource.quality_rules.filter(key=key, is_current=True).update(is_current=False)
    edition = QualityRule.objects.create(
        resource=resource,
        key=key,
        number=last + 1,
        content=rule.to_json() | {"key": key},
        is_on=is_on,
        reason=reason.strip(),
        created_by_id=person,
    )
    _tell(actor, resource, edition)
    return edition


@transaction.atomic
def reset_rule(actor: Actor, *, resource: Resource, key: str) -> None:
    """Take back what was set for a rule: an implied one is as declared again, an own one is gone.

    Editions stay in the table. Raises NotAllowed, NotFound.
    """
    _ask(actor, resource)
    edition = resource.quality_rules.select_for_update().filter(key=key, is_current=True).first()
    if edition is None:
        raise NotFound(_("There is no such rule."))
    edition.is_current = False
    edition.save(update_fields=["is_current"])
    _tell(actor, resource, edition)


def _tell(actor: Actor, resource: Resource, edition: QualityRule) -> None:
    details = {"rule": edition.key, "edition": edition.number, "on": edition.is_on and edition.is_current}
    reason = edition.reason
    record(actor, action="catalog.quality.rule", obj=resource, label=resource.code, reason=reason, details=details)
    signals.quality_rules_changed.send(sender=QualityRule, actor=actor, resource=resource)


def _check(actor: Actor, rule: Rule, columns: tuple[Column, ...]) -> None:
    try:
        check_rule(rule, columns)
    except RuleInvalid as error:
        raise _invalid(error) from error
    if rule.kind == Kind.REFERENCE:
        _check_reference(actor, rule)


def _check_reference(actor: Actor, rule: Rule) -> None:
    """Let values be compared with own data or with what every department may have: a match says that a value exists."""
    code, column = str(rule.params.get("resource", "")), str(rule.params.get("column", ""))
    other = Resource.objects.filter(visible(actor), code=code).first()
    if other is None:
        raise Invalid(fields={"resource": [_("There is no resource of this code that you may see.")]})
    item = other.items.filter(code=column).first()
    if item is None:
        raise Invalid(fields={"column": [_("That resource has no data item of this name.")]})
    is_free = item.sharing_type == SharingType.UNCONDITIONAL
    if not (is_free or decide(actor, "preview_rows", other)):
        raise Invalid(fields={"resource": [_("Values can be compared with your own data or what is shared freely.")]})


def _invalid(error: RuleInvalid) -> Invalid:
    return Invalid(code=error.code, fields={error.parameter: [message(error.code, error.params)]})


def try_rule(actor: Actor, *, resource: Resource, rule: Rule) -> Result | None:
    """Ask a rule of the current version without saving anything; None where there is no data.

    Raises NotAllowed, Invalid naming the field at fault, EngineLimit.
    """
    _ask(actor, resource)
    version = resource.current_version
    if version is None:
        _check(actor, rule, item_columns(resource))
        return None
    _check(actor, rule, columns_of(version))
    with tempfile.TemporaryDirectory(prefix="songhua-rule-") as name:
        folder = Path(name)
        with table_of_version(version, [rule], folder) as table:
            return check(table, [rule], folder, key="")[0]
