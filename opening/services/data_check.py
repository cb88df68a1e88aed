"""The part of the release check that looks at the data itself: every row, as the edition would deliver it.

The rules are those of data-plane.md §6; the figures are settings of the installation.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from catalog.data.findings import PERSONAL, Finding
from catalog.data.plan import DeliveryPlan
from catalog.data.privacy.inspection import Inspection, inspect
from catalog.data.schema import columns_from_json
from catalog.models import Item, Version
from catalog.selectors.manifest import locations
from catalog.selectors.profiles import KIND_WORDS
from opening.models import Publication
from opening.services.checks import Check
from portal.kernel.errors import Text

#: The share of values from which a column counts as holding a kind, even when most of it is something else.
SHARE = 0.05
_COORDINATES = frozenset({"DE00017", "DE00018"})
_KEPT_SECONDS = 86_400


def data_checks(publication: Publication, items: list[Item], version: Version) -> list[Check]:
    """Check the rows of a version under an edition's plan; kept for a day, because a version never changes."""
    found = _inspected(publication, items, version)
    names = {item.code: f"{item.name_zh} ({item.code})" for item in items}
    checks = [_personal_check(found, names), _text_check(found, names)]
    checks += _people_checks(found, names)
    if found.exact:
        checks.append(_exact_check(found, names))
    return checks


def _inspected(publication: Publication, items: list[Item], version: Version) -> Inspection:
    roles = {item.code: item.privacy_role for item in items if item.privacy_role}
    places = [item.code for item in items if item.element and item.element.identifier in _COORDINATES]
    k, decimals = settings.OPENING_LEAST_K, settings.OPENING_COORDINATE_DECIMALS
    asked = json.dumps([version.sha256, publication.plan_hash, sorted(roles.items()), places, k, decimals])
    key = f"opening:inspection:{hashlib.sha256(asked.encode()).hexdigest()}"
    kept: Inspection | None = cache.get(key)
    if kept is None:
        plan = DeliveryPlan.from_json(publication.plan)
        kept = inspect(
            locations(version),
            {column.name: column for column in columns_from_json(version.columns)},
            version.layout,
            delivered=plan.columns,
            roles=roles,
            coordinates=places,
            k=k,
            decimals=decimals,
        )
        cache.set(key, kept, _KEPT_SECONDS)
    return kept


def _is_personal(finding: Finding) -> bool:
    if finding.kind in PERSONAL:
        return True
    held = max((finding.shares.get(kind, 0) for kind in ("identity", "mobile")), default=0)
    return not finding.kind and bool(held) and held >= SHARE * finding.present


def _personal_check(found: Inspection, names: dict[str, str]) -> Check:
    hits = {name: finding for name, finding in found.findings.items() if _is_personal(finding)}
    return Check(
        "personal_information",
        _("No item holds identity numbers, telephone numbers, names or other personal information"),
        is_met=not hits,
        mend=_("Leave the item out, or have it masked or its grade reviewed: the values say who somebody is."),
        subject="; ".join(_said(names.get(name, name), finding) for name, finding in hits.items()),
    )


def _said(name: str, finding: Finding) -> str:
    kind = finding.kind or max(finding.shares, key=lambda key: finding.shares[key])
    return f"{name}: {KIND_WORDS[kind]}"


def _text_check(found: Inspection, names: dict[str, str]) -> Check:
    hits = {name: sum(finding.inside.values()) for name, finding in found.findings.items() if finding.inside}
    return Check(
        "personal_in_text",
        _("No text holds an identity number or a mobile telephone number among other words"),
        is_met=not hits,
        mend=_("Remove the numbers from the texts and upload the data again, or leave the item out."),
        subject="; ".join(f"{names.get(name, name)}: {rows}" for name, rows in hits.items()),
    )


def _people_checks(found: Inspection, names: dict[str, str]) -> list[Check]:
    checks = []
    if found.anonymity is not None and found.anonymity.groups:
        least, diverse = found.anonymity.k, min(found.anonymity.diversity.values(), default=None)
        label: Text = _("At least %(k)s people share the same quasi-identifiers") % {"k": settings.OPENING_LEAST_K}
        mend: Text = _(
            "Make the quasi-identifiers coarser (year, area, band) or leave one out; in the smallest group is:"
        )
        met = least >= settings.OPENING_LEAST_K
        checks.append(Check("k_anonymity", label, met, f"{mend} {least}"))
        if diverse is not None:
            label = _("In each group a sensitive item has at least two different values")
            mend = _("All people of a group have the same value; make the groups larger or leave the item out.")
            checks.append(Check("l_diversity", label, diverse >= settings.OPENING_LEAST_L, mend))
    if found.small:
        subject = "; ".join(f"{names.get(name, name)}: {rows}" for name, rows in found.small.items())
        label, mend = _("No number of people is below ten"), _("Withhold or add up the small numbers; rows with one:")
        checks.append(Check("small_numbers", label, is_met=False, mend=mend, subject=subject))
    return checks


def _exact_check(found: Inspection, names: dict[str, str]) -> Check:
    return Check(
        "exact_places",
        _("Coordinates are not more exact than needed"),
        is_met=False,
        mend=_("Round the coordinates before they are opened; decimals allowed: %(n)s.")
        % {"n": settings.OPENING_COORDINATE_DECIMALS},
        subject="; ".join(f"{names.get(name, name)}: {rows}" for name, rows in found.exact.items()),
    )


def columns_check(publication: Publication, items: list[Item], version: Version) -> list[Check]:
    """Ask for another review when a chosen column is new or of another type since the edition was last reviewed."""
    seen = {column["id"]: column["type"] for column in publication.check_report.get("columns", ())}
    if not seen or publication.state not in {"published", "suspended"}:
        return []
    chosen = {item.code for item in items}
    changed = [c for c in version.columns if c["name"] in chosen and seen.get(c["id"]) != c["type"]]
    return [
        Check(
            "columns_reviewed",
            _("The chosen columns are those that were reviewed"),
            is_met=not changed,
            mend=_("Revise the edition and hand it in for release again."),
            subject="; ".join(str(column.get("title") or column["name"]) for column in changed),
        )
    ]


def report_of(checks: list[Check], version: Version | None) -> dict[str, Any]:
    """Return what is attached to an edition: each rule with its outcome, and the version and columns looked at."""
    return {
        "version": version.number if version else None,
        "columns": [{"id": c["id"], "type": c["type"]} for c in version.columns] if version else [],
        "checks": [{"code": c.code, "is_met": c.is_met, "subject": str(c.subject)} for c in checks],
    }
