"""Whether each part of an installation answers."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache as remember

from botocore.exceptions import BotoCoreError, ClientError
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from redis import RedisError

WORKER_MARK = "runtime.worker"
# The worker's own heart beats every two seconds; ten missed beats are a dead worker.
WORKER_SECONDS = 20
STORAGE_MARK = "runtime.storage"
STORAGE_SECONDS = 10
FAILURES = (DatabaseError, RedisError, OSError, BotoCoreError, ClientError)


def note_worker() -> None:
    """Leave the worker's mark. Writes to the cache; a lost Redis is Celery's to report."""
    with suppress(RedisError):
        cache.set(WORKER_MARK, time.time(), WORKER_SECONDS)


def failing_parts() -> list[str]:
    """The names of the parts that do not answer, in the order a person would look."""
    return [name for name, answers in PARTS.items() if not _asked(answers)]


def _asked(answers: Callable[[], bool]) -> bool:
    try:
        return answers()
    except FAILURES:
        return False


def database_answers() -> bool:
    """Whether one query comes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def redis_answers() -> bool:
    """Whether what is set can be read."""
    cache.set("runtime.probe", 1, 5)
    return bool(cache.get("runtime.probe") == 1)


def storage_answers() -> bool:
    """Whether a small file can be stored and removed; asked anew every ten seconds at most."""
    if cache.get(STORAGE_MARK):
        return True
    name = default_storage.save("runtime/probe", ContentFile(b"probe"))
    default_storage.delete(name)
    cache.set(STORAGE_MARK, 1, STORAGE_SECONDS)
    return True


def worker_answers() -> bool:
    """Whether a worker left its mark lately."""
    return cache.get(WORKER_MARK) is not None


@remember
def _migrations_of_this_program() -> frozenset[tuple[str, str]]:
    """Every migration in the code, read once for each process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def migrations_are_applied() -> bool:
    """Whether the database has every migration that the code has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return _migrations_of_this_program() <= set(cursor.fetchall())


PARTS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_are_applied,
    "redis": redis_answers,
    "storage": storage_answers,
    "worker": worker_answers,
}
