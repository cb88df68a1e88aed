"""`manage.py load_demonstration`: bring the demonstration province into this installation."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.demonstration.services import accounts_path, load


class Command(BaseCommand):
    """Loads what is missing of the demonstration province."""

    help = "Load the demonstration province; safe to repeat, goes on where an interrupted load stopped."

    def handle(self, **options: Any) -> None:
        """Load, with one line for each step."""
        load(self.stdout.write)
        self.stdout.write(f"The accounts lie in {accounts_path()}")
