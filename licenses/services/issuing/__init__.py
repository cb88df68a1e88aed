"""Writes that make a signed version of a license: issue, change, renew."""

from licenses.services.issuing.first import issue_license
from licenses.services.issuing.later import change_license, renew_license
from licenses.services.issuing.terms import months_later, next_start

__all__ = ["change_license", "issue_license", "months_later", "next_start", "renew_license"]
