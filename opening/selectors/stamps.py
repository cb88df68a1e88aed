"""The stamp of an open edition: another one after every change of anything by which its rows may be read."""

from catalog.selectors.stamps import DEPARTMENT, RESOURCE_JOINS, RESOURCE_MARKS, RESOURCE_TABLES, Stamp
from portal.kernel.actors import Actor
from portal.kernel.places import Rows, mark, marks, stamp_of

_EDITIONS = Rows("opening_publication", key_type="uuid")
_CHOSEN = Rows("opening_publication_items", of=("publication_id", "edition"))
_TABLES = {"edition": _EDITIONS, "provider": DEPARTMENT, "chosen": _CHOSEN} | dict(RESOURCE_TABLES)
_MARKS = {
    "edition": mark("edition", _EDITIONS),
    "provider": mark("provider", DEPARTMENT),
    "chosen": f"(SELECT {marks('chosen', _CHOSEN)} "  # noqa: S608  text of our own
    "FROM opening_publication_items AS chosen WHERE chosen.publication_id = edition.id)",
} | dict(RESOURCE_MARKS)
_EDITION = (
    f"SELECT {stamp_of(_MARKS)} "  # noqa: S608  text of our own; the name is bound
    "FROM opening_publication AS edition JOIN catalog_resource AS resource ON resource.id = edition.resource_id "
    f"JOIN accounts_department AS provider ON provider.id = resource.provider_id {RESOURCE_JOINS} "
    "WHERE edition.name = %s"
)


def edition_stamp(actor: Actor, name: str) -> Stamp | None:
    """Return the stamp of an edition for who is nobody in particular, else None: others see more."""
    return Stamp(_EDITION, (name,), _TABLES) if actor.is_visitor else None
