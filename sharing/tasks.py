"""Thin doors of Celery into sharing: ids in, the system as actor, one service."""

from celery import shared_task

from portal.kernel.actors import system_actor
from sharing import services
from sharing.models import Request
from sharing.selectors import pending_openings


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
