"""The check before an edition is released: what must hold, and how to mend what does not."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from catalog.models import Item, Version
from catalog.policies import stands_in_catalog
from opening.models import Publication
from opening.policies import why_not_open
from opening.services.checks import Check
from opening.services.columns_check import columns_check
from opening.services.data_check import data_checks


def release_checks(publication: Publication) -> list[Check]:
    """Check an edition as it stands now; all failures together, never only the first.

    The rows are looked at, all of them, only when everything else holds.
    """
    items = list(publication.items.select_related("element"))
    version = publication.resource.current_version
    checks = [*_general_checks(publication, items, version), *_item_checks(items, version)]
    if version is not None and not failures(checks):
        checks += [*columns_check(publication, items, version), *data_checks(publication, items, version)]
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


def _named(item: Item) -> str:
    return f"{item.name_zh} ({item.code})"
