"""`manage.py doctor`: say what is wrong with an installation and how to mend it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from portal.runtime.diagnosis import findings, kernel_release
from portal.settings.environment import environment


class Command(BaseCommand):
    """Look at every part without changing anything."""

    help = "Say what is wrong with this installation and how to mend it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each part; exit 1 where one is not well."""
        self.stdout.write(f"system: {kernel_release()}")
        ill = 0
        for finding in findings(environment):
            self.stdout.write(f"{'ok  ' if finding.is_well else 'BAD '} {finding.name}: {finding.seen}")
            if not finding.is_well:
                ill += 1
                self.stdout.write(f"     to mend it: {finding.remedy}")
        if ill:
            sys.exit(1)
