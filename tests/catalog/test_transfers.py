"""Files in parts by tus 1.0: the protocol word by word, a client of others, breaks, limits and what is swept."""

import base64
import hashlib
import io
import socket
from datetime import timedelta
from itertools import pairwise
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from tusclient.client import TusClient

from catalog import tasks
from catalog.models import Resource, Transfer, TransferPart, Upload
from catalog.services import transfers
from portal.accounts.services import create_api_key
from portal.audit.models import Entry
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.catalog import resource_in

TEXT = ("街道代码,街道名称,联系人\n" + "".join(f"2201{n:05d},街道{n},张{n}\n" for n in range(3000))).encode("gb18030")
MACHINE = system_actor("tests")
BYTES = "application/offset+octet-stream"


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return resource_in(cast, "published")


def _address(resource: Resource) -> str:
    return f"/api/v1/catalog/resources/{resource.address}/versions/tus/"


def _metadata(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in values.items())


def _begin(client: Client, resource: Resource, length: int = len(TEXT), **headers: str) -> Any:
    told = {"Tus-Resumable": "1.0.0", "Upload-Length": str(length), "Upload-Metadata": _metadata(filename="街道.csv")}
    return client.post(_address(resource), content_type="", headers=told | headers)


def _send(client: Client, address: str, offset: int, data: bytes, **headers: str) -> Any:
    told = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)}
    return client.patch(address, data, content_type=BYTES, headers=told | headers)


def _chunked(client: Client, address: str, offset: int, data: bytes) -> Any:
    told = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), "Transfer-Encoding": "chunked"}
    # As the server gives it: no length, and a body that ends by itself.
    return client.patch(
        address, headers=told, CONTENT_TYPE=BYTES, CONTENT_LENGTH="", **{"wsgi.input": io.BytesIO(data)}
    )


def _part_files() -> set[str]:
    folders = default_storage.listdir("transfers")[0] if default_storage.exists("transfers") else []
    return {f"transfers/{name}/{file}" for name in folders for file in default_storage.listdir(f"transfers/{name}")[1]}


def test_the_server_says_what_it_speaks(cast: Cast, resource: Resource) -> None:
    answer = cast.client("steward").options(_address(resource))
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert int(answer["Tus-Max-Size"]) > 1 << 30
    assert "sha1" in answer["Tus-Checksum-Algorithm"].split(",")


