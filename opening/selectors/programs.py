"""How programs of others load an open edition."""

from catalog.gate.delta import Table, first_lines
from opening.models import Publication


def programs_for(publication: Publication, site: str) -> list[tuple[str, str]]:
    """Give the first lines of code for an edition, by program; `site` is where the portal is, without its slash."""
    table = Table(publication.resource.provider.slug, publication.name)
    rows = f"{site}/api/v1/opening/editions/{publication.name}/rows"
    iceberg = f"{site}/api/v1/opening/iceberg/{publication.name}/current.metadata.json"
    return list(first_lines("open", table, rows, has_key=False, iceberg_url=iceberg))
