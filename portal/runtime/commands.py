"""Send a command line to whoever runs it: the runtime itself, or Django with a database at hand."""

import os
import sys

from portal.runtime.faults import Interrupted, RuntimeFault

INTERRUPTED_STATUS = 130

# Commands that ask the database nothing, or bring their own: no server is started for them.
WITHOUT_DATABASE = frozenset(
    {
        "help",
        "version",
        "--version",
        "--help",
        "check",
        "makemigrations",
        "makemessages",
        "compilemessages",
        "spectacular",
        "collectstatic",
        "findstatic",
        "diffsettings",
        "sqlmigrate",
        "startapp",
        "startproject",
        "benchmark",
        "doctor",
    }
)


def run(argv: list[str]) -> None:
    """Run `argv` as `manage.py` would; ends the process with its exit status."""
    command = argv[1] if len(argv) > 1 else "help"
    try:
        sys.exit(_dispatch(command, argv))
    except RuntimeFault as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(1)
    except Interrupted:
        sys.exit(INTERRUPTED_STATUS)


def _dispatch(command: str, argv: list[str]) -> int:
    if command == "start":
        from portal.runtime.start import main as start  # noqa: PLC0415  only this command pays for it

        return start(argv[2:])
    if command == "test":
        from portal.runtime.suite import main as test  # noqa: PLC0415  only this command pays for it

        return test(argv[2:])
    if command in WITHOUT_DATABASE or "--help" in argv or "-h" in argv:
        return _django(argv)
    return _with_servers(argv)


def _with_servers(argv: list[str]) -> int:
    from portal.runtime.postgres import binary  # noqa: PLC0415  other commands need no server
    from portal.runtime.servers import borrowed_servers  # noqa: PLC0415  other commands start no server
    from portal.settings.environment import environment  # noqa: PLC0415  read after the command is known

    with borrowed_servers(environment.data_dir) as addresses:
        os.environ.update(addresses)
        # Last, so that `dbshell` prefers the machine's own psql and finds ours where there is none.
        os.environ["PATH"] = f"{os.environ.get('PATH', '')}:{binary('psql').parent}"
        return _django(argv)


def _django(argv: list[str]) -> int:
    from django.core.management import execute_from_command_line  # noqa: PLC0415  start and test must not load Django

    execute_from_command_line(argv)
    return 0
