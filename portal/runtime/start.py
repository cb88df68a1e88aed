"""The `start` command: everything on one machine, in the foreground, until Ctrl-C."""

import argparse
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.runtime.directory import DataDirectory, open_directory
from portal.runtime.faults import Interrupted, RuntimeFault
from portal.runtime.freshness import code_fingerprint, is_fresh
from portal.runtime.programs import Program, last_words
from portal.runtime.servers import launch_servers, missing_servers
from portal.runtime.supervisor import Supervisor
from portal.settings.environment import PROJECT_DIR, environment

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
READY_SECONDS = 120.0
THREADS_OF_A_WORKER = 4
MOST_FALLS = 3
HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    port: int
    host: str
    data_dir: Path
    workers: int
    demonstration: bool

    @property
    def url(self) -> str:
        """The address people open."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def parser() -> argparse.ArgumentParser:
    """The arguments of `start`."""
    made = argparse.ArgumentParser(prog="manage.py start", description="Run Songhua on this machine until Ctrl-C.")
    made.add_argument("--port", type=int, default=8000, help="the port to serve on (8000)")
    made.add_argument("--host", default="127.0.0.1", help="the address to serve on (127.0.0.1)")
    made.add_argument("--data-dir", type=Path, default=None, help="the data directory (var/)")
    made.add_argument("--workers", type=int, default=2, help="how many web processes (2)")
    made.add_argument("--no-demo", action="store_true", help="start empty, without the demonstration province")
    return made


def main(arguments: Sequence[str]) -> int:
    """Run until interrupted. Raises RuntimeFault where the machine does not allow it."""
    given = parser().parse_args(arguments)
    options = Options(
        port=given.port,
        host=given.host,
        data_dir=(given.data_dir or environment.data_dir).resolve(),
        workers=given.workers,
        demonstration=not given.no_demo,
    )
    _check(options)
    directory = open_directory(options.data_dir)
    if options.host not in LOOPBACK and directory.demonstration_accounts.exists():
        message = (
            f"{options.data_dir} holds the demonstration, whose passwords lie in a file: it is served on this machine "
            "only. Leave --host away, or start with --no-demo and another --data-dir."
        )
        raise RuntimeFault(message)
    try:
        with directory.locked():
            _run(options, directory)
    except Interrupted:
        _tell("Songhua has stopped.")
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _check(options: Options) -> None:
    """Raises RuntimeFault for what can be refused before anything is made."""
    if options.workers < 1:
        message = "--workers must be at least 1."
        raise RuntimeFault(message)
    if not 0 < options.port <= HIGHEST_PORT:
        message = f"There is no port {options.port}; choose one from 1 to {HIGHEST_PORT} with --port."
        raise RuntimeFault(message)
    if options.demonstration and options.host not in LOOPBACK:
        message = (
            "The demonstration is served on this machine only (127.0.0.1): its passwords lie in a file. "
            "Use --no-demo to serve on another address."
        )
        raise RuntimeFault(message)
    try:
        family, _kind, _protocol, _name, where = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except PermissionError:
        message = f"No right to serve on port {options.port}; choose one above 1023 with --port."
        raise RuntimeFault(message) from None
    except socket.gaierror:
        message = f"There is no address {options.host} on this machine."
        raise RuntimeFault(message) from None
    except OSError as error:
        message = f"Port {options.port} of {options.host} cannot be used ({error.strerror}); take another by --port."
        raise RuntimeFault(message) from None


def _run(options: Options, directory: DataDirectory) -> None:
    started = time.monotonic()
    with Supervisor(_tell) as supervisor:
        try:
            _tell(f"Songhua starts with the data in {directory.root} (stop it with Ctrl-C).")
            _tell("[1/4] Starting database and Redis …")
            connections = max(100, 40 + options.workers * (THREADS_OF_A_WORKER + 2))
            addresses = launch_servers(supervisor, directory, connections=connections)
            variables = _variables(options, directory, addresses)
            _tell("[2/4] Preparing the data …")
            _prepare(supervisor, options, directory, variables)
            _tell("[3/4] Starting web server and worker …")
            web, worker, beat = _own_programs(options, directory, variables)
            supervisor.add(web)
            supervisor.add(worker)
            _tell("[4/4] Waiting until every part answers …")
            _wait_until_ready(supervisor, options, directory)
            # Nobody waits for the scheduler, so it leaves the processors to those somebody waits for.
            supervisor.add(beat)
            directory.note_connections(
                {"database": variables["DATABASE_URL"], "redis": variables["REDIS_URL"], "site": options.url}
            )
            _welcome(options, directory, time.monotonic() - started)
            supervisor.watch()
        except Interrupted:
            _tell("Stopping …")
            raise
        finally:
            directory.connections.unlink(missing_ok=True)


def _variables(options: Options, directory: DataDirectory, addresses: dict[str, str]) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if value}
    return (
        {"SITE_URL": options.url, "DJANGO_SETTINGS_MODULE": "portal.settings.development"}
        | given
        | addresses
        | {
            "DATA_DIR": str(directory.root),
            "DEMONSTRATION": "1" if options.demonstration else "0",
            "PYTHONUNBUFFERED": "1",
            # manage.py has proved the environment; a child must not find the project by its working folder alone.
            "PYTHONPATH": str(PROJECT_DIR),
        }
    )


def _prepare(supervisor: Supervisor, options: Options, directory: DataDirectory, variables: dict[str, str]) -> None:
    """Run `manage.py prepare`, unless the same code did so in this data directory. Writes `prepared`."""
    mark, fingerprint = directory.root / "prepared", code_fingerprint(options.demonstration)
    # Somebody else's database may have been exchanged since; only our own is known to be as we left it.
    if "postgres" in missing_servers() and is_fresh(mark, fingerprint):
        return
    mark.unlink(missing_ok=True)
    command = [sys.executable, "-m", "django", "prepare"]
    if not options.demonstration:
        command.append("--no-demo")
    status = supervisor.run_once(Program("prepare", tuple(command), variables, PROJECT_DIR))
    if status != 0:
        message = "The data could not be prepared (the reason is above); nothing was started."
        raise RuntimeFault(message)
    mark.write_text(fingerprint, encoding="ascii")


def _own_programs(options: Options, directory: DataDirectory, variables: dict[str, str]) -> list[Program]:
    python = sys.executable
    granian = (
        *(python, "-m", "granian", "--interface", "wsgi", "--host", options.host, "--port", str(options.port)),
        *("--workers", str(options.workers), "--blocking-threads", str(THREADS_OF_A_WORKER), "--no-ws"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "8", "--log-level", "warning"),
        "portal.wsgi:application",
    )
    celery = (python, "-m", "celery", "--app", "portal.celery", "--quiet")
    worker = (*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING")
    schedule = str(directory.run / "beat-schedule")
    beat = (*celery, "beat", "--schedule", schedule, "--pidfile=", "--loglevel", "WARNING")
    return [
        Program(name, command, variables, PROJECT_DIR, log=directory.logs / f"{name}.log")
        for name, command in (("web", granian), ("worker", worker), ("beat", beat))
    ]


def _wait_until_ready(supervisor: Supervisor, options: Options, directory: DataDirectory) -> None:
    """Ask `/readyz` until it is healthy. Raises RuntimeFault with the failing part after two minutes."""
    limit = time.monotonic() + READY_SECONDS
    said = "no answer"
    while time.monotonic() < limit:
        supervisor.look()
        fallen = supervisor.fallen(times=MOST_FALLS)
        if fallen is not None:
            words = last_words(directory.logs / f"{fallen}.log") or "it says nothing"
            message = f"{fallen} does not start: {words} (whole log: {directory.logs / fallen}.log)"
            raise RuntimeFault(message)
        try:
            host = "127.0.0.1" if options.host in {"0.0.0.0", "localhost"} else options.host  # noqa: S104  a comparison
            with urllib.request.urlopen(_loopback_request(host, options.port), timeout=5):  # noqa: S310  our own server
                return
        except urllib.error.HTTPError as error:
            said = error.read(500).decode("utf-8", "replace")
        except OSError:
            pass
        time.sleep(0.2)
    words = last_words(directory.logs / "web.log")
    message = f"Songhua does not become healthy: {said} (last words of the web server: {words or 'none'})"
    raise RuntimeFault(message)


def _loopback_request(host: str, port: int) -> urllib.request.Request:
    shown = f"[{host}]" if ":" in host else host
    allowed = environment.words("ALLOWED_HOSTS", ("127.0.0.1",))[0].lstrip(".")
    name = "127.0.0.1" if allowed == "*" else allowed
    headers = {"Host": name, "X-Forwarded-Proto": "https"}
    return urllib.request.Request(f"http://{shown}:{port}/readyz", headers=headers)


def _welcome(options: Options, directory: DataDirectory, seconds: float) -> None:
    _tell(f"Songhua is ready: {options.url}")
    if options.demonstration and directory.demonstration_accounts.exists():
        _tell(f"Demonstration accounts: {directory.demonstration_accounts}")
    _tell(f"Started in {seconds:.1f} s; logs in {directory.logs}. Ctrl-C stops everything.")
