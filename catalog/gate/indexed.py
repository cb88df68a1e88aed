"""Files of a version too large for a table, narrowed to the rows that an index of them finds."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from catalog.data.engines import Query
from catalog.data.engines.row_index import RowIndex
from catalog.data.errors import EngineLimit, ServingGone
from catalog.models import Version
from catalog.selectors.manifest import locations

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class IndexedFiles:
    """The index of a version's rows. Where it cannot help, and where it is gone, the files answer without it."""

    index: RowIndex
    version: Version

    def narrowed(self, query: Query) -> Query | None:
        """Give the query over the files and rows that can be among its answers; None where that is all of them.

        The plan stays as it is, but for a place in the paging that the index has reached already.
        """
        try:
            found = self.index.find(query)
        except (ServingGone, EngineLimit):
            _log.warning("index of version %s could not be asked", self.version.pk)
            return None
        if found is None:
            return None
        plan = replace(query.plan, after=None, offset=0) if found.is_page else query.plan
        files = locations(self.version, places=found.files)
        return replace(query, plan=plan, files=files, rows=found.rows)

    def count(self, query: Query) -> int | None:
        """Count the rows of a query; None where the index cannot tell."""
        try:
            return self.index.count(query)
        except (ServingGone, EngineLimit):
            _log.warning("index of version %s could not be asked", self.version.pk)
            return None
