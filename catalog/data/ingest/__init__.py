"""From a file and declared columns to one typed, checked Parquet file, or to a report of what does not fit."""

from catalog.data.ingest.report import IngestReport, RejectCount, RejectSample
from catalog.data.ingest.run import filled_parts, ingest

__all__ = ["IngestReport", "RejectCount", "RejectSample", "filled_parts", "ingest"]
