"""Loading the demonstration after it was cut off: it goes on where it stopped, with the same passwords."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Resource
from licenses.models import License
from portal.demonstration import services
from portal.demonstration.loading import requests
from portal.demonstration.records import records
from sharing.models import Request

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def _quiet(line: str) -> None:
    """Take a line of progress and say nothing."""


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    return tmp_path / "demo-accounts.json"


def test_an_interrupted_load_goes_on_where_it_stopped(accounts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Counter[str]()
    granted = requests._OUTCOMES["granted"]

    def failing(case: Any) -> object:
        calls["granted"] += 1
        if calls["granted"] == 2:
            raise KeyboardInterrupt
        return granted(case)

    monkeypatch.setitem(requests._OUTCOMES, "granted", failing)
    with pytest.raises(KeyboardInterrupt):
        services.load(_quiet, accounts)
    passwords = accounts.read_bytes()
    assert License.objects.count() == 0
    services.load(_quiet, accounts)
    assert accounts.read_bytes() == passwords
    assert Request.objects.count() == len(records("requests"))
    assert License.objects.count() == len(records("licenses"))
    assert Resource.objects.count() == len(records("resources"))
