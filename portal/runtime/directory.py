"""The data directory of an installation: its folders, its sockets, and the lock against two at once."""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.runtime.faults import RuntimeFault
from portal.runtime.privilege import lesser_account, passes_privately

MINIMUM_FREE_BYTES = 1024**3
# sun_path of Linux holds 108 bytes with its closing zero.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


@dataclass(frozen=True)
class DataDirectory:
    """Where everything of one installation lies."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The embedded database's own files."""
        return self.root / "postgres"

    @property
    def redis(self) -> Path:
        """The embedded Redis' append-only files."""
        return self.root / "redis"

    @property
    def logs(self) -> Path:
        """One log for each process."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """What is true only while the installation runs: sockets and the addresses of its servers."""
        return self.root / "run"

    @property
    def demonstration_accounts(self) -> Path:
        """User names and passwords of the demonstration; its presence marks a demonstration."""
        return self.root / "demo-accounts.json"

    def sockets(self, server: str) -> Path:
        """The private folder (mode 0700) for the sockets of one server, inside `run` where the path is short enough.

        Writes the folder. Raises RuntimeFault where a folder of that name belongs to someone else.
        """
        wanted = self.run / server
        if len(os.fsencode(wanted / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return _private_folder(wanted)
        # A UNIX socket cannot have a longer path: a short private folder, the same for each start here.
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        short = _private_folder(Path(tempfile.gettempdir()) / f"songhua-{os.geteuid()}-{digest}")
        return _private_folder(short / server)

    @property
    def connections(self) -> Path:
        """Where the addresses of the running servers are noted for other commands."""
        return self.run / "connections.json"

    def note_connections(self, addresses: dict[str, str]) -> None:
        """Note the addresses. Writes `run/connections.json` (mode 0600)."""
        partial = self.connections.with_suffix(".part")
        partial.write_text(json.dumps(addresses), encoding="utf-8")
        partial.chmod(0o600)
        partial.replace(self.connections)

    def noted_connections(self) -> dict[str, str]:
        """The addresses noted by the running start, empty where none."""
        try:
            noted = json.loads(self.connections.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(address) for name, address in noted.items()}

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory for this process. Raises RuntimeFault where another process holds it. Locks `lock`."""
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
                message = f"Songhua already runs with {self.root} (process {holder}); stop it, or use --data-dir."
                raise RuntimeFault(message) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def is_held(self) -> bool:
        """Whether a running command holds the directory."""
        try:
            with self.locked():
                return False
        except (RuntimeFault, FileNotFoundError):
            return (self.root / "lock").exists()


def open_directory(path: Path) -> DataDirectory:
    """Make the data directory where it is missing and prove that it can be used.

    Writes the folder with `run` and `logs`. Raises RuntimeFault: not a folder, no right to write, full disk.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        # What lies here is private; an account that PostgreSQL truly runs as must only pass through.
        path.chmod(0o700 if passes_privately() else 0o711)
        for name in ("run", "logs"):
            (path / name).mkdir(exist_ok=True, mode=0o700)
        (path / "run").chmod(0o700 if passes_privately() else 0o711)
        with tempfile.TemporaryFile(dir=path) as probe:
            probe.write(b"0" * 4096)
            probe.flush()
    except (FileExistsError, NotADirectoryError):
        message = f"The data directory {path} is not a folder; name another with --data-dir."
        raise RuntimeFault(message) from None
    except OSError as error:
        raise RuntimeFault(_reason(path, error)) from None
    free = shutil.disk_usage(path).free
    if free < MINIMUM_FREE_BYTES:
        message = (
            f"The disk of {path} has {free // 1024**2} MB free and Songhua needs 1024 MB; "
            "make room, or name another folder with --data-dir."
        )
        raise RuntimeFault(message)
    return DataDirectory(path)


def _reason(path: Path, error: OSError) -> str:
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"No right to write in the data directory {path}; change its owner, or name another with --data-dir."
    if error.errno == errno.EROFS:
        return f"The data directory {path} lies on a read-only disk; name another with --data-dir."
    if error.errno == errno.ENOSPC:
        return f"The disk of {path} is full; make room, or name another folder with --data-dir."
    return f"The data directory {path} cannot be used: {error.strerror}."


def _private_folder(path: Path) -> Path:
    """Make a folder that is ours alone. Raises RuntimeFault where a link or another's folder has the name."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700, parents=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), *_our_accounts()}:
        message = f"{path} should be a private folder of ours but belongs to someone else; remove it."
        raise RuntimeFault(message)
    path.chmod(0o700)
    return path


def _our_accounts() -> set[int]:
    """As root, the folder may belong to the account that PostgreSQL runs as."""
    return {lesser_account().uid} if os.geteuid() == 0 else set()
