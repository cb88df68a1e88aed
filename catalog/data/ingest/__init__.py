"""From a file and declared columns to one typed, checked Parquet file, or to a report of what does not fit."""

from catalog.data.ingest.report import IngestReport, RejectCount, RejectSample
from catalog.data.ingest.run import ingest
from catalog.data.ingest.writing import filled_parts

__all__ = ["IngestReport", "RejectCount", "RejectSample", "filled_parts", "ingest"]
