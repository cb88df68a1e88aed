"""The worker's heartbeat: Celery's own signals leave a mark that readiness reads."""

from typing import Any

from celery.signals import heartbeat_sent, worker_ready

from portal.runtime.health import note_worker


@worker_ready.connect(dispatch_uid="runtime.worker_ready")
@heartbeat_sent.connect(dispatch_uid="runtime.heartbeat_sent")
def worker_is_alive(**kwargs: Any) -> None:
    """Note that a worker lives."""
    note_worker()
