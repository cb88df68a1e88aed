"""The life of a resource's data on a real S3 server: handed in, read, compared, added to, prepared, deleted."""

import datetime
import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from catalog.gate import DataUnavailable, compare_versions, preview_warrant, read_query, release
from catalog.models import Deletion, Resource
from catalog.selectors.manifest import version_files
from catalog.services.deletions import carry_out_deletion, move_deletion, propose_deletion
from catalog.services.rejects import marked_file
from catalog.services.sweeping import sweep_store
from catalog.services.transfers import add_bytes, begin_transfer, receive_transfer
from catalog.services.versions import check_upload, receive_upload
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.catalog import draft
from tests.factories.uploads import new_version
from tests.s3 import Bucket

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HEADER = "街道代码,街道名称,联系人\n"
MACHINE = system_actor("catalog.carry_out_deletion")


def delete(cast: Cast, resource: Resource, *numbers: int) -> Deletion:
    deletion = propose_deletion(
        cast.actor("steward"), resource=resource, numbers=numbers, reason="保存期限已满", basis="数据管理办法第十条"
    )
    move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve")
    return carry_out_deletion(MACHINE, deletion_id=deletion.pk)


def test_data_lives_and_ends_on_s3(cast: Cast, bucket: Bucket) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    rows = [f"{n:03d},街道{n},张{n}\n" for n in range(80)]
    first = new_version(cast, resource, HEADER + "".join(rows))
    stored = {file.uri for file in version_files(first)} | {first.upload.file}
    assert stored <= bucket.names()

    page = release(steward, preview_warrant(first), read_query({"filter": "code:ge:070", "limit": "5"})).page()
    assert [row["code"] for row in page.rows] == ["070", "071", "072", "073", "074"]
    assert page.total == 10

    second = new_version(cast, resource, HEADER + "".join(["000,新街道,张0\n", *rows[2:], "900,又一,李\n"]))
    assert compare_versions(steward, first, second).counts == {"added": 1, "changed": 1, "removed": 1}
    found = compare_versions(steward, first, second).rows()
    assert len(found) == 3

    third = new_version(cast, resource, HEADER + "901,再一,王\n", "append")
    assert [file.pk for file in version_files(third)][:-1] == [file.pk for file in version_files(second)]
    page = release(steward, preview_warrant(third), read_query({"filter": "code:ge:900"})).page()
    assert [row["name"] for row in page.rows] == ["又一", "再一"]
    download = release(steward, preview_warrant(first)).download("csv")
    assert len(b"".join(download.read()).decode().splitlines()) == 81
    assert len(b"".join(download.read(3, 23))) == 20

    finished = delete(cast, resource, 1)
    assert finished.state == "finished"
    assert {line["kind"] for line in finished.ledger} == {"data", "upload", "copy"}
    left = bucket.names()
    gone = {line["name"] for line in finished.ledger}
    assert stored <= gone
    assert not gone & left
    assert not any(name.startswith(("exports/", "differences/")) for name in left)
    shared = version_files(second).get()
    assert shared.uri in left

    # The file that the second version and the third both name stays with the third.
    finished = delete(cast, resource, 2)
    assert {line["outcome"] for line in finished.ledger if line["kind"] == "data"} == {"kept"}
    assert default_storage.exists(shared.uri)
    page = release(steward, preview_warrant(third)).page()
    assert (len(page.rows), page.total) == (81, 81)


def test_rows_are_changed_by_key_on_s3(cast: Cast, bucket: Bucket) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    before = new_version(cast, resource, HEADER + "1,一,张\n2,二,李\n3,三,王\n")
    lines = "街道代码,街道名称,联系人,_op\n2,新二,李,update\n3,,,delete\n4,四,赵,insert\n"
    after = new_version(cast, resource, lines, "delta")
    page = release(steward, preview_warrant(after)).page()
    assert {row["code"]: row["name"] for row in page.rows} == {"1": "一", "2": "新二", "4": "四"}
    assert compare_versions(steward, before, after).counts == {"added": 1, "changed": 1, "removed": 1}


def test_what_no_row_names_is_swept_from_s3(cast: Cast, bucket: Bucket) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    version = new_version(cast, resource, HEADER + "1,一,张\n")
    named = {version_files(version).get().uri, version.upload.file}
    lost = default_storage.save(f"{version.upload.file.rpartition('/')[0]}/lost.csv", ContentFile(b"lost"))
    assert lost in bucket.names()
    sweep_store(MACHINE, before=timezone.now() - datetime.timedelta(hours=1))
    assert lost in bucket.names()
    sweep_store(MACHINE, before=timezone.now() + datetime.timedelta(hours=1))
    left = bucket.names()
    assert lost not in left
    assert named <= left


def test_file_sent_in_parts_arrives_on_s3(cast: Cast, bucket: Bucket, django_capture_on_commit_callbacks: Any) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    content = (HEADER + "".join(f"{n},街道{n},张\n" for n in range(80))).encode()
    transfer = begin_transfer(steward, resource=resource, name="街道.csv", length=len(content), options={})
    for part in (content[:500], content[500:]):
        transfer = add_bytes(steward, transfer=transfer, offset=transfer.offset, body=io.BytesIO(part))
    sent = {part.file for part in transfer.parts.all()}
    assert len(sent) == 2
    assert sent <= bucket.names()
    with django_capture_on_commit_callbacks(execute=True):
        upload = receive_transfer(MACHINE, token=transfer.pk)
    assert upload is not None
    assert not sent & bucket.names()
    version = check_upload(system_actor("check_upload"), upload_id=upload.pk).version
    assert version is not None
    assert version.row_count == 80


def test_rows_that_do_not_fit_are_given_back_from_s3(cast: Cast, bucket: Bucket) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    file = io.BytesIO((HEADER + "1,一,张\n22010000011,太长,王\n").encode())
    upload = receive_upload(steward, resource=resource, file=file, name="街道.csv", announce=False)
    upload = check_upload(system_actor("check_upload"), upload_id=upload.pk)
    assert upload.state == "deciding"
    assert upload.report["rejects"] in bucket.names()
    with marked_file(steward, upload=upload).stream as marked:
        assert b"22010000011" in marked.read()


def test_object_that_was_lost_is_named_as_unavailable(cast: Cast, bucket: Bucket) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    version = new_version(cast, resource, HEADER + "1,一,张\n")
    bucket.lose(version_files(version).get().uri)
    with pytest.raises(DataUnavailable):
        release(cast.actor("steward"), preview_warrant(version)).page()
