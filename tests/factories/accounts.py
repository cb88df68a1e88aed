"""Builds regions, departments and people through the services."""

from itertools import count
from typing import Any

from portal.accounts.models import Department, Region, User
from portal.accounts.services import add_membership, create_department, create_user, load_regions
from portal.kernel.actors import Duty, system_actor
from portal.kernel.identifiers import make_uscc

BUILDER = system_actor("tests")
PASSWORD = "Songhua-River-2026"
_numbers = count(1)

REGIONS = [
    {"code": "220000", "name_zh": "吉林省", "name_en": "Jilin Province", "level": "province", "parent": ""},
    {"code": "220100", "name_zh": "长春市", "name_en": "Changchun City", "level": "city", "parent": "220000"},
    {"code": "220300", "name_zh": "四平市", "name_en": "Siping City", "level": "city", "parent": "220000"},
    {"code": "220102", "name_zh": "南关区", "name_en": "Nanguan District", "level": "county", "parent": "220100"},
]


def regions() -> None:
    """Load a province with two cities and a county."""
    if not Region.objects.exists():
        load_regions(REGIONS)


def uscc(division: str = "220000") -> str:
    """Return a valid code that belongs to nobody (organization base MB98…)."""
    return make_uscc("11", division, f"MB98{next(_numbers) % 10000:04d}")


def department(slug: str, region: str = "220000", **facts: Any) -> Department:
    """Create a department of a region."""
    regions()
    facts.setdefault("name_zh", f"部门{slug}")
    facts.setdefault("name_en", f"Department {slug}")
    return create_department(BUILDER, uscc=uscc(region), slug=slug, region=region, **facts)


def person(username: str, *duties: tuple[Duty, Department], **facts: Any) -> User:
    """Create a person with duties, each in a department."""
    facts.setdefault("name", username)
    user = create_user(BUILDER, username=username, password=PASSWORD, **facts)
    for duty, place in duties:
        add_membership(BUILDER, user=user, department=place, duty=duty)
    return user
