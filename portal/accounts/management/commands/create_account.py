"""Opens the first accounts of a real installation: a department if need be, and a person with a duty in it."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.accounts.models import Department, Region, User
from portal.accounts.services import add_membership, create_department, create_user
from portal.kernel.actors import Duty, system_actor
from portal.kernel.errors import DomainError, Invalid

ACTOR = system_actor("create_account")


class Command(BaseCommand):
    """``create_account USERNAME --name NAME --duty DUTY --uscc CODE [--department NAME --region CODE --authority]``.

    The password is asked for, or read from standard input with ``--password-stdin``.
    """

    help = "Opens an account with a duty in a department, which is registered too when its code is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", default="")
        parser.add_argument("--duty", required=True, choices=[str(duty) for duty in Duty])
        parser.add_argument("--uscc", required=True, help="unified social credit code of the department")
        parser.add_argument("--department", default="", help="name of a department that is new")
        parser.add_argument("--slug", default="", help="its name in addresses")
        parser.add_argument("--region", default="", help="code of its division")
        parser.add_argument("--authority", action="store_true", help="it is the data authority of the division")
        parser.add_argument("--password-stdin", action="store_true")

    def _department(self, options: dict[str, Any]) -> Department:
        known = Department.objects.filter(uscc=options["uscc"]).first()
        if known is not None:
            return known
        if not (options["department"] and options["slug"] and Region.objects.filter(code=options["region"]).exists()):
            raise CommandError(
                "No department has this code yet. Give --department, --slug and --region (load_regions first)."
            )
        return create_department(
            ACTOR,
            uscc=options["uscc"],
            slug=options["slug"],
            name_zh=options["department"],
            region=options["region"],
            is_authority=options["authority"],
        )

    @transaction.atomic
    def _create(self, options: dict[str, Any], password: str) -> User:
        user = create_user(
            ACTOR, username=options["username"], name=options["name"], email=options["email"], password=password
        )
        add_membership(ACTOR, user=user, department=self._department(options), duty=Duty(options["duty"]))
        return user

    def handle(self, *args: Any, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else getpass.getpass("Password: ")
        try:
            user = self._create(options, password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Invalid as error:
            texts = [str(text) for texts in error.fields.values() for text in texts]
            raise CommandError(" ".join(texts) or str(error)) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Account {user.username} is open.")
