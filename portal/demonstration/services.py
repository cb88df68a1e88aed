"""Brings the demonstration province in through the services of the apps, acting as its persons."""

from pathlib import Path

from django.conf import settings

from portal.demonstration.loading import (
    Tell,
    corrections,
    editions,
    licenses,
    origins,
    people,
    quality,
    requests,
    resources,
)
from portal.demonstration.loading.cast import Cast
from portal.demonstration.records import records

ACCOUNTS_NAME = "demo-accounts.json"


def accounts_path() -> Path:
    """Return where the accounts of this installation's demonstration lie."""
    return Path(settings.DATA_DIR) / ACCOUNTS_NAME


def load(progress: Tell, accounts: Path | None = None) -> None:
    """Load the demonstration; goes on where an interrupted load stopped, and does nothing where all is there.

    ``progress`` gets one line for each step. The passwords lie in ``accounts`` (by default in the data directory).

    Writes people, resources, tickets, requests, corrections, editions and licenses through their services, and the file
    of accounts before the first person, so that no password is ever lost.
    """
    passwords = accounts_file(accounts or accounts_path())
    people.load_departments(progress)
    people.load_people(passwords, progress)
    cast = Cast()
    found = resources.load_resources(cast, progress)
    origins.load_origins(cast, found, progress)
    quality.load_tickets(cast, found, progress)
    editions.load_editions(cast, found, progress)
    requests.load_requests(cast, found, progress)
    corrections.load_corrections(cast, progress)
    licenses.load_licenses(cast, licenses.load_types(cast, progress), progress)


def accounts_file(path: Path) -> dict[str, str]:
    """Return the passwords of the demonstration's persons; makes new ones where the file is missing or incomplete.

    Writes ``path`` with mode 0600 and, for persons that exist already, their new passwords.
    """
    passwords = people.read_passwords(path)
    if passwords.keys() >= {row["username"] for row in records("people")}:
        return passwords
    passwords = people.write_accounts(path)
    people.renew_passwords(passwords)
    return passwords
