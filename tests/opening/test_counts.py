"""Calls of editions are gathered and written together: none is lost where Python ends the process."""

import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import override_settings

from opening.models import EditionCount, Publication
from opening.services import counts
from tests.cast import Cast
from tests.factories.opening import edition_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def edition(cast: Cast) -> Publication:
    return edition_in(cast)


def counted() -> dict[str, int]:
    return dict(EditionCount.objects.values_list("kind", "count"))


def wait_for(wanted: dict[str, int]) -> None:
    limit = time.monotonic() + 20
    while counted() != wanted:
        assert time.monotonic() < limit, counted()
        time.sleep(0.05)


def test_calls_are_written_together_by_themselves(edition: Publication) -> None:
    counts.count_use(edition, "call", times=2)
    with override_settings(EDITION_COUNT_SECONDS=0.2):
        for _ in range(5):
            counts.count_soon(edition, "call")
        assert counted() == {"call": 2}
        wait_for({"call": 7})
        counts.count_soon(edition, "call")
        wait_for({"call": 8})


def test_counts_that_cannot_be_written_wait(edition: Publication, monkeypatch: Any) -> None:
    written = counts._write

    def fail(*_given: object) -> None:
        raise DatabaseError("full")

    with override_settings(EDITION_COUNT_SECONDS=600.0):
        counts.count_soon(edition, "call")
        monkeypatch.setattr(counts, "_write", fail)
        with pytest.raises(DatabaseError):
            counts.write_gathered()
        monkeypatch.setattr(counts, "_write", written)
        counts.count_soon(edition, "call")
        counts.write_gathered()
        counts.write_gathered()
    assert counted() == {"call": 2}


def test_process_that_ends_writes_what_it_gathered(edition: Publication) -> None:
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        f"settings.DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r}\n"
        "settings.EDITION_COUNT_SECONDS = 600.0\n"
        "from opening.models import Publication\n"
        "from opening.services.counts import count_soon\n"
        "[count_soon(Publication.objects.get(), 'call') for _ in range(3)]\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=settings.BASE_DIR, check=True, timeout=60)
    assert counted() == {"call": 3}
