"""A worker killed at any moment of an ingest leaves no half version, and the file is accepted exactly once."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from catalog.models import DataFile, Resource, Upload, Version
from catalog.services.leases import clear_workplaces, lost_uploads
from catalog.services.sweeping import sweep_store
from catalog.services.versions import receive_upload
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.catalog import resource_in

LEASE = 0.4
MACHINE = system_actor("tests")


def _text(rows: int) -> bytes:
    lines = (f"2{number:08d},街道{number},联系人{number % 977}\n" for number in range(rows))
    return ("街道代码,街道名称,联系人\n" + "".join(lines)).encode("gb18030")


class Worker:
    """The process that checks uploads, and the way to kill what it does."""

    def __init__(self, folder: Path) -> None:
        facts = {
            "database": connection.settings_dict["NAME"],
            "storage": default_storage.path(""),
            "work": str(folder),
            "lease": str(LEASE),
            "file_rows": "5000",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker", json.dumps(facts)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def check(self, upload: Upload, *, kill_after: float | None = None) -> tuple[int, float]:
        """Check an upload, killing the worker after so many seconds; give its exit code and how long it ran."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{upload.pk}\n")
        self.process.stdin.flush()
        child, began = int(self.process.stdout.readline()), time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return int(self.process.stdout.readline()), time.monotonic() - began

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    running = Worker(tmp_path)
    yield running
    running.close()


def _stored(*prefixes: str) -> set[str]:
    found: set[str] = set()
    for prefix in prefixes:
        if default_storage.exists(prefix):
            for folder in default_storage.listdir(prefix)[0]:
                found |= {f"{prefix}/{folder}/{name}" for name in default_storage.listdir(f"{prefix}/{folder}")[1]}
    return found


def _assert_nothing_half(resource: Resource, rows: int) -> None:
    """Every version is whole, belongs to one accepted file, and the store holds nothing the sweep would leave."""
    accepted = Upload.objects.filter(resource=resource, state="accepted")
    versions = list(Version.objects.filter(resource=resource))
    assert {version.pk for version in versions} == set(accepted.values_list("version_id", flat=True))
    for version in versions:
        files = list(version.files.all())
        assert sum(file.row_count for file in files) == version.row_count == rows
        assert all(default_storage.exists(file.uri) for file in files)
    sweep_store(MACHINE, before=timezone.now() + timedelta(minutes=1))
    named = set(DataFile.objects.values_list("uri", flat=True)) | set(Upload.objects.values_list("file", flat=True))
    assert _stored("versions", "uploads") <= named


def _assert_right_content(version: Version, rows: int) -> None:
    codes: set[str] = set()
    for file in version.files.all():
        with default_storage.open(file.uri) as stream:
            data = stream.read()
        assert hashlib.sha256(data).hexdigest() == file.sha256
        codes |= set(pq.read_table(BytesIO(data), columns=["c1"]).column("c1").to_pylist())
    assert codes == {f"2{number:08d}" for number in range(rows)}


def _run(
    cast: Cast, worker: Worker, settings: Any, tmp_path: Path, *, rows: int, kills: int, seed: int
) -> dict[str, int]:
    settings.UPLOAD_LEASE_SECONDS, settings.WORK_DIR = LEASE, tmp_path
    resource, data, chance = resource_in(cast, "published"), BytesIO(_text(rows)), random.Random(seed)

    def hand_in() -> Upload:
        return receive_upload(cast.actor("steward"), resource=resource, file=data, name="a.csv", announce=False)

    upload = hand_in()
    code, whole = worker.check(upload)
    assert code == 0
    _assert_nothing_half(resource, rows)
    killed, upload = 0, hand_in()
    stages: dict[str, int] = {}
    while killed < kills:
        code, _seconds = worker.check(upload, kill_after=chance.uniform(0, whole))
        upload.refresh_from_db()
        if code == 0:
            assert upload.state == "accepted"
            upload = hand_in()
            continue
        assert code == -signal.SIGKILL
        killed += 1
        stages[upload.stage or "none"] = stages.get(upload.stage or "none", 0) + 1
        _assert_nothing_half(resource, rows)
        if upload.state != "accepted":
            time.sleep(LEASE)
            assert upload in lost_uploads(timezone.now(), unasked_since=timezone.now())
        else:
            upload = hand_in()
    code, _seconds = worker.check(upload)
    upload.refresh_from_db()
    assert (code, upload.state) == (0, "accepted")
    assert worker.check(upload)[0] == 0
    _assert_nothing_half(resource, rows)
    assert upload.version is not None
    _assert_right_content(upload.version, rows)
    clear_workplaces(time.time() + 60)
    assert list(tmp_path.iterdir()) == []
    return stages


@pytest.mark.slow
def test_a_worker_killed_at_random_points_is_followed_by_another(
    cast: Cast, worker: Worker, settings: Any, tmp_path: Path
) -> None:
    _run(cast, worker, settings, tmp_path, rows=12_000, kills=5, seed=3)


@pytest.mark.faults
def test_a_worker_killed_a_hundred_times(cast: Cast, worker: Worker, settings: Any, tmp_path: Path) -> None:
    stages = _run(cast, worker, settings, tmp_path, rows=100_000, kills=100, seed=7)
    assert len(stages) > 2, stages
