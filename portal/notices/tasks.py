"""Thin doors of Celery into notices."""

from smtplib import SMTPException

from celery import shared_task

from portal.notices.services import mail_notices


@shared_task(autoretry_for=(SMTPException, OSError), retry_backoff=True, retry_jitter=True, max_retries=5)
def send_waiting_mail() -> dict[str, int]:
    """Send waiting mail; runs after each notice and every few minutes, and may run twice."""
    return {"sent": mail_notices()}
