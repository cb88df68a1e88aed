"""Uploads become versions or reports; the version before stays when a file does not fit."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog import signals
from catalog.models import Resource, Upload, Version
from catalog.selectors.manifest import version_files
from catalog.services import uploads
from catalog.services.leases import lost_uploads
from catalog.services.versions import (
    cancel_upload,
    check_upload,
    item_columns,
    propose_items,
    receive_upload,
)
from portal.audit.models import Entry
from portal.kernel.errors import Invalid, NotAllowed, TransitionRefused
from tests.cast import Cast
from tests.catalog.gate.conftest import MACHINE, TEXT
from tests.factories.catalog import draft

pytestmark = pytest.mark.django_db


def hand_in(cast: Cast, resource: Resource, content: bytes, name: str = "街道.csv") -> Upload:
    return receive_upload(cast.actor("steward"), resource=resource, file=io.BytesIO(content), name=name, announce=False)


def check(upload: Upload, **options: Any) -> Upload:
    return check_upload(MACHINE, upload_id=upload.pk, **options)


def test_fitting_file_becomes_the_current_version(cast: Cast, resource: Resource) -> None:
    made: list[Version] = []

    def remember(version: Version, **_: Any) -> None:
        made.append(version)

    signals.version_made.connect(remember)
    try:
        upload = check(hand_in(cast, resource, TEXT.encode("gb18030")))
    finally:
        signals.version_made.disconnect(remember)
    version = upload.version
    assert version is not None
    assert made == [version]
    assert (upload.state, upload.progress, upload.report["encoding"]) == ("accepted", 100, "gb18030")
    assert (version.number, version.row_count) == (1, 300)
    assert version.profile["columns"][0]["distinct"] == 300
    assert [default_storage.size(file.uri) for file in version_files(version)] == [version.byte_count]
    resource.refresh_from_db()
    assert resource.current_version == version
    assert Entry.objects.filter(action="catalog.version", object_id=str(version.pk)).exists()


def test_second_version_counts_on_and_the_first_stays(cast: Cast, resource: Resource) -> None:
    first = check(hand_in(cast, resource, TEXT.encode())).version
    second = check(hand_in(cast, resource, (TEXT + "999999999,新街道,李\n").encode("utf-8-sig"))).version
    assert first is not None
    assert second is not None
    assert (second.number, second.row_count) == (2, 301)
    assert all(default_storage.exists(file.uri) for file in version_files(first))


def test_file_that_does_not_fit_leaves_the_version_before(cast: Cast, resource: Resource) -> None:
    version = check(hand_in(cast, resource, TEXT.encode())).version
    upload = check(hand_in(cast, resource, (TEXT + "2201000001,太长,x\n").encode()))
    resource.refresh_from_db()
    assert resource.current_version == version
    assert (upload.state, upload.version) == ("deciding", None)
    assert upload.report["samples"] == [{"line": 302, "column": "code", "value": "2201000001", "code": "length"}]
    assert default_storage.exists(upload.report["rejects"])


def test_missing_column_is_reported(cast: Cast, resource: Resource) -> None:
    upload = check(hand_in(cast, resource, "街道代码,街道名称\n220100001,甲\n".encode()))
    assert (upload.state, upload.report["missing_columns"]) == ("rejected", ["contact"])
    assert upload.report["rejects"] == ""


def test_unreadable_file_fails_with_its_code(cast: Cast, resource: Resource) -> None:
    upload = check(hand_in(cast, resource, b"%PDF-1.7", "街道.pdf"))
    assert (upload.state, upload.report["code"]) == ("failed", "format_unknown")


def test_upload_ends_only_once(cast: Cast, resource: Resource) -> None:
    upload = check(hand_in(cast, resource, TEXT.encode()))
    with pytest.raises(TransitionRefused):
        check(upload)
    assert resource.versions.count() == 1


def test_check_that_was_killed_is_done_again(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource, TEXT.encode())

    def die(stage: str, _: int) -> None:
        if stage == "profiling":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(upload, progress=die)
    assert resource.versions.count() == 0
    assert list(lost_uploads(timezone.now(), unasked_since=timezone.now())) == [upload]
    assert check(upload).version is not None


def test_cancel_stops_the_check(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource, TEXT.encode())

    def cancel(stage: str, _: int) -> None:
        if stage == "reading":
            cancel_upload(cast.actor("steward"), upload=upload)

    assert check(upload, progress=cancel).state == "canceled"
    assert resource.versions.count() == 0


def test_only_the_providers_officers_hand_in(cast: Cast, resource: Resource) -> None:
    for name in ("visitor", "holder", "office_head", "outsider", "auditor"):
        with pytest.raises(NotAllowed):
            receive_upload(cast.actor(name), resource=resource, file=io.BytesIO(b"x"), name="x.csv")
    assert not Upload.objects.exists()


def test_empty_file_and_resource_without_items_are_refused(cast: Cast, resource: Resource) -> None:
    with pytest.raises(Invalid):
        hand_in(cast, resource, b"")
    with pytest.raises(Invalid):
        hand_in(cast, draft(cast.actor("steward"), cast.provider, "空", items=()), b"a\n1\n")


def test_receiving_announces_and_cleans_the_name(cast: Cast, resource: Resource) -> None:
    heard: list[Upload] = []

    def remember(upload: Upload, **_: Any) -> None:
        heard.append(upload)

    signals.upload_received.connect(remember)
    try:
        receive_upload(cast.actor("steward"), resource=resource, file=io.BytesIO(b"x"), name="..\\..\\x/街道.csv")
    finally:
        signals.upload_received.disconnect(remember)
    assert [upload.name for upload in heard] == ["街道.csv"]
    assert heard[0].file.startswith("uploads/")


def test_failed_write_leaves_no_file(cast: Cast, resource: Resource, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[str] = []
    save = default_storage.save

    def remember(name: str, content: Any) -> str:
        stored.append(save(name, content))
        return stored[-1]

    def fail(*_: Any, **__: Any) -> None:
        raise OSError

    monkeypatch.setattr(default_storage, "save", remember)
    monkeypatch.setattr(uploads, "record", fail)
    with pytest.raises(OSError):  # noqa: PT011 - any
        hand_in(cast, resource, b"x")
    assert not default_storage.exists(stored[0])


def test_items_are_proposed_from_a_file(cast: Cast, resource: Resource) -> None:
    columns = propose_items(io.BytesIO(TEXT.encode()), "街道.csv")
    assert [(column.title, column.type.value, column.primary_key) for column in columns] == [
        ("街道代码", "C", True),
        ("街道名称", "C", False),
        ("联系人", "C", False),
    ]
    with pytest.raises(Invalid) as caught:
        propose_items(io.BytesIO(b""), "x.csv")
    assert list(caught.value.fields) == ["file"]
    assert [column.name for column in item_columns(resource)] == ["code", "name", "contact"]


def test_command_does_what_the_form_does(cast: Cast, resource: Resource, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "街道.csv"
    path.write_text(TEXT)
    call_command("ingest", resource.code.replace("/", "~"), str(path), "--user", "steward")
    assert "Version 1: 300 rows" in capsys.readouterr().out
    path.write_text("街道代码,街道名称,联系人\n,x,y\n")
    with pytest.raises(CommandError, match="1 of 1 rows"):
        call_command("ingest", resource.code, str(path))
    path.write_text("街道代码\n1\n")
    with pytest.raises(CommandError):
        call_command("ingest", resource.code, str(path))
    path.write_bytes(b"")
    with pytest.raises(CommandError):
        call_command("ingest", resource.code, str(path))
    path.write_bytes(b"%PDF-")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("ingest", resource.code, str(path))
    with pytest.raises(CommandError, match="no resource"):
        call_command("ingest", "nothing", str(path))
    with pytest.raises(CommandError, match="no active user"):
        call_command("ingest", resource.code, str(path), "--user", "nobody")
