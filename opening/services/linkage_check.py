"""The rule of the release check that tries what anyone may try: to join the edition with what is open already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalog.data.plan import DeliveryPlan
from catalog.data.privacy.delivered import HIDING
from catalog.data.privacy.linkage import Delivered, Link, Linker, Pair, linker
from catalog.data.privacy.roles import OF_A_PERSON
from catalog.data.schema import columns_from_json
from catalog.models import Item, Version
from catalog.selectors.anonymity import least_k
from catalog.selectors.manifest import locations
from opening.models import Publication
from opening.selectors.linkable import Joined, linkable_editions
from opening.services.checks import Check, Names
from portal.kernel.errors import Text

_KEPT_SECONDS = 86_400
_MOST_SAID = 5


def linkage_check(publication: Publication, items: Sequence[Item], version: Version, names: Names) -> list[Check]:
    """Join the edition with each open one that has a column in common, if either is about people."""
    joined = linkable_editions(publication, items)
    if not joined:
        return []
    with _Attempts(_Side(publication, version, items)) as attempts:
        found = [(one, link) for one in joined for link in attempts.links(one)]
    label: Text = ngettext_lazy(
        "People cannot be told apart by joining %(number)s open edition",
        "People cannot be told apart by joining %(number)s open editions",
        len(joined),
    ) % {"number": len(joined)}
    said = [_said(one, link, names) for one, link in found[:_MOST_SAID]]
    mend = _(
        "The figure says how many rows about people have values in these items that few others share, and that stand "
        "in the other edition too. Make the items coarser, or leave one of them out of this edition."
    )
    return [Check("linkage", label, not found, mend, "; ".join(said))]


def _said(one: Joined, link: Link, names: Names) -> str:
    columns = ", ".join(names.get(name, name) for name in link.columns)
    return f"{one.edition.title_zh} ({columns}): {link.rows:,}"


class _Side:
    """An edition with the version it delivers; the files are looked up only when rows are read."""

    def __init__(self, edition: Publication, version: Version, items: Sequence[Item]) -> None:
        self.edition, self.version, self.items = edition, version, items
        self.plan = DeliveryPlan.from_json(edition.plan).columns
        self.names = {column.name for column in self.plan if column.op not in HIDING} & {
            str(column["name"]) for column in version.columns
        }

    @property
    def is_of_people(self) -> bool:
        return any(item.privacy_role in OF_A_PERSON for item in self.items)

    @cached_property
    def wanted(self) -> int:
        return least_k(self.items, self.version)

    @cached_property
    def delivered(self) -> Delivered:
        columns = columns_from_json(self.version.columns)
        return Delivered(files=locations(self.version), columns=columns, types=self.version.layout, plan=self.plan)


class _Attempts(ExitStack):
    """Joins the edition with others; its own rows are opened once, and only when an answer is not kept."""

    def __init__(self, mine: _Side) -> None:
        super().__init__()
        self.mine = mine
        self._linker: Linker | None = None

    def links(self, one: Joined) -> Iterator[Link]:
        """Join both ways: the people of this edition with the other one's rows, and the other way round."""
        theirs = _Side(one.edition, one.version, one.items)
        pairs = [(my, their) for my, their in one.pairs if my in self.mine.names and their in theirs.names]
        if pairs and self.mine.is_of_people and (link := self._link(self.mine, theirs, pairs)):
            yield link
        back = [(their, my) for my, their in pairs]
        if back and theirs.is_of_people and (link := self._link(theirs, self.mine, back)):
            yield Link(columns=tuple(my for my, their in pairs if their in link.columns), rows=link.rows)

    def _link(self, people: _Side, other: _Side, pairs: Sequence[Pair]) -> Link | None:
        """Join, or answer what is kept of the same versions under the same plans for a day."""
        asked = [[side.version.sha256, side.edition.plan_hash] for side in (people, other)]
        said = json.dumps([*asked, list(pairs), people.wanted])
        key = f"opening:linkage:{hashlib.sha256(said.encode()).hexdigest()}"
        kept: tuple[Link | None] | None = cache.get(key)
        if kept is None:
            with self._opened(people) as found:
                kept = (found.link(other.delivered, pairs),)
            cache.set(key, kept, _KEPT_SECONDS)
        return kept[0]

    @contextmanager
    def _opened(self, people: _Side) -> Iterator[Linker]:
        if people is not self.mine:
            with linker(people.delivered, wanted=people.wanted) as found:
                yield found
            return
        if self._linker is None:
            self._linker = self.enter_context(linker(people.delivered, wanted=people.wanted))
        yield self._linker
