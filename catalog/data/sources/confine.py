"""What the operator lets sources reach: named hosts and folders, nothing else, whatever an officer types."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from catalog.data.errors import DataError


class SourceError(DataError):
    """A source cannot be reached or read; `code` says how, `params` hold what may be shown."""


@dataclass(frozen=True)
class Allowed:
    """Hosts as ``name`` or ``name:port`` (a folder of sockets is a host too), folders, and kinds of databases.

    ``seconds`` is how long a database may work on one statement, 0 for as long as it likes.
    """

    hosts: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    dialects: tuple[str, ...] = ("postgresql+psycopg", "mysql+pymysql", "sqlite")
    seconds: int = 0

    def check_host(self, host: str, port: int | None) -> None:
        """Raise SourceError (host_not_allowed) for a host that is not listed, by name, as it is written."""
        named = {host, f"{host}:{port}"} if port else {host}
        if not host or not named & set(self.hosts):
            raise SourceError("host_not_allowed", host=host)

    def check_folder(self, text: str) -> Path:
        """Give the real path. Raises SourceError (folder_not_allowed) where it leads out of the listed folders."""
        path = Path(text).resolve()
        if not text or not any(path.is_relative_to(folder.resolve()) for folder in self.folders):
            raise SourceError("folder_not_allowed", folder=text)
        return path

    def check_dialect(self, dialect: str) -> None:
        """Raise SourceError (dialect_not_allowed) for a kind of database that is not listed."""
        if dialect not in self.dialects:
            raise SourceError("dialect_not_allowed", dialect=dialect)
