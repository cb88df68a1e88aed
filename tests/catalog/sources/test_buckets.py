"""Buckets of a real S3 server as sources: new and changed objects are fetched once, refusals are said."""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from django.conf import LazySettings

from catalog.data.errors import IngestCancelled
from catalog.data.sources import Allowed, Fetched, SourceError, Watch, fetch, probe
from catalog.data.stopping import stoppable
from catalog.models import Resource
from catalog.services.sources import save_source
from tests.cast import Cast
from tests.catalog.sources.running import run_now
from tests.factories.catalog import resource_in
from tests.s3 import KEY, SECRET, Bucket

pytestmark = pytest.mark.slow
ALLOWED = Allowed(hosts=("127.0.0.1",))
HEADER = "街道代码,街道名称,联系人\n"
BIG = 24 << 20


@pytest.fixture
def bucket(s3: Bucket) -> Bucket:
    return replace(s3, folder=secrets.token_hex(4))


def place(bucket: Bucket, **more: Any) -> dict[str, Any]:
    known = {"endpoint": bucket.endpoint, "bucket": bucket.name, "key_prefix": f"{bucket.folder}/"}
    return {**known, "username": KEY, "pattern": "*.csv", **more}


def put(bucket: Bucket, name: str, text: str) -> None:
    bucket.client.put_object(Bucket=bucket.name, Key=f"{bucket.folder}/{name}", Body=(HEADER + text).encode())


def take(bucket: Bucket, mark: dict[str, Any], folder: Path, **more: Any) -> Fetched | None:
    return fetch("bucket", place(bucket), SECRET, mark, folder, ALLOWED, Watch(**more))


def test_objects_are_taken_oldest_first_once_and_again_when_they_change(bucket: Bucket, tmp_path: Path) -> None:
    put(bucket, "b.csv", "220102001,南岭,张三\n")
    put(bucket, "a.txt", "220102009,不取,张三\n")
    put(bucket, "更深/街道 表.csv", "220102002,桃源,李四\n")
    assert probe("bucket", place(bucket), SECRET, ALLOWED) == [
        f"{bucket.folder}/b.csv",
        f"{bucket.folder}/更深/街道 表.csv",
    ]
    first = take(bucket, {}, tmp_path)
    assert first is not None
    assert (first.name, first.path.read_text(encoding="utf-8")) == ("b.csv", HEADER + "220102001,南岭,张三\n")
    second = take(bucket, first.mark, tmp_path)
    assert second is not None
    assert (second.name, second.byte_count) == ("街道 表.csv", len((HEADER + "220102002,桃源,李四\n").encode()))
    assert take(bucket, second.mark, tmp_path) is None
    put(bucket, "b.csv", "220102001,南岭,王五\n")
    third = take(bucket, second.mark, tmp_path)
    assert third is not None
    assert third.name == "b.csv"
    assert take(bucket, third.mark, tmp_path) is None


def test_an_object_in_parts_comes_whole_and_shows_its_progress(bucket: Bucket, tmp_path: Path) -> None:
    content = secrets.token_bytes(BIG)
    (tmp_path / "big").write_bytes(content)
    parts = TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=8 << 20)
    bucket.client.upload_file(str(tmp_path / "big"), bucket.name, f"{bucket.folder}/big.csv", Config=parts)
    shown: list[int] = []
    found = take(bucket, {}, tmp_path, progress=shown.append)
    assert found is not None
    assert found.path.read_bytes() == content
    assert "-3" in found.mark[f"{bucket.folder}/big.csv"], "the mark of an object in three parts"
    assert (shown[-1], len(shown) > 20, shown) == (BIG, True, sorted(shown))
    assert take(bucket, found.mark, tmp_path) is None


def test_fetching_an_object_stops_when_told(bucket: Bucket, tmp_path: Path) -> None:
    bucket.client.put_object(Bucket=bucket.name, Key=f"{bucket.folder}/big.csv", Body=bytes(BIG))
    with stoppable() as stopper, pytest.raises(IngestCancelled):
        take(bucket, {}, tmp_path, progress=lambda amount: stopper.stop() if amount > 1 << 20 else None)
    assert (tmp_path / "file").stat().st_size < BIG


@pytest.mark.parametrize(
    ("change", "password", "word"),
    [
        ({}, "geheim-4711", "SignatureDoesNotMatch"),
        ({"username": "nobody"}, SECRET, "InvalidAccessKeyId"),
        ({"bucket": "not-there"}, SECRET, "NoSuchBucket"),
        ({"endpoint": "http://127.0.0.1:1"}, SECRET, "Could not connect"),
    ],
)
def test_a_refusal_of_the_store_is_said_without_the_key(
    bucket: Bucket, change: dict[str, str], password: str, word: str
) -> None:
    with pytest.raises(SourceError) as refusal:
        probe("bucket", place(bucket) | change, password, ALLOWED)
    assert refusal.value.code == "bucket_read"
    assert word in str(refusal.value.params["detail"])
    assert password not in str(refusal.value.params["detail"])


def test_an_object_that_went_meanwhile_is_said(bucket: Bucket, tmp_path: Path) -> None:
    put(bucket, "a.csv", "220102001,南岭,张三\n")

    def lose(_code: str, _params: object) -> None:
        bucket.lose("a.csv")

    with pytest.raises(SourceError) as refusal:
        take(bucket, {}, tmp_path, note=lose)
    assert "NoSuchKey" in str(refusal.value.params["detail"])


def test_an_object_becomes_a_version_and_the_mark_moves_on(cast: Cast, bucket: Bucket, settings: LazySettings) -> None:
    settings.SOURCE_HOSTS = ["127.0.0.1"]
    resource: Resource = resource_in(cast, "published")
    fields = {"title": "桶", "kind": "bucket", "place": place(bucket), "password": SECRET}
    source = save_source(cast.actor("steward"), resource=resource, **fields)
    assert run_now(source).state == "nothing"
    put(bucket, "a.csv", "220102001,南岭,张三\n220102002,桃源,李四\n")
    run = run_now(source)
    assert (run.state, run.rows, list(source.mark)) == ("succeeded", 2, [f"{bucket.folder}/a.csv"])
    bucket.client.delete_object(Bucket=bucket.name, Key=f"{bucket.folder}/a.csv")
    assert run_now(source).state == "nothing"
