"""Reads of opening: each takes an actor where it matters and returns a queryset or a dataclass."""

from opening.selectors.datasets import (
    Dataset,
    dataset_of,
    edition_at,
    editions,
    open_editions,
    open_editions_of,
    publication_by_id,
    versions_of,
)
from opening.selectors.figures import (
    CountedOrganization,
    CountedTheme,
    Figures,
    OrganizationFigures,
    latest_editions,
    organization_figures,
    organizations_with_counts,
    public_figures,
    themes_with_counts,
    uses_of,
)
from opening.selectors.kept import forget_counts
from opening.selectors.office import (
    Choice,
    changes_of,
    choices_of,
    content_of,
    editions_to_manage,
    licenses,
    resources_to_open,
    tasks_for,
)
from opening.selectors.searching import SORTS, Search, search_editions
from opening.selectors.stamps import edition_stamp

__all__ = [
    "SORTS",
    "Choice",
    "CountedOrganization",
    "CountedTheme",
    "Dataset",
    "Figures",
    "OrganizationFigures",
    "Search",
    "changes_of",
    "choices_of",
    "content_of",
    "dataset_of",
    "edition_at",
    "edition_stamp",
    "editions",
    "editions_to_manage",
    "forget_counts",
    "latest_editions",
    "licenses",
    "open_editions",
    "open_editions_of",
    "organization_figures",
    "organizations_with_counts",
    "public_figures",
    "publication_by_id",
    "resources_to_open",
    "search_editions",
    "tasks_for",
    "themes_with_counts",
    "uses_of",
    "versions_of",
]
