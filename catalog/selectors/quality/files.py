"""Which stored files hold the rows of a version that is to be checked."""

from catalog.models import Version
from catalog.selectors.manifest import version_files


def version_uris(version: Version) -> list[str]:
    """Return the names of a version's files on the storage, in their order."""
    return list(version_files(version).values_list("uri", flat=True))
