"""The check before an edition is released: what must hold, and how to mend what does not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from catalog.data.plan import AskedPlan
from catalog.gate import release
from catalog.models import Item, Version
from catalog.policies import stands_in_catalog
from opening.models import Publication
from opening.policies import why_not_open
from opening.services.warrants import warrant_for
from portal.kernel.actors import system_actor
from portal.kernel.errors import Text
from portal.kernel.identifiers import is_identity_number

#: Rows looked at for personal identifiers, and the share of them from which a column counts as one.
SAMPLE_ROWS = 1_000
SHARE = 0.05
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the release check: whether it holds, and what to do when it does not."""

    code: str
    label: Text
    is_met: bool
    mend: Text = ""
    subject: str = ""

    @property
    def state(self) -> str:
        """The code from which the page takes sign and color."""
        return "accepted" if self.is_met else "failed"


def release_checks(publication: Publication) -> list[Check]:
    """Check an edition as it stands now; all failures together, never only the first.

    The values are looked at (through the gate, 1,000 rows) only when everything else holds.
    """
    items = list(publication.items.all())
    version = publication.resource.current_version
    checks = [*_general_checks(publication, items, version), *_item_checks(items, version)]
    if not failures(checks):
        checks.append(_personal_check(publication, {item.code: item for item in items}))
    return checks


def failures(checks: Iterable[Check]) -> list[Check]:
    """Return the rules that are not met."""
    return [check for check in checks if not check.is_met]


def _general_checks(publication: Publication, items: list[Item], version: Version | None) -> list[Check]:
    return [
        Check(
            "resource_published",
            _("The resource is published in the catalog"),
            stands_in_catalog(publication.resource),
            _("Have the resource reviewed and published in the catalog first."),
        ),
        Check(
            "has_version",
            _("The resource has a checked version of its data"),
            version is not None,
            _("Upload a file to the resource and wait until it is accepted as a version."),
        ),
        Check("has_items", _("At least one data item is chosen"), bool(items), _("Choose the data items to open.")),
        Check(
            "has_license",
            _("A license is chosen"),
            publication.license_id is not None,
            _("Choose the license under which the public may use the data."),
        ),
        Check(
            "has_contact",
            _("A contact is named"),
            bool(publication.contact.strip()),
            _("Name an office, a telephone number or a mail address that answers questions."),
        ),
        Check(
            "has_summary",
            _("It says what the data are"),
            bool(publication.summary_zh.strip()),
            _("Describe the data in Chinese in a few sentences."),
        ),
    ]


def _item_checks(items: list[Item], version: Version | None) -> list[Check]:
    known = {column["name"] for column in version.columns} if version else set()
    closed = [(item, why) for item in items if (why := why_not_open(item)) is not None]
    missing = [item for item in items if version is not None and item.code not in known]
    open_label = _("Every chosen item may be opened unconditionally")
    column_label = _("Every chosen item is a column of the current version")
    mend = _("Leave the item out, or upload a version that contains it.")
    return [
        *([] if closed else [Check("item_not_open", open_label, is_met=True)]),
        *(Check("item_not_open", open_label, is_met=False, mend=why, subject=_named(item)) for item, why in closed),
        *([] if missing else [Check("item_without_column", column_label, is_met=True)]),
        *(
            Check("item_without_column", column_label, is_met=False, mend=mend, subject=_named(item))
            for item in missing
        ),
    ]


def _personal_check(publication: Publication, items: dict[str, Item]) -> Check:
    found = personal_columns(publication)
    return Check(
        "personal_information",
        _("No item holds identity or mobile telephone numbers"),
        is_met=not found,
        mend=_("The values look like personal identifiers. Leave the item out, or have its grade reviewed."),
        subject="; ".join(_named(items[code]) for code in found if code in items),
    )


def personal_columns(publication: Publication) -> list[str]:
    """Return the chosen columns whose values are identity or mobile numbers in five of a hundred rows or more."""
    asked = AskedPlan(limit=SAMPLE_ROWS)
    page = release(system_actor("opening.release_check"), warrant_for(publication), asked).page()
    found = []
    for name in (field["id"] for field in page.fields):
        values = [str(row[name]) for row in page.rows if row[name] is not None]
        hits = sum(is_identity_number(value) or _MOBILE.fullmatch(value) is not None for value in values)
        if hits and hits >= SHARE * len(values):
            found.append(name)
    return found


def _named(item: Item) -> str:
    return f"{item.name_zh} ({item.code})"
