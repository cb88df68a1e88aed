"""Thin doors of Celery into the audit app."""

from celery import shared_task

from portal.audit.sequencer import link_pending


@shared_task
def link_audit_entries() -> dict[str, int]:
    """Link waiting entries; runs every few seconds and may run twice."""
    return {"linked": link_pending()}
