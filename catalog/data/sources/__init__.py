"""Where data is fetched from on a schedule: databases, folders, buckets; only what the operator has listed."""

from catalog.data.sources.confine import Allowed, SourceError
from catalog.data.sources.fetching import Fetched, fetch, probe
from catalog.data.sources.schedule import SCHEDULES, next_time
from catalog.data.sources.vault import lock_secret, open_secret
from catalog.data.sources.watch import Watch

__all__ = [
    "SCHEDULES",
    "Allowed",
    "Fetched",
    "SourceError",
    "Watch",
    "fetch",
    "lock_secret",
    "next_time",
    "open_secret",
    "probe",
]
