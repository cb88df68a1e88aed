"""The cast of license tests: an officer, her department, a type and a license."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from licenses.models import License, LicenseType
from portal.accounts.models import Department
from portal.kernel.actors import Actor
from tests.factories import licenses as make


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def justice(db: None) -> Department:
    """The defining and issuing department."""
    return make.department()


@pytest.fixture
def officer(justice: Department) -> Actor:
    """A license officer of that department."""
    return make.license_officer(justice)


@pytest.fixture
def lawyers(officer: Actor, justice: Department) -> LicenseType:
    """A published type."""
    return make.license_type(officer, justice)


@pytest.fixture
def license_(officer: Actor, lawyers: LicenseType) -> License:
    """A valid license."""
    return make.issued(officer, lawyers)
