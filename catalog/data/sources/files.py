"""Files of a folder or a bucket that are new or have changed since they were last taken."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from catalog.data.sources.confine import Allowed, SourceError
from catalog.data.sources.watch import Watch

MOST_FILES = 10_000
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Seen:
    """A file as it is now; `mark` changes when its content does."""

    name: str
    mark: str
    changed: float


def in_folder(place: Mapping[str, Any], allowed: Allowed) -> list[Seen]:
    """List the files of a folder that fit its pattern, oldest first; links that lead out are not followed."""
    folder = allowed.check_folder(str(place["folder"]))
    if not folder.is_dir():
        raise SourceError("folder_gone", folder=str(place["folder"]))
    found = []
    for path in folder.iterdir():
        if path.is_file() and fnmatch(path.name, _pattern(place)) and path.resolve().is_relative_to(folder):
            stat = path.stat()
            found.append(Seen(path.name, f"{stat.st_size}:{stat.st_mtime_ns}", stat.st_mtime))
    return _ordered(found)


def copy_from_folder(place: Mapping[str, Any], name: str, target: Path, allowed: Allowed, watch: Watch) -> None:
    """Copy one file of the folder. Raises SourceError, IngestCancelled."""
    folder = allowed.check_folder(str(place["folder"]))
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise SourceError("file_gone", name=name)
    with path.open("rb") as source, target.open("wb") as copy:
        while block := source.read(_BLOCK):
            copy.write(block)
            watch.show(copy.tell())


def in_bucket(place: Mapping[str, Any], password: str, allowed: Allowed) -> list[Seen]:
    """List the objects below the prefix that fit the pattern, oldest first. Raises SourceError."""
    prefix = str(place.get("key_prefix") or "")
    found: list[Seen] = []
    try:
        pages = _client(place, password, allowed).get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=place["bucket"], Prefix=prefix):
            found += [
                Seen(row["Key"], row["ETag"].strip('"'), row["LastModified"].timestamp())
                for row in page.get("Contents", [])
                if fnmatch(row["Key"].removeprefix(prefix).lstrip("/"), _pattern(place))
            ]
    except (BotoCoreError, ClientError) as error:
        raise SourceError("bucket_read", detail=_said(error, password)) from error
    return _ordered(found)


def copy_from_bucket(
    place: Mapping[str, Any], password: str, name: str, target: Path, allowed: Allowed, watch: Watch
) -> None:
    """Copy one object, in one stream. Raises SourceError, IngestCancelled."""
    try:
        found = _client(place, password, allowed).get_object(Bucket=place["bucket"], Key=name)
        with closing(found["Body"]) as body, target.open("wb") as copy:
            for block in body.iter_chunks(_BLOCK):
                copy.write(block)
                watch.show(copy.tell())
    except (BotoCoreError, ClientError) as error:
        raise SourceError("bucket_read", detail=_said(error, password)) from error


def _client(place: Mapping[str, Any], password: str, allowed: Allowed) -> Any:
    endpoint = urlsplit(str(place["endpoint"]))
    if endpoint.scheme not in {"http", "https"}:
        raise SourceError("host_not_allowed", host=str(place["endpoint"]))
    allowed.check_host(endpoint.hostname or "", endpoint.port)
    return boto3.client(
        "s3",
        endpoint_url=f"{endpoint.scheme}://{endpoint.netloc.rpartition('@')[2]}",
        aws_access_key_id=place.get("username") or "",
        aws_secret_access_key=password,
        region_name=place.get("region") or "us-east-1",
        config=Config(
            connect_timeout=10, read_timeout=60, retries={"max_attempts": 2}, s3={"addressing_style": "path"}
        ),
    )


def _pattern(place: Mapping[str, Any]) -> str:
    return str(place.get("pattern") or "*")


def _ordered(found: list[Seen]) -> list[Seen]:
    if len(found) > MOST_FILES:
        raise SourceError("too_many_files", limit=MOST_FILES)
    return sorted(found, key=lambda file: (file.changed, file.name))


def _said(error: Exception, password: str) -> str:
    text = str(error).strip().splitlines()[0]
    return (text.replace(password, "•••") if password else text)[:300]
