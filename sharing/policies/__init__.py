"""Who may see and do what in sharing; nothing else decides."""

from sharing.policies.corrections import (
    decide_correction,
    decide_report,
    people_for_correction,
    visible_corrections,
    waiting_corrections,
)
from sharing.policies.requests import (
    STAFF,
    chosen,
    decide,
    is_unconditional,
    people_who_can,
    shareable,
    visible,
    visible_grants,
    waits_for,
)

__all__ = [
    "STAFF",
    "chosen",
    "decide",
    "decide_correction",
    "decide_report",
    "is_unconditional",
    "people_for_correction",
    "people_who_can",
    "shareable",
    "visible",
    "visible_corrections",
    "visible_grants",
    "waiting_corrections",
    "waits_for",
]
