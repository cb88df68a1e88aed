"""`manage.py start`, listed among Django's commands; manage.py runs it before Django is loaded."""

import sys

from django.core.management.base import BaseCommand

from portal.runtime.start import main, parser


class Command(BaseCommand):
    """Everything on one machine until Ctrl-C."""

    help = "Run Songhua on this machine: database, Redis, web server, worker and scheduler, until Ctrl-C."

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as `manage.py start` does."""
        sys.exit(main(argv[2:]))

    def print_help(self, prog_name: str, subcommand: str) -> None:
        """Show the arguments of `start`."""
        parser().print_help()
