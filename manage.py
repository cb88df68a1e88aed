#!/usr/bin/env python3
"""Run one of Songhua's commands, after making the environment it needs."""

import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  Django exists only inside .venv

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
