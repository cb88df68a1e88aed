"""What every test gets: the cast, a browser where there is one, a Celery worker on request."""

import os
from collections.abc import Iterator

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.cache import cache
from django.utils import translation

from portal.api.limits import forget_leases
from portal.celery import app

# Playwright keeps an event loop in the test's thread; Django would take that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytest_plugins = [
    "tests.chromium",
    "tests.cast",
    "tests.kills",
    "tests.mysql",
    "tests.readers",
    "tests.s3",
    "tests.spark",
]


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Let no test read what another left in the cache."""
    cache.clear()
    forget_leases()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _language_of_the_site() -> None:
    """Let no test speak the language that the last request of another left in the thread."""
    translation.deactivate()


@pytest.fixture
def celery_worker(transactional_db: None) -> Iterator[None]:
    """Run a real worker in a thread, for tests of what follows after a commit."""
    with start_worker(app, perform_ping_check=False, shutdown_timeout=20):
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process waits alone for a story at the end."""
    items.sort(
        key=lambda item: (not item.nodeid.startswith("tests/journeys/"), item.get_closest_marker("slow") is None)
    )
