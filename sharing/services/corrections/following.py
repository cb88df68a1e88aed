"""What follows a confirmation and each later version: other holders are told, mended corrections close (art 26)."""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from catalog.data.plan import DeliveryPlan
from catalog.data.schema import columns_from_json
from catalog.models import Version
from portal.audit.record import record
from portal.audit.wording import Wording
from portal.kernel.actors import Actor
from portal.kernel.errors import Gone, Invalid, TransitionRefused
from sharing.models import Correction, CorrectionLine, CorrectionReceipt, Grant
from sharing.services.corrections.answering import close
from sharing.services.corrections.cells import cells_of
from sharing.services.corrections.comparing import MACHINE, MENDED, keep_outcomes, outcomes_in, readable_key
from sharing.services.corrections.news import tell_holders, tell_of_check
from sharing.services.plans import plan_today
from sharing.workflow import CORRECTIONS

_STANDING = ("active", "suspended")
_SWEPT = 200


def follow_confirmed(actor: Actor, *, correction_id: int) -> int:
    """Tell every other holder whose grant gives a confirmed row and item; returns how many. Safe to run twice.

    Which grants give the rows is found by reading under their plans, before the transaction. Then the current version
    is compared, where it is later than the one named. Writes receipts and the audit entry
    ``sharing.correction.tell``.
    """
    correction = _fetch(correction_id)
    if correction.confirmed_at is None:
        return 0
    concerned = {} if correction.told_at else _concerned(correction)
    with transaction.atomic():
        locked = Correction.objects.select_for_update().get(pk=correction.pk)
        if locked.told_at is None:
            for grant, positions in concerned.items():
                CorrectionReceipt.objects.get_or_create(
                    correction=locked, grant=grant, defaults={"lines": sorted(positions)}
                )
            locked.told_at = timezone.now()
            locked.save(update_fields=["told_at"])
            details = {"grants": sorted(grant.number for grant in concerned)}
            record(actor, action=f"{CORRECTIONS.name}.tell", obj=locked, details=details)
            tell_holders(locked, concerned)
    check_correction(actor, correction=_fetch(correction_id))
    return len(concerned)


def check_corrections(actor: Actor, *, version_id: int) -> dict[str, int]:
    """Compare every confirmed correction of a resource with a new version; close those that it mends.

    A version that is not the current one any more is left to its successor. Returns how many were compared and closed.
    """
    version = Version.objects.select_related("resource").get(pk=version_id)
    waiting = Correction.objects.filter(resource_id=version.resource_id, state="confirmed")
    closed = [check_correction(actor, correction=_fetch(pk)) for pk in waiting.values_list("pk", flat=True)]
    return {"compared": len(closed), "closed": sum(closed)}


def check_correction(actor: Actor, *, correction: Correction) -> bool:
    """Compare one confirmed correction with the current version, once for each; say whether it closed.

    A version that leaves a value as it was, or cannot be compared, is told to the provider.
    """
    version = correction.resource.current_version
    if correction.state != "confirmed" or version is None or version.number <= correction.version.number:
        return False
    if correction.checked_in_id == version.pk:
        return False
    found = outcomes_in(correction, version)
    if MENDED.issuperset(found.values()):
        reason = Wording(
            gettext_noop("Version %(number)s holds another value in every cell that was confirmed."),
            number=version.number,
        )
        try:
            close(actor, correction=correction, version=version, outcomes=found, reason=reason)
        except TransitionRefused:
            return False  # another run of the task closed it meanwhile
        return True
    with transaction.atomic():
        keep_outcomes(correction, version, found)
        details = {"version": version.number, "outcomes": sorted(set(found.values()))}
        record(actor, action=f"{CORRECTIONS.name}.check", obj=correction, details=details)
        tell_of_check(correction, version, is_same="same" in found.values())
    return False


def pending_corrections() -> list[int]:
    """Return confirmed corrections whose message was lost: others not told, or the current version not compared."""
    later = Q(resource__current_version__number__gt=F("version__number"))
    unchecked = later & (Q(checked_in=None) | ~Q(checked_in=F("resource__current_version")))
    untold = Q(confirmed_at__isnull=False, told_at=None)
    found = Correction.objects.filter(untold | (Q(state="confirmed") & unchecked))
    return list(found.order_by("pk").values_list("pk", flat=True)[:_SWEPT])


def _fetch(correction_id: int) -> Correction:
    found = Correction.objects.select_related(
        "resource__current_version", "version__resource", "provider", "department"
    )
    return found.prefetch_related("lines").get(pk=correction_id)


def _concerned(correction: Correction) -> dict[Grant, set[int]]:
    """Return the other standing grants that give a confirmed row and item, with the positions of those lines."""
    today = timezone.localdate()
    grants = Grant.objects.filter(
        resource_id=correction.resource_id, state__in=_STANDING, valid_until__gte=today
    ).exclude(grantee_id=correction.department_id)
    confirmed = [line for line in correction.lines.all() if line.is_confirmed]
    found: dict[Grant, set[int]] = {}
    for grant in grants.select_related("grantee", "resource").prefetch_related("resource__items"):
        if positions := _given(grant, correction.version, confirmed):
            found[grant] = positions
    return found


def _given(grant: Grant, version: Version, lines: list[CorrectionLine]) -> set[int]:
    """Return the positions of the lines whose row and item the grant gives of a version."""
    columns = columns_from_json(version.columns)
    names = [column.name for column in columns]
    plan = plan_today(DeliveryPlan.from_json(grant.plan), grant.resource.items.all(), names)
    if plan is None:
        return set()
    delivered = {column.name for column in plan.delivered}
    given = {column.id for column in columns if column.name in delivered}
    keys = {
        line.position: key
        for line in lines
        if line.column_id in given and (key := readable_key(line, version)) is not None
    }
    if not keys:
        return set()
    try:
        rows = cells_of(MACHINE, version, list(keys.values()), [], where=plan.where)
    except (Gone, Invalid):
        # Deleted data cannot be asked, nor a plan whose columns the version does not have: nobody received them so.
        return set()
    return {position for position, found in zip(keys, rows, strict=True) if found}
