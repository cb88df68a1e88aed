"""Thin doors of Celery into workflow."""

from celery import shared_task

from portal.workflow.deadlines import sweep


@shared_task
def sweep_deadlines() -> dict[str, int]:
    """Remind of deadlines that end soon or are late; runs hourly and may run twice."""
    return {"told": sweep()}
