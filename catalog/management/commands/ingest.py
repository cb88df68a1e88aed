"""`manage.py ingest RESOURCE_CODE FILE [--user NAME] …`: what the upload form does, with progress."""

from __future__ import annotations

from argparse import ArgumentTypeError
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.messages import message
from catalog.models import VERSION_KINDS, Resource, Upload
from catalog.services.versions import WHOLE_PERCENT, check_upload, receive_upload
from portal.accounts.actors import actor_for
from portal.accounts.models import User
from portal.kernel.actors import system_actor
from portal.kernel.errors import DomainError


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text)
    except InvalidOperation as error:
        raise ArgumentTypeError(text) from error
    if percent.is_nan() or not 0 <= percent <= WHOLE_PERCENT:
        raise ArgumentTypeError(text)
    return percent


class Command(BaseCommand):
    """Hand in a file, check it and wait for the outcome; exit 1 when it does not become a version."""

    help = "Check a file against the data items of a resource and make it the current version"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the code, the file and the person who hands it in."""
        parser.add_argument("resource_code", help="code of the resource; '~' may stand for '/'")
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", help="user name; the person who registered the resource if not given")
        parser.add_argument("--mode", choices=[kind for kind, _label in VERSION_KINDS], default="replace")
        parser.add_argument("--sheet", default="", help="sheet of a workbook with several that fit")
        parser.add_argument(
            "--tolerance",
            type=_percent,
            help="percent of the rows that may be left out; that of the resource if not given",
        )
        parser.add_argument("--note", default="", help="what changed")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the two services one after the other."""
        resource = Resource.objects.filter(code=options["resource_code"].replace("~", "/")).first()
        if resource is None:
            message_text = f"There is no resource {options['resource_code']}."
            raise CommandError(message_text)
        user = self._user(options["user"], resource)
        try:
            with options["file"].open("rb") as file:
                upload = receive_upload(
                    actor_for(user),
                    resource=resource,
                    file=file,
                    name=options["file"].name,
                    note=options["note"],
                    mode=options["mode"],
                    sheet=options["sheet"],
                    tolerance=options["tolerance"],
                    announce=False,
                )
            upload = check_upload(system_actor("ingest"), upload_id=upload.pk, progress=self._show)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self._tell(upload)

    def _user(self, name: str | None, resource: Resource) -> User:
        if name is None:
            return resource.created_by
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            text = f"There is no active user {name}."
            raise CommandError(text)
        return user

    def _show(self, stage: str, rows: int) -> None:
        self.stdout.write(f"{stage}: {rows:,} rows")

    def _tell(self, upload: Upload) -> None:
        if upload.version is not None:
            version = upload.version
            self.stdout.write(
                self.style.SUCCESS(f"Version {version.number}: {version.row_count:,} rows, {version.sha256}")
            )
            return
        report = upload.report
        if "code" in report:
            raise CommandError(message(report["code"], report.get("params")))
        for name in report["missing_columns"]:
            self.stderr.write(f"missing column: {name}")
        for sample in report["samples"]:
            text = message(sample["code"])
            self.stderr.write(f"line {sample['line']}, {sample['column'] or '-'}: {sample['value'] or ''} ({text})")
        summary = f"{report['rejected']} of {report['rows']} rows do not fit; the version before stays."
        raise CommandError(summary)
