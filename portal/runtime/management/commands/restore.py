"""`manage.py restore FILE`: bring a backup into an empty installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.runtime.archive import read_backup
from portal.runtime.faults import RuntimeFault


class Command(BaseCommand):
    """Restore a backup."""

    help = "Restore a backup into an empty installation; refuses any other."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take FILE."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, refuse or restore."""
        try:
            summary = read_backup(options["file"], self.stdout.write)
        except (RuntimeFault, OSError) as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"Restored {summary.parts} parts, {summary.bytes} bytes, made {summary.made_at}.")
