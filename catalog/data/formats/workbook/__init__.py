"""Readers of workbooks: XLSX and ODS as streams, XLS whole; each gives its sheets, one of which is chosen."""

from catalog.data.formats.workbook.choose import guard_archive, open_workbook

__all__ = ["guard_archive", "open_workbook"]
