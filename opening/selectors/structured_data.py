"""An edition in the words of schema.org, for search engines."""

from typing import Any

from opening.models import FILE_FORMS
from opening.selectors.datasets import Dataset

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


def structured_data(dataset: Dataset, *, site: str) -> dict[str, Any]:
    """Return the schema.org Dataset of an edition; ``site`` is the address of the site without a slash at the end."""
    publication = dataset.publication
    provider, license_ = publication.resource.provider, publication.license
    address = f"{site}/dataset/{publication.name}"
    publisher = {
        "@type": "GovernmentOrganization",
        "name": provider.name_zh,
        "alternateName": provider.name_en,
        "identifier": dataset.provider_code,
        "url": f"{site}/organization/{provider.slug}",
    }
    data = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "identifier": str(publication.pk),
        "name": publication.title_zh,
        "alternateName": publication.title_en,
        "description": (publication.summary_zh or publication.title_zh)[:5000],
        "inLanguage": "zh-Hans",
        "isAccessibleForFree": True,
        "keywords": publication.keywords,
        "license": license_.url if license_ else "",
        "creator": publisher,
        "publisher": publisher,
        "spatialCoverage": provider.region.name_zh,
        "datePublished": publication.published_at.date().isoformat() if publication.published_at else "",
        "dateModified": dataset.version.created_at.isoformat(timespec="seconds") if dataset.version else "",
        "version": str(dataset.version.number) if dataset.version else "",
        "variableMeasured": [
            {"@type": "PropertyValue", "name": i.code, "description": i.name_zh} for i in dataset.items
        ],
        "distribution": [_download(dataset, form, address) for form, _label in FILE_FORMS] if dataset.version else [],
    }
    filled: dict[str, Any] = _filled(data)
    return filled


def _download(dataset: Dataset, form: str, address: str) -> dict[str, Any]:
    publication, ready = dataset.publication, dataset.files.get(form)
    return {
        "@type": "DataDownload",
        "encodingFormat": MEDIA_TYPES[form],
        "contentUrl": f"{address}/resource/{publication.file_id}/download/{publication.name}.{form}",
        "contentSize": f"{ready.byte_count} B" if ready else "",
        "sha256": ready.sha256 if ready else "",
    }


def _filled(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _filled(value) for key, value in data.items() if value not in ("", [], None)}
    return [_filled(value) for value in data] if isinstance(data, list) else data
