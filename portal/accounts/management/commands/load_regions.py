"""Loads administrative divisions from a CSV file, by default those of Jilin that come with the product."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts.services import load_regions

SHIPPED = Path(__file__).parents[2] / "data" / "jilin_regions.csv"


class Command(BaseCommand):
    """``load_regions [FILE]``: columns code, name_zh, name_en, level, parent; parents first; safe to repeat."""

    help = "Loads administrative divisions (code, name_zh, name_en, level, parent)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED)

    def handle(self, *args: Any, **options: Any) -> None:
        with options["file"].open(encoding="utf-8-sig", newline="") as file:
            count = load_regions(list(csv.DictReader(file)))
        self.stdout.write(f"{count} divisions loaded.")
