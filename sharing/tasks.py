"""Thin doors of Celery into sharing: ids in, the system as actor, one service."""

from celery import shared_task

from portal.kernel.actors import system_actor
from sharing import services
from sharing.models import Request
from sharing.selectors import pending_openings
from sharing.services import corrections


@shared_task
def open_grant(request_id: int) -> dict[str, str]:
    """Open the grant of an approved request; may run twice."""
    grant = services.open_grant(system_actor("sharing.open_grant"), request=Request.objects.get(pk=request_id))
    return {"grant": grant.number}


@shared_task
def sweep_sharing() -> dict[str, int]:
    """Find approved requests whose message was lost, and expire grants whose last day has passed; may run twice."""
    waiting = pending_openings()
    for request_id in waiting:
        open_grant.delay(request_id)
    return {"opening": len(waiting), "expired": services.expire_grants(system_actor("sharing.sweep"))}


@shared_task
def follow_correction(correction_id: int) -> dict[str, int]:
    """Tell other holders of a confirmed correction, and compare it with the current version; may run twice."""
    return {"told": corrections.follow_confirmed(system_actor("sharing.corrections"), correction_id=correction_id)}


@shared_task
def check_corrections(version_id: int) -> dict[str, int]:
    """Compare the confirmed corrections of a resource with its new version; may run twice."""
    return corrections.check_corrections(system_actor("sharing.corrections"), version_id=version_id)


@shared_task
def sweep_corrections() -> dict[str, int]:
    """Find confirmed corrections whose message was lost; may run twice."""
    waiting = corrections.pending_corrections()
    for correction_id in waiting:
        follow_correction.delay(correction_id)
    return {"following": len(waiting)}
