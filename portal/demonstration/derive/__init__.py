"""Derives the smaller demonstration tables from the real ones; run as a module it writes them all anew.

``python -m portal.demonstration.derive`` rewrites ``data/files/derived/``. Every row is counted, cut out or joined from
``jilin_divisions.csv``, ``jilin_streets.csv`` and ``jilin_villages.csv``, from the working calendar of the package
``chinesecalendar``, or from the data files of this demonstration (those say so in their title); nothing is estimated.
A test compares the committed files with a fresh run.
"""

from portal.demonstration.derive.tables import TABLES, csv_text, write_all

__all__ = ["TABLES", "csv_text", "write_all"]
