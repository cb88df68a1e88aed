"""Proves the audit record whole, or names the first broken record."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from portal.audit.models import Link
from portal.audit.sequencer import link_pending
from portal.audit.verify import verify


class Command(BaseCommand):
    """``verify_audit [--from N] [--json]``: exit 0 with the count and head, or 1 with the first broken record."""

    help = "Checks the hash chain of the audit record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=int, default=1, metavar="N", help="first record to check")
        parser.add_argument("--json", action="store_true", help="print JSON also when the chain is broken")

    def handle(self, *args: Any, **options: Any) -> None:
        link_pending()
        first = max(1, options["first"])
        length = Link.objects.aggregate(last=Max("number"))["last"] or 0
        if first > max(length, 1):
            raise CommandError(f"There are only {length} records.")
        result = verify(first)
        if result.is_whole:
            self.stdout.write(json.dumps({"records": result.records, "head": result.head}))
            return
        if options["json"]:
            self.stdout.write(json.dumps({"records": result.records, "broken": result.broken, "reason": result.reason}))
        else:
            self.stdout.write(f"First broken record: {result.broken} ({result.reason})")
        sys.exit(1)
