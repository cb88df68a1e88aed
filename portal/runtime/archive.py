"""One file that holds a whole installation: database, stored files, and a manifest that proves both."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, default_storage
from django.db import connection

from portal import __version__
from portal.runtime.faults import RuntimeFault
from portal.runtime.postgres import binary

FORMAT = 1
DATABASE_PART = "database.dump"
FILES_PART = "files/"
KEYS_PART = "keys/"
MANIFEST = "manifest.json"
CHUNK_BYTES = 1024 * 1024
# Made anew by whoever runs: probes, drafts of uploads in progress.
PASSING_FOLDERS = frozenset({"runtime"})

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Summary:
    """What a backup holds."""

    parts: int
    bytes: int
    made_at: str
    version: str


def write_backup(target: Path, tell: Tell) -> Summary:
    """Write database, stored files and signing keys to one tar file.

    The dump is one snapshot; stored files never change once written, so files copied after it hold at least what the
    database names. Writes `target`, whole or not at all. Raises RuntimeFault: target exists, pg_dump fails.
    """
    if target.exists():
        message = f"{target} exists already; a backup overwrites nothing."
        raise RuntimeFault(message)
    partial = target.with_name(f".{target.name}.part")
    parts: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(partial, "w") as tar:
            tell("dumping the database …")
            with tempfile.NamedTemporaryFile(dir=partial.parent) as dump:
                _dump(Path(dump.name))
                # pg_dump writes to the name, not to our handle: read from the start of the same file.
                parts[DATABASE_PART] = _add(tar, DATABASE_PART, dump)
            tell("copying stored files …")
            for name in stored_names(default_storage):
                parts[FILES_PART + name] = _add(tar, FILES_PART + name, default_storage.open(name, "rb"))
            for path in _key_files():
                parts[KEYS_PART + path.name] = _add(tar, KEYS_PART + path.name, path.open("rb"))
            manifest = {"format": FORMAT, "version": __version__, "made_at": _now(), "parts": parts}
            _add(tar, MANIFEST, io.BytesIO(json.dumps(manifest, indent=1, sort_keys=True).encode()))
        partial.chmod(0o600)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return _summary(manifest)


def check_backup(source: Path) -> Summary:
    """Read every byte of a backup and compare it with its manifest.

    Raises RuntimeFault and names the first part that is missing, changed or not listed.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(source, "r") as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is None:
                    continue
                if member.name == MANIFEST:
                    manifest = json.load(content)
                else:
                    found[member.name] = _digest(content)
    except (tarfile.TarError, OSError, ValueError) as error:
        message = f"{source} is not a whole backup: {error}"
        raise RuntimeFault(message) from None
    if manifest is None or manifest.get("format") != FORMAT:
        message = f"{source} has no manifest that this Songhua reads; it is cut off, or no backup of Songhua."
        raise RuntimeFault(message)
    for name in sorted(set(found) | set(manifest["parts"])):
        if found.get(name) != manifest["parts"].get(name):
            message = f"{source} is damaged: {name} is not what the manifest says."
            raise RuntimeFault(message)
    return _summary(manifest)


def read_backup(source: Path, tell: Tell) -> Summary:
    """Restore into an empty installation.

    Writes database, stored files and keys. Raises RuntimeFault: a damaged backup (nothing is written then), an
    installation that is not empty, pg_restore fails.
    """
    tell("checking the backup …")
    summary = check_backup(source)
    _refuse_unless_empty()
    with tarfile.open(source, "r") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None or member.name == MANIFEST:
                continue
            if member.name == DATABASE_PART:
                tell("restoring the database …")
                _restore(content)
            elif member.name.startswith(FILES_PART):
                _store(member.name.removeprefix(FILES_PART), content)
            elif member.name.startswith(KEYS_PART):
                _store_key(member.name.removeprefix(KEYS_PART), content)
    return summary


def stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every stored file's name, depth first."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    for name in sorted(files):
        if name:
            yield prefix + name
    for name in sorted(folders):
        if prefix + name not in PASSING_FOLDERS:
            yield from stored_names(storage, prefix + name)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _summary(manifest: dict[str, Any]) -> Summary:
    parts = manifest["parts"]
    size = sum(part["bytes"] for part in parts.values())
    return Summary(len(parts), size, manifest["made_at"], manifest["version"])


def _digest(content: IO[bytes], copy: IO[bytes] | None = None) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if copy is not None:
            copy.write(chunk)
    return {"sha256": digest.hexdigest(), "bytes": size}


def _add(tar: tarfile.TarFile, name: str, content: "IO[bytes] | File[bytes]") -> dict[str, Any]:
    """Add one part, spooled first because a tar header carries the size; give its digest."""
    with content, tempfile.SpooledTemporaryFile(max_size=16 * CHUNK_BYTES) as spool:
        described = _digest(content, spool)
        spool.seek(0)
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = described["bytes"], 0o600, int(datetime.now(UTC).timestamp())
        tar.addfile(member, spool)
    return described


def _connection_words() -> tuple[list[str], dict[str, str]]:
    """The database's address for PostgreSQL's own programs; the password goes by the environment, not by `ps`."""
    values = connection.settings_dict
    words = ["--username", values["USER"], "--dbname", values["NAME"]]
    words += ["--host", values["HOST"]] if values["HOST"] else []
    words += ["--port", str(values["PORT"])] if values["PORT"] else []
    return words, {**os.environ, **({"PGPASSWORD": values["PASSWORD"]} if values["PASSWORD"] else {})}


def _dump(target: Path) -> None:
    words, variables = _connection_words()
    command = [str(binary("pg_dump")), "--format=custom", "--no-owner", "--no-privileges", "--file", str(target)]
    # What is served is built anew from the files.
    command.append("--exclude-schema=serving")
    _run([*command, *words], variables)


def _restore(content: IO[bytes]) -> None:
    words, variables = _connection_words()
    with tempfile.NamedTemporaryFile() as dump:
        _digest(content, dump)
        dump.flush()
        command = [str(binary("pg_restore")), "--no-owner", "--no-privileges", "--single-transaction", *words]
        _run([*command, dump.name], variables)


def _run(command: list[str], variables: dict[str, str]) -> None:
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()
        message = f"{Path(command[0]).name} failed: {words[0] if words else 'it gave no reason'}"
        raise RuntimeFault(message)


def _refuse_unless_empty() -> None:
    if connection.introspection.table_names():
        message = "This installation has a database already; restore only into an empty data directory or database."
        raise RuntimeFault(message)
    if next(stored_names(default_storage), None) is not None:
        message = "This installation has stored files already; restore only into an empty data directory or bucket."
        raise RuntimeFault(message)


def _store(name: str, content: IO[bytes]) -> None:
    if ".." in Path(name).parts or Path(name).is_absolute():
        message = f"The backup names a file outside the storage ({name}); it is not restored."
        raise RuntimeFault(message)
    with default_storage.open(name, "wb") as target:
        _digest(content, target)


def _key_folder() -> Path | None:
    return Path(settings.SIGNER.removeprefix("file:")) if settings.SIGNER.startswith("file:") else None


def _key_files() -> list[Path]:
    """The signing keys, where they lie in files (a hardware module keeps its own)."""
    folder = _key_folder()
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder and folder.is_dir() else []


def _store_key(name: str, content: IO[bytes]) -> None:
    folder = _key_folder()
    if folder is None or "/" in name:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / name).open("wb") as target:
        _digest(content, target)
    (folder / name).chmod(0o600)
