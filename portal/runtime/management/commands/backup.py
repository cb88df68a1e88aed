"""`manage.py backup FILE`: a consistent copy of database, stored files and keys; `--check FILE` proves one whole."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.runtime.archive import check_backup, write_backup
from portal.runtime.faults import RuntimeFault


class Command(BaseCommand):
    """Write or check a backup."""

    help = "Copy database, stored files and signing keys into one file, or check such a file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take FILE and `--check`."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="read the file whole and compare with its manifest")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or check, and say what the file holds."""
        try:
            if options["check"]:
                summary = check_backup(options["file"])
            else:
                summary = write_backup(options["file"].resolve(), self.stdout.write)
        except (RuntimeFault, OSError) as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(
            f"{options['file']}: whole, {summary.parts} parts, {summary.bytes} bytes, "
            f"made {summary.made_at} by Songhua {summary.version}"
        )
