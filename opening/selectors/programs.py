"""How programs of others load an open edition."""

from catalog.gate.delta import Table, first_lines
from catalog.gate.iceberg import iceberg_lines
from opening.models import Publication


def programs_for(publication: Publication, site: str) -> list[tuple[str, str]]:
    """Give the first lines of code for an edition, by program; `site` is where the portal is, without its slash."""
    # What is not published yet is shown to officials as it will be.
    schema = publication.schema_name or publication.resource.provider.slug
    table = Table(schema, publication.name)
    rows = f"{site}/api/v1/opening/editions/{publication.name}/rows"
    iceberg = f"{site}/api/v1/opening/iceberg/{publication.name}/current.metadata.json"
    return [*first_lines("open", table, rows, has_key=False), *iceberg_lines(iceberg, has_key=False)]
