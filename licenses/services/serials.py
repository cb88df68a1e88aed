"""Serials of licenses: the year and six digits, per type and issuer, never given twice."""

from __future__ import annotations

from django.utils import timezone

from licenses.models import LicenseType
from portal.accounts.models import Department
from portal.workflow.numbers import next_number


def next_serial(type_: LicenseType, issuer: Department) -> str:
    """Take the next serial, such as 2026000001. Locks the counter row until the commit."""
    number = next_number(f"LIC-{type_.pk}-{issuer.pk}")
    return f"{timezone.localdate().year}{int(number.rpartition('-')[2]):06d}"
