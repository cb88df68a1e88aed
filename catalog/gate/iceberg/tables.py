"""What an app says of the tables it offers to engines that read Iceberg."""

from __future__ import annotations

from typing import Protocol

from catalog.gate.delivery import Delivery
from portal.kernel.actors import Actor


class Tables(Protocol):
    """The tables of one app, each known by one name in its address."""

    scope: str
    """What a key must carry; empty: no key is needed."""
    gives_originals: bool
    """Whether the version's own files may leave where nothing in them is withheld; else only prepared ones do."""

    def delivery(self, actor: Actor, name: str) -> Delivery:
        """Release the rows of a table under the actor's right. Raises what the gate raises, NotFound."""
