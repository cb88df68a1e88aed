"""The worker and what it does by the clock."""

from celery.schedules import crontab

from portal.settings.base.languages import TIME_ZONE
from portal.settings.base.stores import REDIS_URL
from portal.settings.environment import broker_url

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_RESULT_BACKEND = CELERY_BROKER_URL
CELERY_RESULT_EXPIRES = 3600
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "link-audit-entries": {"task": "portal.audit.tasks.link_audit_entries", "schedule": 5.0},
    "send-waiting-mail": {"task": "portal.notices.tasks.send_waiting_mail", "schedule": 120.0},
    "sweep-deadlines": {"task": "portal.workflow.tasks.sweep_deadlines", "schedule": 3600.0},
    "sweep-uploads": {"task": "catalog.tasks.sweep_uploads", "schedule": 15.0},
    "sweep-sources": {"task": "catalog.tasks.sweep_sources", "schedule": 60.0},
    "sweep-batches": {"task": "catalog.tasks.sweep_batches", "schedule": 300.0},
    "sweep-deletions": {"task": "catalog.tasks.sweep_deletions", "schedule": 300.0},
    "sweep-store": {"task": "catalog.tasks.sweep_store", "schedule": 3600.0},
    "sweep-quality": {"task": "catalog.tasks.sweep_quality", "schedule": 24 * 3600.0},
    "sweep-quality-checks": {"task": "catalog.tasks.sweep_quality_checks", "schedule": 900.0},
    "sweep-transfers": {"task": "catalog.tasks.sweep_transfers", "schedule": 300.0},
    "sweep-serving": {"task": "catalog.tasks.sweep_serving", "schedule": 600.0},
    "review-serving": {"task": "catalog.tasks.review_serving", "schedule": crontab(hour="2", minute="40")},
    "sweep-sharing": {"task": "sharing.tasks.sweep_sharing", "schedule": 300.0},
    "sweep-corrections": {"task": "sharing.tasks.sweep_corrections", "schedule": 600.0},
}
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 3600}
