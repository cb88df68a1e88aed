"""The part of the release check that looks at the data itself: every row, as the edition would deliver it.

The rules are those of data-plane.md §6; the figures are settings of the installation.
"""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from catalog.data.findings import PERSONAL, Finding
from catalog.data.plan import DeliveryPlan
from catalog.data.privacy.inspection import Inspection, inspect
from catalog.data.privacy.roles import OF_A_PERSON
from catalog.data.schema import columns_from_json
from catalog.models import Item, Version
from catalog.selectors.anonymity import least_k
from catalog.selectors.manifest import locations
from catalog.selectors.profiles import KIND_WORDS
from opening.models import Publication
from opening.services.checks import Check, Names, listed
from opening.services.linkage_check import linkage_check
from opening.services.people_check import people_checks
from opening.services.places_check import places_checks
from portal.audit.wording import Sentence, joined
from portal.kernel.errors import Text

#: The share of values from which a column counts as holding a kind, even when most of it is something else.
SHARE = 0.05
_COORDINATES = frozenset({"DE00017", "DE00018"})
_KEPT_SECONDS = 86_400


def data_checks(publication: Publication, items: list[Item], version: Version) -> list[Check]:
    """Check the rows of a version under an edition's plan; kept for a day, because a version never changes."""
    is_of_people = any(item.privacy_role in OF_A_PERSON for item in items)
    decimals = settings.OPENING_PEOPLE_DECIMALS if is_of_people else settings.OPENING_COORDINATE_DECIMALS
    found = _inspected(publication, items, version, decimals)
    names = {item.code: f"{item.name_zh} ({item.code})" for item in items}
    return [
        _personal_check(found, names),
        _text_check(found, names),
        *places_checks(found, names, decimals=decimals, is_of_people=is_of_people),
        *people_checks(found, names),
        *linkage_check(publication, items, version, names),
    ]


def _inspected(publication: Publication, items: list[Item], version: Version, decimals: int) -> Inspection:
    roles = {item.code: item.privacy_role for item in items if item.privacy_role}
    places = [item.code for item in items if item.element and item.element.identifier in _COORDINATES]
    k = least_k(items, version)
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
            distinct={facts["name"]: facts["distinct"] for facts in version.profile.get("columns", ())},
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


def _personal_check(found: Inspection, names: Names) -> Check:
    hits = {name: finding for name, finding in found.findings.items() if _is_personal(finding)}
    return Check(
        "personal_information",
        _("No item holds identity numbers, telephone numbers, names or other personal information"),
        is_met=not hits,
        mend=_("Leave the item out, or have it masked or its grade reviewed: the values say who somebody is."),
        subject=joined([_said(names.get(name, name), finding) for name, finding in hits.items()]),
    )


def _said(name: str, finding: Finding) -> Text:
    kind = finding.kind or max(finding.shares, key=lambda key: finding.shares[key])
    return Sentence("%(name)s: %(kind)s", name=name, kind=KIND_WORDS[kind])


def _text_check(found: Inspection, names: Names) -> Check:
    hits = {name: sum(finding.inside.values()) for name, finding in found.findings.items() if finding.inside}
    return Check(
        "personal_in_text",
        _("No text holds an identity number or a mobile telephone number among other words"),
        is_met=not hits,
        mend=_("Remove the numbers from the texts and upload the data again, or leave the item out."),
        subject=listed(hits, names),
    )
