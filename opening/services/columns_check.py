"""What changed of the columns since an edition was handed in or released: new ones need to be reviewed again."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Item, Version
from opening.models import Publication
from opening.services.checks import Check
from portal.audit.wording import Sentence, joined
from portal.kernel.errors import Text

_OPEN = frozenset({"published", "suspended"})


def columns_check(publication: Publication, items: Sequence[Item], version: Version) -> list[Check]:
    """Ask for another review when a chosen column is new or of another type since the edition was looked at.

    While it waits, since it was handed in; once it was released, since then. A new draft of a released edition is
    only told what is new in it.
    """
    chosen = chosen_columns(items, version)
    if publication.state in _OPEN:
        seen = publication.check_report.get("reviewed") or publication.check_report.get("columns", [])
        return [_check(chosen, seen, _("Revise the edition and hand it in for release again."))] if seen else []
    checks = []
    if publication.state == "submitted" and (seen := publication.check_report.get("columns", [])):
        checks.append(_check(chosen, seen, _("Return the edition, so that it is handed in again with these columns.")))
    if (seen := publication.check_report.get("reviewed", [])) and (new := _changed(chosen, seen)):
        label: Text = _("New since the edition was last released")
        mend = _("Look at these columns with the same care as at a new edition.")
        checks.append(Check("columns_new", label, is_met=True, mend=mend, subject=_said(new), is_note=True))
    return checks


def chosen_columns(items: Sequence[Item], version: Version) -> list[dict[str, Any]]:
    """Return the columns of a version that an edition delivers."""
    codes = {item.code for item in items}
    return [column for column in version.columns if column["name"] in codes]


def kept(columns: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return what a report keeps of columns, to compare them later."""
    return [{"id": column["id"], "type": column["type"]} for column in columns]


def _check(chosen: Sequence[dict[str, Any]], seen: Sequence[dict[str, str]], mend: Text) -> Check:
    changed = _changed(chosen, seen)
    label = _("The chosen columns are those that were reviewed")
    return Check("columns_reviewed", label, not changed, mend, _said(changed))


def _changed(chosen: Sequence[dict[str, Any]], seen: Sequence[dict[str, str]]) -> list[tuple[dict[str, Any], Text]]:
    types = {column["id"]: column["type"] for column in seen}
    words: dict[bool, Text] = {
        True: pgettext_lazy("of a column", "another type"),
        False: pgettext_lazy("of a column", "new"),
    }
    return [(c, words[c["id"] in types]) for c in chosen if types.get(c["id"]) != c["type"]]


def _said(changed: Sequence[tuple[dict[str, Any], Text]]) -> Text:
    return joined([Sentence("%(name)s (%(word)s)", name=c.get("title") or c["name"], word=word) for c, word in changed])
