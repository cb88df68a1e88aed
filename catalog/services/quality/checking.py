"""Checking a version anew: after rules changed, when asked for, and for versions that came without a report."""

import tempfile
from pathlib import Path

from catalog.models import QualityReport, Resource, Version
from catalog.policies.quality import decide_quality
from catalog.selectors.quality import columns_of, rules_in_force
from catalog.services.quality.judging import judge, keep_report
from catalog.services.quality.tables import table_of_version
from portal.kernel.actors import Actor
from portal.kernel.errors import NotAllowed

_ASKED = 1000


def check_version(actor: Actor, *, version_id: int, only_new: bool = False) -> QualityReport | None:
    """Check a version by the rules in force now and keep the report; None where ``only_new`` finds one already.

    A broken rule of severity `block` takes no version back: it opens a ticket. Raises NotAllowed, EngineLimit,
    DamagedFile. May run twice.
    """
    version = Version.objects.select_related("resource__provider").get(pk=version_id)
    if not (decision := decide_quality(actor, "check", version.resource)):
        raise NotAllowed(decision.reason, code=decision.code)
    if only_new and version.quality_reports.exists():
        return None
    rules = rules_in_force(version.resource, columns_of(version))
    with tempfile.TemporaryDirectory(prefix="songhua-quality-") as name:
        folder = Path(name)
        with table_of_version(version, rules, folder) as table:
            judgment = judge(version.resource, table, rules, folder)
    return keep_report(actor, version=version, judgment=judgment)


def unchecked_versions() -> list[int]:
    """Return the ids of current versions without any report: a message was lost, or they are older than the rules."""
    current = Resource.objects.filter(current_version__isnull=False).exclude(state="retired").values("current_version")
    found = Version.objects.filter(pk__in=current, quality_reports=None).order_by("pk")
    return list(found.values_list("pk", flat=True)[:_ASKED])
