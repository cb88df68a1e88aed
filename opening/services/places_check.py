"""The rules of the release check that look at how exactly places are told."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from catalog.data.privacy.inspection import Inspection
from opening.services.checks import Check, Names, listed
from portal.audit.wording import Sentence


def places_checks(found: Inspection, names: Names, *, decimals: int, is_of_people: bool) -> list[Check]:
    """Check coordinates and geometries and, where rows are about people, addresses."""
    checks = [
        Check(
            "exact_places",
            _("Coordinates are not more exact than needed"),
            is_met=not found.exact,
            mend=Sentence(
                gettext_noop("Round the coordinates before they are opened; decimals allowed: %(n)s."), n=decimals
            ),
            subject=listed(found.exact, names),
        )
    ]
    if is_of_people:
        checks.append(
            Check(
                "exact_addresses",
                _("No address leads to the house of a person"),
                is_met=not found.addresses,
                mend=_("Cut the addresses to the street or the village before they are opened, or leave the item out."),
                subject=listed(found.addresses, names),
            )
        )
    return checks
