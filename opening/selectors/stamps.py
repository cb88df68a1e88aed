"""The stamp of an open edition: another one after every change of anything by which its rows may be read."""

from catalog.selectors.stamps import RESOURCE_JOINS, RESOURCE_MARKS, Stamp
from portal.kernel.actors import Actor

_EDITION = (
    "SELECT CAST(ROW(edition.xmin, edition.ctid, provider.xmin, provider.ctid, "  # noqa: S608  text of our own; the name is bound
    "(SELECT string_agg(concat_ws(' ', chosen.id, chosen.xmin, chosen.ctid), ',' ORDER BY chosen.id) "
    f"FROM opening_publication_items AS chosen WHERE chosen.publication_id = edition.id), {RESOURCE_MARKS}) AS text) "
    "FROM opening_publication AS edition JOIN catalog_resource AS resource ON resource.id = edition.resource_id "
    f"JOIN accounts_department AS provider ON provider.id = resource.provider_id {RESOURCE_JOINS} "
    "WHERE edition.name = %s"
)


def edition_stamp(actor: Actor, name: str) -> Stamp | None:
    """Return the stamp of an edition for who is nobody in particular, else None: others see more."""
    return Stamp(_EDITION, (name,)) if actor.is_visitor else None