def test_a_file_sent_in_three_parts_is_received_whole(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    begun = _begin(client, resource, **{"Upload-Metadata": _metadata(filename="街道.csv", note="全年", filetype="x")})
    assert begun.status_code == 201
    address = begun["Location"]
    thirds = (0, 1000, 30_000, len(TEXT))
    for first, end in pairwise(thirds):
        sent = _send(client, address, first, TEXT[first:end])
        assert (sent.status_code, sent["Upload-Offset"]) == (204, str(end))
        assert "Upload-Expires" in sent
    upload = transfers.receive_transfer(MACHINE, token=Transfer.objects.get().pk)
    assert upload is not None
    assert (upload.name, upload.note, upload.byte_count) == ("街道.csv", "全年", len(TEXT))
    assert upload.sha256 == hashlib.sha256(TEXT).hexdigest()
    with default_storage.open(upload.file) as stored:
        assert stored.read() == TEXT
    assert client.get(address).json()["upload"].endswith(f"/uploads/{upload.pk}/")
    assert not TransferPart.objects.exists()
    assert transfers.receive_transfer(MACHINE, token=Transfer.objects.get().pk) is None
    assert Upload.objects.count() == 1


def test_bytes_in_chunks_of_no_told_length_are_kept(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    address = _begin(client, resource)["Location"]
    sent = _chunked(client, address, 0, TEXT[:1000])
    assert (sent.status_code, sent["Upload-Offset"]) == (204, "1000")


def test_the_method_may_be_named_in_a_header(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    address = _begin(client, resource)["Location"]
    told = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    sent = client.post(address, TEXT[:100], content_type=BYTES, headers=told)
    assert (sent.status_code, sent["Upload-Offset"]) == (204, "100")
    ended = client.post(address, b"", content_type="", headers=told | {"X-HTTP-Method-Override": "DELETE"})
    assert ended.status_code == 204
    assert not Transfer.objects.exists()


def test_the_last_byte_has_the_file_received_in_the_background(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    address = _begin(client, resource)["Location"]
    with patch("catalog.receivers.receive_transfer.delay_on_commit") as asked:
        _send(client, address, 0, TEXT[:100])
        asked.assert_not_called()
        _send(client, address, 100, TEXT[100:])
    asked.assert_called_once_with(str(Transfer.objects.get().pk))


def test_parts_are_gone_from_the_store_once_received(
    cast: Cast, resource: Resource, django_capture_on_commit_callbacks: Any
) -> None:
    client = cast.client("steward")
    before = _part_files()
    _send(client, _begin(client, resource)["Location"], 0, TEXT)
    assert _part_files() > before
    with django_capture_on_commit_callbacks(execute=True):
        transfers.receive_transfer(MACHINE, token=Transfer.objects.get().pk)
    assert _part_files() == before


def test_head_says_where_to_go_on_and_what_was_told(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    address = _begin(client, resource)["Location"]
    _send(client, address, 0, TEXT[:777])
    asked = client.head(address, headers={"Tus-Resumable": "1.0.0"})
    assert asked.status_code == 200
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("777", str(len(TEXT)))
    assert asked["Upload-Metadata"] == _metadata(filename="街道.csv")
    assert asked["Cache-Control"] == "no-store"


def test_another_offset_is_a_conflict_that_names_the_right_one(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    address = _begin(client, resource)["Location"]
    _send(client, address, 0, TEXT[:100])
    again = _send(client, address, 0, TEXT[:100])
    assert (again.status_code, again["Upload-Offset"]) == (409, "100")
    assert again.json()["code"] == "transfer_offset"
    assert Transfer.objects.get().offset == 100


def test_a_repeated_announcement_finds_what_was_begun(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    first = _begin(client, resource, **{"Idempotency-Key": "one"})
    again = _begin(client, resource, **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Location"] == first["Location"]
    assert Transfer.objects.count() == 1
    other = _begin(client, resource, length=3, **{"Idempotency-Key": "one"})
    assert other.status_code == 409
    assert other.json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_part_with_a_wrong_checksum_leaves_nothing(cast: Cast, resource: Resource, algorithm: str) -> None:
    client = cast.client("steward")
    address = _begin(client, resource)["Location"]
    digest = base64.b64encode(hashlib.new(algorithm, TEXT[:500]).digest()).decode()
    before = _part_files()
    wrong = _send(client, address, 0, TEXT[1:501], **{"Upload-Checksum": f"{algorithm} {digest}"})
    assert (wrong.status_code, wrong.json()["code"]) == (460, "checksum_mismatch")
    assert Transfer.objects.get().offset == 0
    assert _part_files() == before
    right = _send(client, address, 0, TEXT[:500], **{"Upload-Checksum": f"{algorithm} {digest}"})
    assert (right.status_code, right["Upload-Offset"]) == (204, "500")


@pytest.mark.parametrize("header", ["sha1 !!!", "crc32 AAAA", "sha1", "sha1 AAAA"])
def test_a_checksum_that_cannot_be_read_is_refused(cast: Cast, resource: Resource, header: str) -> None:
    client = cast.client("steward")
    sent = _send(client, _begin(client, resource)["Location"], 0, TEXT[:9], **{"Upload-Checksum": header})
    assert (sent.status_code, sent.json()["code"]) == (400, "checksum_header")


def test_more_bytes_than_announced_are_refused(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    address = _begin(client, resource, 100)["Location"]
    assert _send(client, address, 0, TEXT[:101]).status_code == 413
    assert Transfer.objects.get().offset == 0


def test_a_file_above_the_limit_is_refused_before_a_byte_is_sent(cast: Cast, resource: Resource, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    refused = _begin(cast.client("steward"), resource, 1001)
    assert (refused.status_code, refused.json()["code"]) == (413, "upload_bytes")


def test_a_department_has_a_limit_of_files_and_of_bytes(cast: Cast, resource: Resource, settings: Any) -> None:
    client = cast.client("steward")
    settings.UPLOAD_DEPARTMENT_BYTES = 1500
    assert _begin(client, resource, 1000).status_code == 201
    assert _begin(client, resource, 501).json()["code"] == "transfer_bytes"
    settings.UPLOAD_DEPARTMENT_FILES = 1
    assert _begin(client, resource, 1).json()["code"] == "transfer_files"


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"Upload-Length": "-1"}, "Upload-Length"),
        ({"Upload-Length": "1e3"}, "Upload-Length"),
        ({"Upload-Length": "9" * 30}, "Upload-Length"),
    ],
)
def test_a_length_that_is_none_is_named(cast: Cast, resource: Resource, headers: dict[str, str], field: str) -> None:
    refused = _begin(cast.client("steward"), resource, **headers)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == field


def test_a_length_must_be_told_and_be_more_than_nothing(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    told = {"Tus-Resumable": "1.0.0", "Upload-Defer-Length": "1"}
    assert client.post(_address(resource), content_type="", headers=told).status_code == 400
    assert _begin(client, resource, 0).json()["code"] == "file_empty"


@pytest.mark.parametrize("header", ["filename $$$", "filename YQ==,filename YQ==", "filename /w=="])
def test_metadata_that_cannot_be_read_is_refused(cast: Cast, resource: Resource, header: str) -> None:
    refused = _begin(cast.client("steward"), resource, **{"Upload-Metadata": header})
    assert (refused.status_code, refused.json()["code"]) == (400, "metadata_header")


def test_another_version_of_the_protocol_is_refused(cast: Cast, resource: Resource) -> None:
    refused = _begin(cast.client("steward"), resource, **{"Tus-Resumable": "0.2.2"})
    assert (refused.status_code, refused["Tus-Version"]) == (412, "1.0.0")


def test_bytes_of_another_media_type_are_refused(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    address = _begin(client, resource)["Location"]
    told = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    assert client.patch(address, b"x", content_type="application/json", headers=told).status_code == 415


def test_giving_up_deletes_the_parts(cast: Cast, resource: Resource, django_capture_on_commit_callbacks: Any) -> None:
    client = cast.client("steward")
    before = _part_files()
    address = _begin(client, resource)["Location"]
    _send(client, address, 0, TEXT[:100])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(address, headers={"Tus-Resumable": "1.0.0"}).status_code == 204
    assert _part_files() == before
    assert client.head(address, headers={"Tus-Resumable": "1.0.0"}).status_code == 404
    assert Entry.objects.filter(action="catalog.transfer.end").exists()


def test_nobody_else_finds_a_transfer(cast: Cast, resource: Resource) -> None:
    address = _begin(cast.client("steward"), resource)["Location"]
    for name in ("office_head", "outsider", "coordinator"):
        assert _send(cast.client(name), address, 0, b"x").status_code == 404
    assert cast.client("visitor").get(address).status_code == 401


def test_only_the_data_officer_may_begin(cast: Cast, resource: Resource) -> None:
    for name in ("office_head", "outsider", "coordinator"):
        assert _begin(cast.client(name), resource).status_code == 403


def test_a_session_needs_its_token_against_forged_requests(cast: Cast, resource: Resource) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.user("steward"), backend="django.contrib.auth.backends.ModelBackend")
    assert _begin(client, resource).status_code == 403


def test_a_key_needs_the_scope_to_write(cast: Cast, resource: Resource) -> None:
    _key, text = create_api_key(cast.actor("steward"), user=cast.user("steward"), name="k", scopes=["catalog:read"])
    refused = _begin(Client(), resource, Authorization=f"Bearer {text}")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


def test_what_nobody_finished_in_time_is_swept(
    cast: Cast, resource: Resource, django_capture_on_commit_callbacks: Any
) -> None:
    client = cast.client("steward")
    before = _part_files()
    _send(client, _begin(client, resource)["Location"], 0, TEXT[:100])
    kept = _begin(client, resource)["Location"]
    Transfer.objects.filter(offset=100).update(expires_at=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.sweep_transfers() == {"asked": 0, "forgotten": 1}
    assert _part_files() == before
    assert str(Transfer.objects.get().pk) in kept


def test_a_whole_file_that_a_lost_message_left_is_received_by_the_sweep(
    cast: Cast, resource: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cast.client("steward")
    _send(client, _begin(client, resource)["Location"], 0, TEXT)
    Transfer.objects.update(expires_at=timezone.now() + timedelta(hours=71))
    asked: list[str] = []
    monkeypatch.setattr(tasks.receive_transfer, "delay", asked.append)
    assert tasks.sweep_transfers() == {"asked": 1, "forgotten": 0}
    assert tasks.receive_transfer(asked[0])["upload"] == Upload.objects.get().pk


def test_a_duty_lost_on_the_way_leaves_a_refusal_and_no_upload(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    address = _begin(client, resource)["Location"]
    _send(client, address, 0, TEXT)
    cast.user("steward").memberships.update(is_active=False)
    assert transfers.receive_transfer(MACHINE, token=Transfer.objects.get().pk) is None
    assert Transfer.objects.get().refusal
    assert not Upload.objects.exists()


class _Break(io.RawIOBase):
    """A body whose sender goes away after some bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        found = self.data.read(size)
        if not found:
            raise OSError("reset by peer")
        return found


def test_what_came_before_a_break_is_kept(cast: Cast, resource: Resource) -> None:
    steward = cast.actor("steward")
    transfer = transfers.begin_transfer(steward, resource=resource, name="a.csv", length=len(TEXT), options={})
    kept = transfers.add_bytes(steward, transfer=transfer, offset=0, body=_Break(TEXT[:5000]))
    assert kept.offset == 5000
    assert transfers.add_bytes(steward, transfer=kept, offset=5000, body=io.BytesIO(TEXT[5000:])).is_whole


def test_large_bodies_are_kept_block_by_block(cast: Cast, resource: Resource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfers, "BLOCK", 1000)
    steward = cast.actor("steward")
    transfer = transfers.begin_transfer(steward, resource=resource, name="a.csv", length=len(TEXT), options={})
    transfers.add_bytes(steward, transfer=transfer, offset=0, body=io.BytesIO(TEXT))
    assert TransferPart.objects.count() == -(-len(TEXT) // 1000)
    upload = transfers.receive_transfer(MACHINE, token=transfer.pk)
    assert upload is not None
    assert upload.sha256 == hashlib.sha256(TEXT).hexdigest()


@pytest.fixture
def key(transactional_db: None, cast: Cast) -> str:
    _key, text = create_api_key(
        cast.actor("steward"), user=cast.user("steward"), name="k", scopes=["catalog:read", "catalog:write"]
    )
    return text


@pytest.mark.slow
def test_a_client_of_others_resumes_after_its_connection_was_cut(live_server: Any, cast: Cast, key: str) -> None:
    """tuspy sends the beginning, a plain socket dies in the middle of a PATCH, tuspy goes on to the end."""
    resource = resource_in(cast, "published")
    client = TusClient(f"{live_server.url}{_address(resource)}", headers={"Authorization": f"Bearer {key}"})
    metadata = {"filename": "街道.csv", "note": "经断点续传"}
    first = client.uploader(file_stream=io.BytesIO(TEXT), chunk_size=20_000, metadata=metadata, upload_checksum=True)
    first.upload_chunk()
    assert first.offset == 20_000
    place = urlsplit(str(first.url))
    head = (
        f"PATCH {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {key}\r\n"
        f"Tus-Resumable: 1.0.0\r\nUpload-Offset: 20000\r\nContent-Type: {BYTES}\r\n"
        f"Content-Length: {len(TEXT) - 20_000}\r\n\r\n"
    )
    with socket.create_connection((place.hostname or "", place.port or 0)) as cut:
        cut.sendall(head.encode() + TEXT[20_000:27_000])
        cut.shutdown(socket.SHUT_WR)
        cut.settimeout(20)
        cut.recv(1000)
    rest = client.uploader(file_stream=io.BytesIO(TEXT), url=first.url, chunk_size=20_000, upload_checksum=True)
    assert rest.get_offset() == 27_000
    rest.upload()
    upload = Upload.objects.get(pk=tasks.receive_transfer(str(Transfer.objects.get().pk))["upload"])
    assert (upload.sha256, upload.note) == (hashlib.sha256(TEXT).hexdigest(), "经断点续传")
    assert tasks.check_upload(upload.pk)["state"] == "accepted"
