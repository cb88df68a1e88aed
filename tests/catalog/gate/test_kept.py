"""A right that was decided a moment ago is used again only while nothing it rests on was written: each change bites."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Item, Resource, Version
from opening import services as opening
from opening.models import Publication
from portal.accounts.models import ApiKey, Department, Membership, User
from portal.accounts.services import create_api_key
from portal.audit.models import Entry
from sharing import services as sharing
from sharing.models import Grant, GrantUse
from sharing.selectors import stamps
from tests.cast import Cast
from tests.factories.opening import add_version, edition_in
from tests.factories.sharing import grant as grant_of
from tests.factories.sharing import upload

pytestmark = pytest.mark.django_db(transaction=True)


class Asking:
    """Asks the same question again and again, by one client."""

    def __init__(self, address: str, key: str = "") -> None:
        self._client, self._address = Client(), address
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def __call__(self) -> Any:
        return self._client.get(self._address, headers=self._headers)

    def twice(self) -> None:
        """See that it is answered, and once more without reading the right again."""
        assert self().status_code == 200
        assert self().status_code == 200


@pytest.fixture
def edition(cast: Cast) -> Publication:
    return edition_in(cast)


@pytest.fixture
def asking(edition: Publication) -> Asking:
    return Asking(f"/api/v1/opening/editions/{edition.name}/rows")


@pytest.fixture
def grant(cast: Cast) -> Grant:
    return grant_of(cast, method="interface")


@pytest.fixture
def calling(cast: Cast, grant: Grant) -> Asking:
    _, text = create_api_key(cast.actor("holder"), user=cast.user("holder"), name="k", scopes=["sharing:read"])
    return Asking(f"/api/v1/sharing/grants/{grant.number}/rows", text)


def set_item(resource: Resource, code: str, **fields: Any) -> None:
    assert Item.objects.filter(resource=resource, code=code).update(**fields)


EDITION: dict[str, Callable[[Cast, Publication], object]] = {
    "suspended": lambda cast, edition: opening.VERBS["suspend"](
        cast.actor("office_head"), publication=edition, reason="测试"
    ),
    "withdrawn": lambda cast, edition: opening.VERBS["withdraw"](
        cast.actor("office_head"), publication=edition, reason="测试"
    ),
    "grade raised": lambda cast, edition: set_item(edition.resource, "name", grade=3),
    "opened no more": lambda cast, edition: set_item(edition.resource, "name", opening_type=3),
    "resource suspended": lambda cast, edition: Resource.objects.filter(pk=edition.resource_id).update(
        state="suspended"
    ),
    "resource retired": lambda cast, edition: Resource.objects.filter(pk=edition.resource_id).update(state="retired"),
    "version deleted": lambda cast, edition: Version.objects.filter(resource=edition.resource).update(
        deleted_at=timezone.now()
    ),
    "item no longer chosen": lambda cast, edition: edition.items.remove(edition.items.get(code="name")),
}


@pytest.mark.parametrize("change", EDITION)
def test_change_of_an_edition_bites_at_the_next_request(
    cast: Cast, edition: Publication, asking: Asking, change: str
) -> None:
    asking.twice()
    EDITION[change](cast, edition)
    assert asking().status_code in {403, 404, 410}


GRANT: dict[str, Callable[[Cast, Grant], object]] = {
    "suspended": lambda cast, grant: sharing.suspend_grant(cast.actor("steward"), grant=grant, reason="测试"),
    "terminated": lambda cast, grant: sharing.terminate_grant(cast.actor("steward"), grant=grant, reason="测试"),
    "over": lambda cast, grant: Grant.objects.filter(pk=grant.pk).update(
        valid_from=timezone.localdate() - timedelta(days=9), valid_until=timezone.localdate() - timedelta(days=1)
    ),
    "grades raised": lambda cast, grant: Item.objects.filter(resource=grant.resource).update(grade=4),
    "shared no more": lambda cast, grant: Item.objects.filter(resource=grant.resource).update(sharing_type=3),
    "clearance lowered": lambda cast, grant: User.objects.filter(pk=cast.user("holder").pk).update(clearance=1),
    "key revoked": lambda cast, grant: ApiKey.objects.update(revoked_at=timezone.now()),
    "key expired": lambda cast, grant: ApiKey.objects.update(expires_at=timezone.now()),
    "scope taken": lambda cast, grant: ApiKey.objects.update(scopes=["catalog:read"]),
    "person left": lambda cast, grant: Membership.objects.filter(user=cast.user("holder")).update(is_active=False),
    "person blocked": lambda cast, grant: User.objects.filter(pk=cast.user("holder").pk).update(is_active=False),
    "department closed": lambda cast, grant: Department.objects.filter(pk=grant.grantee_id).update(is_active=False),
    "resource suspended": lambda cast, grant: Resource.objects.filter(pk=grant.resource_id).update(state="suspended"),
}


@pytest.mark.parametrize("change", GRANT)
def test_change_of_a_grant_bites_at_the_next_request(cast: Cast, grant: Grant, calling: Asking, change: str) -> None:
    calling.twice()
    GRANT[change](cast, grant)
    uses = GrantUse.objects.count()
    assert calling().status_code in {401, 403, 404}
    assert GrantUse.objects.count() == uses


def test_day_that_begins_ends_a_grant(cast: Cast, grant: Grant, calling: Asking, monkeypatch: Any) -> None:
    calling.twice()
    tomorrow = grant.valid_until + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_given: tomorrow)
    monkeypatch.setattr(stamps, "today", lambda: tomorrow)
    assert calling().status_code == 403


def test_mask_set_later_holds_at_the_next_request(cast: Cast, grant: Grant, calling: Asking) -> None:
    calling.twice()
    set_item(grant.resource, "contact", mask={"op": "null"})
    assert {row["contact"] for row in calling().json()["rows"]} == {None}


def test_new_version_is_served_at_the_next_request(cast: Cast, edition: Publication, asking: Asking) -> None:
    asking.twice()
    add_version(
        cast, edition.resource, "code,name,population,founded,contact_person\n220102009,新街道,1,2000-01-01,无\n"
    )
    assert [row["name"] for row in asking().json()["rows"]] == ["新街道"]


def test_new_version_of_a_grant_is_served_at_the_next_request(cast: Cast, grant: Grant, calling: Asking) -> None:
    calling.twice()
    upload(cast, grant.resource, "code,name,contact,city\n220102009,新街道,无,2201\n")
    assert [row["name"] for row in calling().json()["rows"]] == ["新街道"]


def test_every_answer_of_a_grant_is_recorded(grant: Grant, calling: Asking) -> None:
    for _ in range(3):
        assert calling().status_code == 200
    assert GrantUse.objects.filter(grant=grant).count() == 3
    assert Entry.objects.filter(action="gate.disclose", object_label=grant.number).count() == 3


def test_right_is_not_used_for_somebody_else(cast: Cast, grant: Grant, calling: Asking) -> None:
    calling.twice()
    _, text = create_api_key(cast.actor("outsider"), user=cast.user("outsider"), name="k", scopes=["sharing:read"])
    assert Asking(f"/api/v1/sharing/grants/{grant.number}/rows", text)().status_code == 404


def test_right_that_stands_is_proved_by_one_query(asking: Asking, calling: Asking) -> None:
    asking.twice()
    calling.twice()
    for ask, most in ((asking, 1), (calling, 2)):
        with CaptureQueriesContext(connection) as queries:
            ask()
        reads = [query["sql"] for query in queries if query["sql"].lstrip().startswith("SELECT")]
        # Without a serving table the page asks for its files besides.
        assert len([sql for sql in reads if "catalog_versionfile" not in sql]) <= most
