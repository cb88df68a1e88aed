"""What is wrong with an installation, each finding with the way to mend it; reads only."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from portal.runtime import postgres, redis_server
from portal.runtime.bootstrap import DEVELOPMENT_SET, RUNTIME_SET, is_complete
from portal.runtime.directory import MINIMUM_FREE_BYTES, DataDirectory
from portal.runtime.faults import RuntimeFault
from portal.runtime.privilege import disguise_from_root
from portal.settings.environment import Environment, MissingSettingError, storage_settings


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its name, whether it is well, what was seen and how to mend it."""

    name: str
    is_well: bool
    seen: str
    remedy: str = ""


def findings(environment: Environment) -> Iterator[Finding]:
    """Look at each part in the order in which `start` needs them."""
    directory = DataDirectory(environment.data_dir)
    looks: tuple[Callable[[], Finding], ...] = (
        _packages,
        lambda: _data_directory(directory),
        lambda: _disk(directory),
        _account,
        lambda: _database_files(directory),
        lambda: _database(environment),
        lambda: _redis(environment),
        lambda: _storage(environment),
        _port,
        _tools,
    )
    for look in looks:
        yield look()


def _packages() -> Finding:
    whole = is_complete([RUNTIME_SET])
    seen = f"Python {sys.version.split()[0]}, {'as locked' if whole else 'not as locked'} ({DEVELOPMENT_SET} for tests)"
    return Finding("packages", whole, seen, "run any command by `python3 manage.py`: it installs what is missing")


def _data_directory(directory: DataDirectory) -> Finding:
    root = directory.root
    if not root.exists():
        return Finding("data directory", is_well=True, seen=f"{root} does not exist yet; `start` makes it")
    if not root.is_dir():
        return Finding("data directory", is_well=False, seen=f"{root} is no folder", remedy="set DATA_DIR")
    loose = root.stat().st_mode & 0o077
    if loose:
        remedy = f"chmod 700 {root}"
        return Finding("data directory", is_well=False, seen=f"{root} is open to other accounts", remedy=remedy)
    return Finding("data directory", is_well=True, seen=f"{root}, {'in use' if directory.is_held() else 'not in use'}")


def _disk(directory: DataDirectory) -> Finding:
    place = next(folder for folder in (directory.root, *directory.root.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    return Finding("disk", free >= MINIMUM_FREE_BYTES, f"{free // 1024**2} MB free", "make room: 1024 MB at least")


def _account() -> Finding:
    try:
        disguise = disguise_from_root()
    except RuntimeFault as fault:
        return Finding("account", is_well=False, seen=str(fault), remedy="run as an ordinary user")
    if disguise is None:
        return Finding("account", is_well=True, seen="an ordinary user")
    how = "in a user namespace" if disguise.in_namespace else f"as the account {disguise.account.name}"
    return Finding("account", is_well=True, seen=f"root; PostgreSQL runs {how}")


def _database_files(directory: DataDirectory) -> Finding:
    if not directory.postgres.exists():
        return Finding("database files", is_well=True, seen="none yet")
    try:
        postgres.examine(directory.postgres)
    except RuntimeFault as fault:
        return Finding("database files", is_well=False, seen=str(fault), remedy="see the operations guide, recovery")
    return Finding("database files", is_well=True, seen=f"PostgreSQL {postgres.server_major()}")


def _database(environment: Environment) -> Finding:
    url = environment.database_url
    if not url:
        return Finding("database", is_well=True, seen="embedded, not running")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        seen = f"does not answer: {str(error).strip().splitlines()[0]}"
        return Finding("database", is_well=False, seen=seen, remedy="check DATABASE_URL, or run `start` again")
    return Finding("database", is_well=True, seen=f"PostgreSQL {version} answers")


def _redis(environment: Environment) -> Finding:
    url = environment.redis_url
    if not url:
        there = redis_server.binary().exists()
        return Finding("redis", there, "embedded, not running" if there else "no program", "remove .venv, run again")
    try:
        with redis.Redis.from_url(url, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        seen = f"does not answer: {error}"
        return Finding("redis", is_well=False, seen=seen, remedy="check REDIS_URL, or run `start` again")
    return Finding("redis", is_well=True, seen="answers")


def _storage(environment: Environment) -> Finding:
    url = environment.text("STORAGE_URL", f"file://{environment.data_dir}/storage")
    try:
        chosen = storage_settings(url)
    except MissingSettingError as error:
        return Finding("storage", is_well=False, seen=str(error), remedy="set STORAGE_URL")
    kind = "object storage" if "s3" in chosen["BACKEND"] else str(chosen["OPTIONS"]["location"])
    return Finding("storage", is_well=True, seen=kind)


def _port() -> Finding:
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", 8000)) == 0
    return Finding("port 8000", is_well=True, seen="something serves there" if taken else "free")


def _tools() -> Finding:
    """Two programs that only translators and testers need; their absence is no fault."""
    missing = [name for name in ("msgfmt", "chromium") if shutil.which(name) is None]
    seen = f"{', '.join(missing)} absent: needed only to change translations or test in a browser" if missing else "all"
    return Finding("optional tools", is_well=True, seen=seen)


def kernel_release() -> str:
    """The system's own name and version, for a report."""
    said = subprocess.run(["/bin/uname", "-sr"], capture_output=True, text=True, check=False)
    return said.stdout.strip() or Path("/proc/version").read_text(encoding="utf-8").split("(", 1)[0].strip()
