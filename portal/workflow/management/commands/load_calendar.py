"""Loads days of a State Council holiday notice, e.g. next year's before the built-in table knows it."""

import csv
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.workflow.deadlines import load_calendar

WORKING = {"0": False, "1": True}


def read_days(path: Path) -> list[tuple[date, bool]]:
    """Read rows ``day,is_working`` (ISO date, 0 or 1). Raises ``CommandError`` naming the line."""
    days = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in (reader := csv.DictReader(file)):
            try:
                days.append((date.fromisoformat(row["day"]), WORKING[row["is_working"]]))
            except (KeyError, TypeError, ValueError) as error:
                message = f"Line {reader.line_num}: give the columns day (2027-01-01) and is_working (0 or 1)."
                raise CommandError(message) from error
    return days


class Command(BaseCommand):
    """``load_calendar FILE --source NOTICE``: holidays and make-up working days; safe to repeat."""

    help = "Loads days of the working calendar (day, is_working) from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="number of the notice, e.g. 国办发明电〔2026〕7号")

    def handle(self, *args: Any, **options: Any) -> None:
        count = load_calendar(read_days(options["file"]), source=options["source"])
        self.stdout.write(f"{count} days loaded.")
