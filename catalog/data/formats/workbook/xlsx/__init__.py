"""XLSX read as a stream: a sheet of a million rows takes no more memory than one of a hundred."""

from catalog.data.formats.workbook.xlsx.opening import open_xlsx

__all__ = ["open_xlsx"]
