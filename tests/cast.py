"""The cast: the same handful of people in every test, each with a clear place in the story.

``holder`` works in Siping and asks for data; ``steward``, ``office_head`` and ``license_officer`` serve the
providing department of the province; ``coordinator`` sits in the province's data authority; ``outsider`` in Changchun.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portal.accounts.actors import actor_for
from portal.accounts.models import Department, Region, User
from portal.audit.models import Entry
from portal.kernel.actors import VISITOR, Actor, Duty
from tests.factories.accounts import department, person
from tests.worlds import begin_story, built_once


@dataclass(frozen=True)
class Cast:
    """Departments and people by name; ``actor(name)`` and ``client(name)`` act as one of them."""

    provider: Department
    authority: Department
    requester: Department
    requester_authority: Department
    stranger: Department
    people: dict[str, User]

    def user(self, name: str) -> User:
        return self.people[name]

    def actor(self, name: str) -> Actor:
        return VISITOR if name == "visitor" else actor_for(self.people[name], ip="127.0.0.1")

    def client(self, name: str) -> Client:
        client = Client()
        if name != "visitor":
            client.force_login(self.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client


#: Every part of the access matrix, in the order of its columns.
PARTS = (
    "visitor",
    "holder",
    "holder_head",
    "steward",
    "office_head",
    "coordinator",
    "license_officer",
    "security_officer",
    "system_admin",
    "auditor",
    "outsider",
)


def build_cast() -> Cast:
    """Create the departments and people of the cast through the services; a story of what tests ask begins with it."""
    # Where a test has made people, regions or records of its own, other rows stand beside the cast.
    if not any(table._base_manager.exists() for table in (Region, User, Entry)):
        begin_story()
    return _through_services()


@built_once
def _through_services() -> Cast:
    authority = department(
        "authority", is_authority=True, name_zh="省数据主管部门", name_en="Provincial data authority"
    )
    provider = department("provider", name_zh="省民政厅", name_en="Department of Civil Affairs")
    requester = department("requester", "220300", name_zh="四平市人社局", name_en="Siping Human Resources Bureau")
    city_authority = department("siping-authority", "220300", is_authority=True, name_zh="四平市数据局")
    stranger = department("stranger", "220100", name_zh="长春市交通局", name_en="Changchun Transport Bureau")
    people = {
        "holder": person("holder", (Duty.DATA_OFFICER, requester), name="王小芳", email="holder@example.test"),
        "holder_head": person("holder_head", (Duty.OFFICE_HEAD, requester), name="赵敏"),
        "steward": person("steward", (Duty.DATA_OFFICER, provider), name="李国强", email="steward@example.test"),
        "office_head": person("office_head", (Duty.OFFICE_HEAD, provider), name="孙立"),
        "coordinator": person("coordinator", (Duty.COORDINATOR, authority), name="周海燕"),
        "license_officer": person("license_officer", (Duty.LICENSE_OFFICER, provider), name="吴静"),
        "security_officer": person("security_officer", (Duty.SECURITY_ADMIN, authority), name="郑安"),
        "system_admin": person("system_admin", (Duty.SYSTEM_ADMIN, authority), name="冯系"),
        "auditor": person("auditor", (Duty.AUDIT_ADMIN, authority), name="陈审"),
        "outsider": person(
            "outsider",
            (Duty.DATA_OFFICER, stranger),
            (Duty.OFFICE_HEAD, stranger),
            (Duty.LICENSE_OFFICER, stranger),
            name="外人",
        ),
    }
    return Cast(provider, authority, requester, city_authority, stranger, people)


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast in the test's database."""
    return build_cast()


def _part(name: str) -> Any:
    @pytest.fixture(name=name)
    def part(cast: Cast) -> Actor:
        return cast.actor(name)

    return part


visitor = _part("visitor")
holder = _part("holder")
holder_head = _part("holder_head")
steward = _part("steward")
office_head = _part("office_head")
coordinator = _part("coordinator")
license_officer = _part("license_officer")
security_officer = _part("security_officer")
system_admin = _part("system_admin")
auditor = _part("auditor")
outsider = _part("outsider")


@contextmanager
def without_triggers() -> Iterator[None]:
    """Let a test do what a thief with the database password could: write past the append-only triggers."""
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("set session_replication_role = origin")
