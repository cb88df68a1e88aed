"""What an app says of the tables it offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from catalog.gate.delivery import Delivery
from portal.kernel.actors import Actor


@dataclass(frozen=True)
class Table:
    """A table in the protocol's three steps; the share is the provider's."""

    schema: str
    name: str


class Provider(Protocol):
    """The tables of one app. `share` is the one share they all stand in."""

    share: str
    scope: str
    """What a key must carry; empty: no key is needed."""

    def tables(self, actor: Actor) -> list[Table]:
        """List the tables whose rows the actor may have now, by schema and name."""

    def delivery(self, actor: Actor, table: Table) -> Delivery:
        """Release the rows of a table under the actor's right. Raises what the gate raises, NotFound."""

    def note_listing(self, actor: Actor, number: int) -> None:
        """Record that somebody listed so many tables, where the law asks for a record."""
