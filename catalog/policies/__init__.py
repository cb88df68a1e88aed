"""Who may see and do what in the catalogue; nothing else decides (house.md §5)."""

from catalog.policies.amendments import decide_amendment, decide_work, people_for_amendment
from catalog.policies.assets import decide_asset, decide_register, kept_assets
from catalog.policies.batches import decide_batch, decide_extensions, decide_start_batch, own_batches
from catalog.policies.element_sources import decide_source
from catalog.policies.resources import (
    EXCEPTION,
    decide,
    decide_create,
    departments_to_register_for,
    people_who_can,
    standing_in_catalog,
    stands_in_catalog,
    visible,
)
from catalog.policies.sources import decide_data_source, decide_data_sources, decide_source_run
from catalog.policies.standards import decide_create_standard, decide_standard, keeps_standards, visible_standards
from catalog.policies.transfers import decide_transfer
from catalog.policies.uploads import decide_upload

__all__ = [
    "EXCEPTION",
    "decide",
    "decide_amendment",
    "decide_asset",
    "decide_batch",
    "decide_create",
    "decide_create_standard",
    "decide_data_source",
    "decide_data_sources",
    "decide_extensions",
    "decide_register",
    "decide_source",
    "decide_source_run",
    "decide_standard",
    "decide_start_batch",
    "decide_transfer",
    "decide_upload",
    "decide_work",
    "departments_to_register_for",
    "keeps_standards",
    "kept_assets",
    "own_batches",
    "people_for_amendment",
    "people_who_can",
    "standing_in_catalog",
    "stands_in_catalog",
    "visible",
    "visible_standards",
]
