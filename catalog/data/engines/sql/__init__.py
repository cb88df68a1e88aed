"""A plan as SQL: the allowed rows and masks inside, the question outside, every value a bound parameter.

SQL is written once per shape and dialect and kept; what changes from question to question are the bound values.
"""

from catalog.data.engines.sql.kinds import PIECES, Kind
from catalog.data.engines.sql.source import Source
from catalog.data.engines.sql.statements import Statement, Written, statement, written

__all__ = ["PIECES", "Kind", "Source", "Statement", "Written", "statement", "written"]
