"""`manage.py benchmark [NAME…] [--json FILE]`: run the measurements of tests/benchmarks."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.runtime.suite import main


class Command(BaseCommand):
    """Run benchmarks one after another, in one process."""

    help = "Run tests/benchmarks and print ratios with what they compare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take names and a file for the figures."""
        parser.add_argument("names", nargs="*", metavar="NAME", help="run only measurements whose name contains this")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hand the names to pytest as a selection."""
        arguments = ["tests/benchmarks", "-n0", "-s", "-q", "-p", "no:randomly"]
        if options["names"]:
            arguments += ["-k", " or ".join(options["names"])]
        if options["json"]:
            arguments.append(f"--benchmark-json={options['json'].resolve()}")
        sys.exit(main(arguments))
