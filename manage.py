#!/usr/bin/env python3
"""Run one of Songhua's commands, after making the environment it needs."""

import os
import sys

from portal.runtime.bootstrap import ensure_environment


def main() -> None:
    """Prepare `.venv`, then hand `start` and `test` to the runtime and every other command to Django."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    ensure_environment(command)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    from portal.runtime.commands import run  # noqa: PLC0415  what it imports exists only inside .venv

    run(sys.argv)


if __name__ == "__main__":
    main()
