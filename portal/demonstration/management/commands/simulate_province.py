"""`manage.py simulate_province`: fill an installation to a size, for benchmarks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.demonstration import simulation
from portal.kernel.errors import DomainError


class Command(BaseCommand):
    """Brings the numbers of synthetic things to those named; a run that was cut off goes on where it stopped."""

    help = "Fill this installation with synthetic departments, resources, licenses and records, for benchmarks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the numbers to reach and the seed."""
        for name in ("departments", "resources", "licenses", "records"):
            parser.add_argument(f"--{name}", type=int, default=0, metavar="N", help=f"synthetic {name} to reach")
        parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same things")

    def handle(self, **options: Any) -> None:
        """Make what is missing, with progress."""
        tell, seed = self.stdout.write, options["seed"]
        try:
            simulation.simulate_departments(options["departments"], seed=seed, tell=tell)
            simulation.simulate_resources(options["resources"], seed=seed, tell=tell)
            simulation.simulate_licenses(options["licenses"], seed=seed, tell=tell)
            simulation.simulate_records(options["records"], tell=tell)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write("Done.")
