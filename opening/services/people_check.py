"""The rules of the release check that look at people in the rows: groups, small numbers, what singles them out."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from catalog.data.privacy.anonymity import Anonymity
from catalog.data.privacy.inspection import Inspection
from catalog.data.privacy.suppression import Suppression
from catalog.data.privacy.uniqueness import Uniqueness
from opening.services.checks import Check, Names, listed
from portal.audit.wording import Sentence, joined
from portal.kernel.errors import Text

_MOST_LINES = 8


def people_checks(found: Inspection, names: Names) -> list[Check]:
    """Check groups of quasi-identifiers and numbers of people; tell which columns single out rows."""
    checks = []
    if found.anonymity is not None and found.anonymity.groups:
        checks += _group_checks(found.anonymity, names)
    if found.suppression is not None:
        checks += _number_checks(found.suppression, names)
    return [*checks, *_uniqueness_check(found.uniqueness, names)]


def _group_checks(found: Anonymity, names: Names) -> list[Check]:
    label: Text = _("At least %(k)s people share the same quasi-identifiers") % {"k": found.wanted}
    mend: Text = Sentence(
        gettext_noop(
            "The smallest group has %(k)s, and %(rows)s rows lie in groups that are too small. "
            "Make a quasi-identifier coarser (year, area, band) or leave one out."
        ),
        k=found.k,
        rows=f"{found.rows_at_risk:,}",
    )
    checks = [Check("k_anonymity", label, found.k >= found.wanted, mend, f"k = {found.k:,}")]
    if found.diversity:
        least = settings.OPENING_LEAST_L
        is_met = min(found.diversity.values()) >= least
        label = _("In each group a sensitive item has at least %(l)s different values") % {"l": least}
        mend = _("All people of a group have the same value; make the groups larger or leave the item out.")
        checks.append(Check("l_diversity", label, is_met, mend, listed(found.diversity, names)))
    return checks


def _number_checks(found: Suppression, names: Names) -> list[Check]:
    label: Text = _("No number of people is below ten")
    mend: Text = _("Leave the small numbers empty, or add them up with others; the figure says in how many rows.")
    checks = [Check("small_numbers", label, not found.small, mend, listed(found.small, names))]
    if not found.withheld:
        return checks
    label = _("No withheld number can be computed from totals or from the columns beside it")
    checks.append(
        Check("computed_numbers", label, not found.computed, _beside(found, names), listed(found.computed, names))
    )
    if not found.is_whole:
        label = _("Many withheld numbers hang together: only those alone in a sum were looked for")
        mend = _("Check the totals of this table by hand before it is opened.")
        checks.append(Check("computed_in_part", label, is_met=True, mend=mend, is_note=True))
    return checks


def _beside(found: Suppression, names: Names) -> Text:
    if not found.also:
        return _("Leave a total empty as well, or add up the groups: whoever subtracts the others knows the number.")
    lines = "; ".join(f"{names.get(name, name)} {row}" for row, name in found.also[:_MOST_LINES])
    if (more := len(found.also) - _MOST_LINES) > 0:
        source = gettext_noop(
            "Leave more numbers empty, so that none stands alone under its total. These would do "
            "(item and row of the file): %(lines)s, and %(more)s more."
        )
        return Sentence(source, lines=lines, more=more)
    source = gettext_noop(
        "Leave more numbers empty, so that none stands alone under its total. These would do "
        "(item and row of the file): %(lines)s."
    )
    return Sentence(source, lines=lines)


def _uniqueness_check(found: Uniqueness, names: Names) -> list[Check]:
    if not found.groups:
        return []
    said: list[Text] = [
        f"{' + '.join(names.get(name, name) for name in one.columns)}: {one.share:.0%}" for one in found.groups
    ]
    mend: Text = _(
        "The figure says how many rows stand alone. If rows are about people, declare these items "
        "quasi-identifiers, make them coarser or leave one out."
    )
    if found.is_estimate:
        mend = Sentence(gettext_noop("%(mend)s The shares are estimated from some of the groups."), mend=mend)
    if (more := found.found - len(found.groups)) > 0:
        said.append(Sentence(gettext_noop("%(more)s more"), more=more))
    label: Text = _("Up to three items together single out rows")
    return [Check("single_rows", label, is_met=True, mend=mend, subject=joined(said), is_note=True)]
