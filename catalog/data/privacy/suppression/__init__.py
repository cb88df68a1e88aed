"""Small numbers that were withheld and can be computed all the same, from totals or from the columns beside them."""

from catalog.data.privacy.suppression.check import SMALL, Suppression, check_suppression

__all__ = ["SMALL", "Suppression", "check_suppression"]
