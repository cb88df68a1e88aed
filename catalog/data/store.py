"""Where version files lie: immutable files on a storage that is passed in, local folder or S3."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from catalog.data.errors import DamagedFile
from catalog.data.stopping import current_stopper

_BLOCK = 1 << 20


class Storage(Protocol):
    """The part of Django's storage interface that the data plane uses."""

    def save(self, name: str | None, content: Any) -> str: ...
    def open(self, name: str, mode: str = "rb") -> IO[Any]: ...
    def exists(self, name: str) -> bool: ...
    def delete(self, name: str) -> None: ...
    def path(self, name: str) -> str: ...
    def size(self, name: str) -> int: ...


@dataclass(frozen=True)
class StoredFile:
    """A stored Parquet file: its name on the storage, its rows, bytes and SHA-256 (hex)."""

    uri: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Secret:
    """What DuckDB needs to read a bucket; lives only in the memory of one connection."""

    key: str
    secret: str
    region: str
    endpoint: str
    use_ssl: bool


@dataclass(frozen=True)
class Location:
    """A place DuckDB can read: a local path or an s3:// address with its secret.

    `layout` names the physical type of each column the file holds, as pairs; empty when that is not known and the
    file holds exactly what is asked of it.
    """

    address: str
    secret: Secret | None = None
    layout: tuple[tuple[str, str], ...] = ()


def version_name(resource: str, version: str, sha256: str) -> str:
    """Name a data file; the hash in the name makes overwriting by accident impossible."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "~" for letter in resource)
    return f"versions/{safe}/{version}-{sha256[:16]}.parquet"


def write_version(storage: Storage, source: Path, name: str, rows: int) -> StoredFile:
    """Store a finished Parquet file under `name` and give what was stored.

    An equal name holds equal content (the hash is part of it), so that a repeated write changes nothing.
    Raises DamagedFile when the storage took another name.
    """
    digest = file_hash(source)
    size = source.stat().st_size
    if not storage.exists(name):
        taken = save_file(storage, source, name)
        if taken != name:
            storage.delete(taken)
            raise DamagedFile("name_taken", name=name)
    return StoredFile(name, rows, size, digest)


def save_file(storage: Storage, source: Path, name: str) -> str:
    """Save a local file under `name`; give the name the storage took."""
    with source.open("rb") as stream:
        return storage.save(name, _Named(stream, source.stat().st_size))


def locate(storage: Storage, uri: str, layout: Mapping[str, str] | None = None) -> Location:
    """Find where DuckDB can read a stored file. Raises DamagedFile when a local file is gone."""
    pairs = tuple((layout or {}).items())
    try:
        path = Path(storage.path(uri))
    except NotImplementedError:
        return replace(_locate_bucket(storage, uri), layout=pairs)
    if not path.is_file():
        raise DamagedFile("file_missing", name=uri)
    return Location(str(path), layout=pairs)


def verify(storage: Storage, file: StoredFile) -> None:
    """Read a stored file through. Raises DamagedFile when its content is not what was recorded."""
    digest = hashlib.sha256()
    with storage.open(file.uri) as stream:
        for block in blocks(stream):
            digest.update(block)
    if digest.hexdigest() != file.sha256:
        raise DamagedFile("file_changed", name=file.uri)


@contextmanager
def local_copy(storage: Storage, uri: str, folder: Path) -> Iterator[Path]:
    """Give a local path with the content of a stored file, copying it only when it lies elsewhere."""
    try:
        local = Path(storage.path(uri))
    except NotImplementedError:
        with _fetched(storage, uri, folder) as copy:
            yield copy
    else:
        yield local


@contextmanager
def _fetched(storage: Storage, uri: str, folder: Path) -> Iterator[Path]:
    copy = folder / Path(uri).name
    with storage.open(uri) as source, copy.open("wb") as target:
        for block in blocks(source):
            target.write(block)
    try:
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Read a stream in blocks of one mebibyte; between two of them the work can be stopped."""
    stopper = current_stopper()
    while block := stream.read(_BLOCK):
        if stopper is not None:
            stopper.check()
        yield block


def file_hash(path: Path) -> str:
    """Give the SHA-256 of a file, hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Named:
    """The few methods of a Django file that storages call, over an open file."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self.file = stream
        self.size = size
        self.name = ""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        self.file.seek(0)
        yield from blocks(self.file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def _locate_bucket(storage: Any, uri: str) -> Location:
    endpoint = urlsplit(storage.endpoint_url or f"https://s3.{storage.region_name or 'us-east-1'}.amazonaws.com")
    secret = Secret(
        key=storage.access_key or "",
        secret=storage.secret_key or "",
        region=storage.region_name or "us-east-1",
        endpoint=endpoint.netloc,
        use_ssl=endpoint.scheme == "https",
    )
    prefix = storage.location.strip("/")
    path = f"{prefix}/{uri}" if prefix else uri
    return Location(f"s3://{storage.bucket_name}/{path}", secret)
