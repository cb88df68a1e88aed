"""Transition tables of the catalogue, one module for each matter: pure data, known to models and policies."""

from catalog.workflow import (
    amendments,
    batches,
    deletions,
    handovers,
    quality,
    resources,
    source_runs,
    sources,
    standards,
    uploads,
)
from catalog.workflow.amendments import AMENDMENTS
from catalog.workflow.batches import BATCHES
from catalog.workflow.deletions import DELETIONS
from catalog.workflow.handovers import HANDOVERS
from catalog.workflow.quality import TICKETS
from catalog.workflow.resources import RESOURCES
from catalog.workflow.sentences import SENTENCES
from catalog.workflow.source_runs import SOURCE_RUNS
from catalog.workflow.sources import SOURCES
from catalog.workflow.standards import CODE_SETS, ELEMENTS
from catalog.workflow.uploads import UPLOADS
from portal.kernel.errors import Text

_MATTERS = (amendments, batches, deletions, handovers, quality, resources, source_runs, sources, standards, uploads)

DEADLINES = (*resources.DEADLINES, *quality.DEADLINES)
#: How the recorded acts of the catalogue read in a timeline.
WORDS: dict[str, Text] = {act: text for matter in _MATTERS for act, text in matter.WORDS.items()}

__all__ = [
    "AMENDMENTS",
    "BATCHES",
    "CODE_SETS",
    "DEADLINES",
    "DELETIONS",
    "ELEMENTS",
    "HANDOVERS",
    "RESOURCES",
    "SENTENCES",
    "SOURCES",
    "SOURCE_RUNS",
    "TICKETS",
    "UPLOADS",
    "WORDS",
]
