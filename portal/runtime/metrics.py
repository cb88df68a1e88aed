"""Numbers for Prometheus, read at the moment they are asked for."""

import time

from django.core.cache import cache
from django.db import connection
from prometheus_client import CollectorRegistry, Gauge, Info, generate_latest
from redis import Redis, RedisError

from portal import __version__
from portal.runtime.health import WORKER_MARK, failing_parts

STARTED_AT = time.time()


def exposition(redis_url: str) -> bytes:
    """Give the metrics in Prometheus' text format; a part that does not answer is 0, not an error."""
    registry = CollectorRegistry()
    Info("songhua", "The version that runs.", registry=registry).info({"version": __version__})
    failing = set(failing_parts())
    parts = Gauge("songhua_part_ready", "1 where the part answers.", ["part"], registry=registry)
    for name in ("database", "migrations", "redis", "storage", "worker"):
        parts.labels(name).set(name not in failing)
    Gauge("songhua_process_seconds", "Age of this process in seconds.", registry=registry).set(time.time() - STARTED_AT)
    if "database" not in failing:
        _database(registry)
    if "redis" not in failing:
        _tasks(registry, redis_url)
    return generate_latest(registry)


def _database(registry: CollectorRegistry) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), "
            "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())"
        )
        size, connections = cursor.fetchone()
    Gauge("songhua_database_bytes", "Size of the database in bytes.", registry=registry).set(size)
    Gauge("songhua_database_connections", "Open connections to the database.", registry=registry).set(connections)


def _tasks(registry: CollectorRegistry, redis_url: str) -> None:
    beat_at = cache.get(WORKER_MARK)
    if beat_at is not None:
        age = Gauge("songhua_worker_heartbeat_age_seconds", "Seconds since a worker's last mark.", registry=registry)
        age.set(max(0.0, time.time() - beat_at))
    try:
        with Redis.from_url(redis_url, socket_timeout=2) as client:
            waiting = int(str(client.llen("celery")))
    except RedisError:
        return
    Gauge("songhua_tasks_waiting", "Tasks that no worker has taken.", registry=registry).set(waiting)
