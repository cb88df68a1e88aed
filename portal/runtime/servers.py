"""The embedded servers together: started under a supervisor, or borrowed for one command."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from portal.runtime import postgres, redis_server
from portal.runtime.directory import DataDirectory, open_directory
from portal.runtime.faults import RuntimeFault
from portal.runtime.supervisor import Supervisor


def missing_servers() -> frozenset[str]:
    """Which servers the environment does not name and Songhua must bring itself."""
    names = {"DATABASE_URL": "postgres", "REDIS_URL": "redis"}
    return frozenset(server for name, server in names.items() if not os.environ.get(name, "").strip())


def launch_servers(
    supervisor: Supervisor, directory: DataDirectory, *, durable: bool = True, connections: int = 100
) -> dict[str, str]:
    """Start the servers that the environment does not name; give the variables that name them.

    Writes their files in the data directory. Raises RuntimeFault where one does not start.
    """
    missing = missing_servers()
    addresses: dict[str, str] = {}
    waits: list[tuple[Callable[[DataDirectory, Callable[[], bool]], None], Callable[[], bool]]] = []
    if "postgres" in missing:
        postgres.sweep_halves(directory)
        postgres.ensure_cluster(directory)
        postgres.end_leftover(directory)
        ward = supervisor.add(postgres.server(directory, durable=durable, connections=connections))
        waits.append((postgres.wait_until_ready, ward.is_running))
        addresses["DATABASE_URL"] = postgres.address(directory)
    if "redis" in missing:
        ward = supervisor.add(redis_server.server(directory, durable=durable))
        waits.append((redis_server.wait_until_ready, ward.is_running))
        addresses["REDIS_URL"] = redis_server.address(directory)
    for wait, is_running in waits:
        wait(directory, is_running)
    return addresses


@contextlib.contextmanager
def borrowed_servers(path: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Give the variables of the servers for one command: those of a running start, or our own until it ends.

    Locks the data directory while our own servers run.
    """
    missing = missing_servers()
    if not missing:
        yield {}
        return
    directory = open_directory(path)
    if directory.is_held():
        noted = directory.noted_connections()
        if not noted:
            message = f"Another command holds {directory.root} and is not ready yet; wait for it and try again."
            raise RuntimeFault(message)
        names = {"postgres": ("DATABASE_URL", "database"), "redis": ("REDIS_URL", "redis")}
        yield {names[server][0]: noted[names[server][1]] for server in missing if names[server][1] in noted}
        return
    with directory.locked(), Supervisor(lambda line: None) as supervisor:
        yield launch_servers(supervisor, directory, durable=durable)
