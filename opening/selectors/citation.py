"""How to cite an edition: GB/T 7714-2015 for an electronic data set."""

from datetime import date

from opening.selectors.datasets import Dataset


def citation_of(dataset: Dataset, *, address: str, today: date, chinese: bool) -> str:
    """Return author. title[DS/OL]. version(date)[accessed]. address."""
    publication, freshness = dataset.publication, dataset.freshness
    provider = publication.resource.provider
    author = (provider.name_zh if chinese else provider.name_en) or provider.name_zh
    title = (publication.title_zh if chinese else publication.title_en) or publication.title_zh
    number = dataset.version.number if dataset.version else 1
    version = f"版本 {number}" if chinese else f"Version {number}"
    updated = freshness.updated_on if freshness else today
    return f"{author}. {title}[DS/OL]. {version}. ({updated.isoformat()})[{today.isoformat()}]. {address}."
