"""`manage.py prepare`: bring database, static files and demonstration to where the code expects them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from portal.runtime.preparation import prepare


class Command(BaseCommand):
    """Migrate, collect the static files, load the demonstration; quick where nothing changed."""

    help = "Migrate the database, collect static files and load the demonstration province."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--no-demo`."""
        parser.add_argument("--no-demo", action="store_true", help="leave the installation empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, telling each step."""
        try:
            prepare(demonstration=not options["no_demo"], tell=lambda line: self.stdout.write(f"      {line}"))
        except (DatabaseError, OSError) as error:
            raise CommandError(f"{type(error).__name__}: {str(error).strip().splitlines()[0]}") from error
