"""What every test gets: the cast, a browser where there is one, a Celery worker on request."""

import os
from collections.abc import Iterator

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from portal.api.limits import forget_leases
from portal.celery import app

# Playwright keeps an event loop in the test's thread; Django would take that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytest_plugins = [
    # First, because the cast is built by it.
    "tests.worlds",
    "tests.chromium",
    "tests.cast",
    "tests.flush",
    "tests.kills",
    "tests.mysql",
    "tests.readers",
    "tests.s3",
    "tests.spark",
    "tests.tables",
]

# How long an example takes depends on what else the machine does: that is measured in tests/benchmarks, never judged.
settings.register_profile("songhua", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("songhua")

JOURNEYS = "tests/journeys/"
PARITY = "tests/catalog/data/parity/"
#: Tests that share what takes long to start, the product or a session of Spark: all of a line go to one process.
TOGETHER = (
    (JOURNEYS,),
    (f"{PARITY}test_edges.py", f"{PARITY}test_parity.py", f"{PARITY}test_spark.py"),
)


class ByFile(LoadFileScheduling):
    """Give each process whole files, and those together that share what is started for them."""

    def _split_scope(self, nodeid: str) -> str:
        for places in TOGETHER:
            if nodeid.startswith(places):
                return places[0]
        return str(super()._split_scope(nodeid))


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Keep files, and what belongs together, in one process where files are asked to be."""
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


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
    """Begin with what takes longest, so that no process works alone at the end."""
    items.sort(key=lambda item: (not item.nodeid.startswith(JOURNEYS), not _is_long(item)))


def _is_long(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))
