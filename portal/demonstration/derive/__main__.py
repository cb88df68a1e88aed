"""Writes every derived table anew."""

from portal.demonstration.derive.tables import write_all

write_all()
