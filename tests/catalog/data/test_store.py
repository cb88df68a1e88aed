"""Files on a storage: written once, found again, read from a folder or over S3."""

import io
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO, Any

import pytest

from catalog.data.engines import DuckDBEngine, Query
from catalog.data.errors import DamagedFile
from catalog.data.plan import whole_plan
from catalog.data.prepared import prepare, read_range
from catalog.data.store import (
    Location,
    Secret,
    StoredFile,
    file_hash,
    local_copy,
    locate,
    verify,
    version_name,
    write_version,
)
from tests.catalog.data.tables import COLUMNS, ROWS, path


class Bucket:
    """A storage without local paths, in memory, with the settings of django-storages' S3."""

    bucket_name = "songhua"
    endpoint_url = "http://127.0.0.1:9000"
    access_key = "key"
    secret_key = "secret"
    region_name = ""
    location = "data/"

    def __init__(self, *, renames: bool = False) -> None:
        self.files: dict[str, bytes] = {}
        self.renames = renames

    def save(self, name: str | None, content: Any) -> str:
        name = f"{name}_x7" if self.renames else str(name)
        self.files[name] = b"".join(content.chunks())
        return name

    def open(self, name: str, mode: str = "rb") -> IO[Any]:
        return io.BytesIO(self.files[name])

    def exists(self, name: str) -> bool:
        return name in self.files

    def delete(self, name: str) -> None:
        del self.files[name]

    def size(self, name: str) -> int:
        return len(self.files[name])

    def path(self, name: str) -> str:
        raise NotImplementedError


class Folder(Bucket):
    """A storage whose files lie in a folder."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def path(self, name: str) -> str:
        return str(self.root / name)


def test_version_is_written_once_and_verified() -> None:
    bucket = Bucket()
    name = version_name("307001000001/000012", "v1", file_hash(path()))
    assert name.startswith("versions/307001000001~000012/v1-")
    stored = write_version(bucket, path(), name, 200)
    assert stored == StoredFile(name, 200, path().stat().st_size, file_hash(path()))
    assert write_version(bucket, path(), name, 200) == stored
    verify(bucket, stored)
    bucket.files[name] += b"x"
    with pytest.raises(DamagedFile, match="file_changed"):
        verify(bucket, stored)


def test_storage_that_takes_another_name_keeps_nothing() -> None:
    bucket = Bucket(renames=True)
    with pytest.raises(DamagedFile, match="name_taken"):
        write_version(bucket, path(), "versions/x.parquet", 200)
    assert bucket.files == {}


def test_local_copy_is_made_only_where_needed(tmp_path: Path) -> None:
    bucket = Bucket()
    bucket.files["a/b.csv"] = b"content"
    with local_copy(bucket, "a/b.csv", tmp_path) as copy:
        assert copy.read_bytes() == b"content"
    assert not copy.exists()
    with local_copy(Folder(tmp_path), "x", tmp_path) as same:
        assert same == tmp_path / "x"


def test_file_is_located_in_a_folder_or_a_bucket(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"1")
    assert locate(Folder(tmp_path), "x") == Location(str(tmp_path / "x"))
    with pytest.raises(DamagedFile, match="file_missing"):
        locate(Folder(tmp_path), "y")
    assert locate(Bucket(), "x") == Location(
        "s3://songhua/data/x", Secret("key", "secret", "us-east-1", "127.0.0.1:9000", use_ssl=False)
    )


def test_prepared_file_is_made_once_and_read_in_parts() -> None:
    bucket, made = Bucket(), []

    def produce() -> Iterator[bytes]:
        made.append(1)
        yield from (b"abc", b"def")

    file = prepare(bucket, "exports/1.csv", produce)
    assert prepare(bucket, "exports/1.csv", produce) == file
    assert (file.size, len(made)) == (6, 1)
    assert b"".join(read_range(bucket, file)) == b"abcdef"
    assert b"".join(read_range(bucket, file, 2, 4)) == b"cd"
    assert b"".join(read_range(bucket, file, 4, 99)) == b"ef"
    assert b"".join(read_range(bucket, file, 2, 2)) == b""
    renaming = Bucket(renames=True)
    assert prepare(renaming, "exports/1.csv", produce).name == "exports/1.csv_x7"


class _Objects(BaseHTTPRequestHandler):
    """Answers for one object of a bucket, with ranges, as S3 does."""

    def _answer(self, *, body: bool) -> None:
        content = path().read_bytes()
        start, end = 0, len(content) - 1
        if asked := self.headers.get("Range"):
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start, end = int(first), min(int(last or end), end)
        part = content[start : end + 1]
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(content)}")
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT")
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if body:
            self.wfile.write(part)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""


def test_engine_reads_a_bucket_and_nothing_beside_it() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Objects)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        secret = Secret("key", "secret", "us-east-1", f"127.0.0.1:{server.server_port}", use_ssl=False)
        query = Query(
            plan=whole_plan(COLUMNS, "v1"), columns=COLUMNS, files=(Location("s3://songhua/data/x.parquet", secret),)
        )
        assert DuckDBEngine().count(query) == len(ROWS)
        assert sum(batch.num_rows for batch in DuckDBEngine().batches(query)) == len(ROWS)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
