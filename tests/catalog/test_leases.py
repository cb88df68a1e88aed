"""One run at a time checks a file; it stops within seconds when told, and a silent one is followed by another."""

import io
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from catalog import tasks
from catalog.data.duck import INGEST_LIMITS, workbench
from catalog.data.errors import IngestCancelled
from catalog.data.stopping import stoppable
from catalog.models import Resource, Upload
from catalog.services import leases
from catalog.services.sweeping import sweep_store
from catalog.services.versions import cancel_upload, check_upload, receive_upload
from portal.kernel.actors import system_actor
from portal.kernel.errors import Conflict
from tests.cast import Cast
from tests.factories.catalog import resource_in

MACHINE = system_actor("tests")
ENDLESS = "SELECT count(*) FROM range(100000) a, range(10000000) b WHERE a.range % 7 = b.range % 5"
TEXT = "街道代码,街道名称,联系人\n220102001,南岭,张三\n"


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return resource_in(cast, "published")


@pytest.fixture
def upload(cast: Cast, resource: Resource) -> Upload:
    file = io.BytesIO(TEXT.encode())
    return receive_upload(cast.actor("steward"), resource=resource, file=file, name="a.csv", announce=False)


def _write(_folder: Path) -> None:
    Path("/dev/full").write_bytes(b"1")


def _write_by_duckdb(folder: Path) -> None:
    with workbench(folder) as connection:
        connection.execute("COPY (SELECT * FROM range(100000)) TO '/dev/full' (FORMAT csv, USE_TMP_FILE false)")


def _silence(upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk).update(beat_at=timezone.now() - timedelta(minutes=5))


def test_two_runs_never_check_one_file(upload: Upload) -> None:
    leases.take_lease(MACHINE, upload_id=upload.pk)
    with pytest.raises(Conflict) as refusal:
        leases.take_lease(MACHINE, upload_id=upload.pk)
    assert refusal.value.code == "being_checked"
    assert tasks.check_upload(upload.pk) == {"upload": upload.pk, "state": "being_checked"}


def test_a_silent_run_is_found_and_followed(upload: Upload) -> None:
    first = leases.take_lease(MACHINE, upload_id=upload.pk)
    now = timezone.now()
    assert list(leases.lost_uploads(now, unasked_since=now)) == []
    _silence(upload)
    assert list(leases.lost_uploads(now, unasked_since=now)) == [upload]
    second = leases.take_lease(MACHINE, upload_id=upload.pk)
    assert (second.lease != first.lease, second.attempts) == (True, 2)
    with pytest.raises(IngestCancelled):
        leases.show_progress(first, stage="reading", rows=1, percent=1)


def test_a_run_that_was_followed_cannot_end_the_check(upload: Upload) -> None:
    def overtaken(stage: str, _rows: int) -> None:
        if stage == "storing":
            Upload.objects.filter(pk=upload.pk).update(lease="another")

    assert check_upload(MACHINE, upload_id=upload.pk, progress=overtaken).state == "checking"
    assert upload.resource.versions.count() == 0


def test_a_fault_of_ours_gives_the_lease_back(upload: Upload) -> None:
    def fail(_stage: str, _rows: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        check_upload(MACHINE, upload_id=upload.pk, progress=fail)
    assert check_upload(MACHINE, upload_id=upload.pk).state == "accepted"


def test_a_file_over_which_run_after_run_is_lost_is_given_up(upload: Upload, settings: Any) -> None:
    for _ in range(settings.UPLOAD_ATTEMPTS):
        leases.take_lease(MACHINE, upload_id=upload.pk)
        _silence(upload)
    ended = check_upload(MACHINE, upload_id=upload.pk)
    assert (ended.state, ended.report["code"]) == ("failed", "check_lost")


@pytest.mark.parametrize("write", [_write, _write_by_duckdb])
def test_a_full_disk_is_said_at_once(upload: Upload, tmp_path: Path, write: Callable[[Path], None]) -> None:
    ended = check_upload(MACHINE, upload_id=upload.pk, progress=lambda _stage, _rows: write(tmp_path))
    assert (ended.state, ended.report["code"], ended.attempts) == ("failed", "no_space", 1)
    assert not upload.resource.versions.exists()


def test_the_stage_and_the_rows_are_shown(upload: Upload) -> None:
    seen = []

    def look(stage: str, rows: int) -> None:
        shown = Upload.objects.get(pk=upload.pk)
        seen.append((shown.stage, shown.rows_read, shown.progress))
        assert (shown.stage, shown.rows_read) == (stage, rows)

    check_upload(MACHINE, upload_id=upload.pk, progress=look)
    assert [stage for stage, *_ in seen] == ["reading", "checking", "writing", "profiling", "storing"]
    assert [percent for *_, percent in seen] == sorted(percent for *_, percent in seen)


def _endless(folder: Path, stop: Callable[[], None] | None = None) -> None:
    with workbench(folder, INGEST_LIMITS) as connection:
        threading.Timer(0.3, stop or connection.interrupt).start()
        connection.execute(ENDLESS)


def test_a_query_that_runs_is_broken_off(tmp_path: Path) -> None:
    began = time.monotonic()
    with stoppable() as stopper, pytest.raises(IngestCancelled):
        _endless(tmp_path, stopper.stop)
    assert time.monotonic() - began < 5


def test_an_interrupt_that_nobody_asked_for_is_a_cancel_too(tmp_path: Path) -> None:
    with pytest.raises(IngestCancelled):
        _endless(tmp_path)


@pytest.mark.django_db(transaction=True)
def test_canceling_stops_a_long_stage_within_seconds(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_LEASE_SECONDS = 2.0
    resource = resource_in(cast, "published")
    file = io.BytesIO(TEXT.encode())
    upload = receive_upload(cast.actor("steward"), resource=resource, file=file, name="a.csv", announce=False)

    def endless(_files: Any, _columns: Any, _layout: Any, folder: Path, **_known: Any) -> None:
        cancel_upload(cast.actor("steward"), upload=upload)
        with workbench(folder) as connection:
            connection.execute(ENDLESS)

    monkeypatch.setattr("catalog.services.making.profile_version", endless)
    began = time.monotonic()
    assert check_upload(MACHINE, upload_id=upload.pk).state == "canceled"
    assert time.monotonic() - began < 6
    assert list(settings.WORK_DIR.glob(f"check-{upload.pk}-*")) == []


def test_folders_of_dead_runs_are_cleared_and_living_ones_kept(upload: Upload, settings: Any) -> None:
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    dead = settings.WORK_DIR / "check-1-abc"
    dead.mkdir()
    with leases.workplace(leases.take_lease(MACHINE, upload_id=upload.pk)) as folder:
        assert leases.clear_workplaces() == 0
        assert folder.is_dir()
    assert leases.clear_workplaces(time.time() + 3600) == 1
    assert not dead.exists()


def test_only_old_files_that_no_row_names_are_swept(upload: Upload) -> None:
    check_upload(MACHINE, upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.version is not None
    folder = upload.resource.address
    left = [default_storage.save(f"{place}/{folder}/left", ContentFile(b"x")) for place in ("uploads", "versions")]
    sweep_store(MACHINE, before=timezone.now() - timedelta(hours=1))
    assert all(map(default_storage.exists, left))
    assert sweep_store(MACHINE, before=timezone.now() + timedelta(minutes=1)) >= 2
    assert not any(map(default_storage.exists, left))
    assert default_storage.exists(upload.file)
    assert all(default_storage.exists(file.uri) for file in upload.version.files.all())
