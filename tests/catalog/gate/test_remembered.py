"""A page whose right and question are remembered is read and proved by one statement: the same answer, and no other."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.gate.serving import readers
from catalog.models import ServingTable
from catalog.services import serving
from opening.models import EditionCount, Publication
from portal.accounts.services import create_api_key
from portal.api.limits import forget_leases
from portal.audit.models import Entry
from portal.audit.sequencer import link_pending
from portal.audit.verify import verify
from portal.kernel.actors import system_actor
from sharing.models import Grant, GrantUse
from sharing.selectors import stamps
from tests.cast import Cast
from tests.catalog.gate.test_kept import EDITION, GRANT, set_item
from tests.factories.opening import add_version, edition_in
from tests.factories.sharing import grant as grant_of
from tests.factories.sharing import upload

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system_actor("catalog.serve_resource")
# Whoever names a validator may get another answer than a page, so that everything is asked anew.
ANEW = {"If-None-Match": '"none"'}
OWN = {"RateLimit-Remaining", "RateLimit-Reset"}
QUESTIONS: tuple[dict[str, str | list[str]], ...] = (
    {},
    {"limit": "2"},
    {"filter": "code:eq:220102001", "limit": "3"},
    {"filter": "name:in:南岭街道,自强街道"},
    {"filter": ["name:like:街", "code:ge:2201"], "order": "-name"},
    {"filter": "name:null:false", "limit": "1"},
    {"q": "街道", "columns": "name"},
    {"columns": "name", "filter": "code:ne:220102001", "offset": "1"},
)


class Asking:
    """Asks rows of a right whose version is served from a table."""

    def __init__(self, address: str, key: str = "") -> None:
        self.client, self.address = Client(raise_request_exception=False), address
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def __call__(self, *, anew: bool = False, **asked: str | list[str]) -> Any:
        headers = self.headers | ANEW if anew else self.headers
        return self.client.get(f"{self.address}?{urlencode(asked, doseq=True)}", headers=headers)

    def is_remembered(self, **asked: str | list[str]) -> bool:
        """Say whether a question is answered without reading anything by Django's connection."""
        with CaptureQueriesContext(connection) as queries:
            assert self(**asked).status_code == 200
        return not [query for query in queries if query["sql"].lstrip().upper().startswith("SELECT")]

    def remember(self, **asked: str | list[str]) -> None:
        """Ask until it is remembered: the use of a key is noted first."""
        for _ in range(3):
            assert self(**asked).status_code == 200
        assert self.is_remembered(**asked)


@pytest.fixture(autouse=True)
def _no_reader_stays() -> Iterator[None]:
    yield
    readers().close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS serving CASCADE")


@pytest.fixture
def edition(cast: Cast) -> Publication:
    edition = edition_in(cast)
    assert serving.follow_serving(SYSTEM, resource_id=edition.resource_id) == "built"
    return edition


@pytest.fixture
def asking(edition: Publication) -> Asking:
    return Asking(f"/api/v1/opening/editions/{edition.name}/rows")


@pytest.fixture
def grant(cast: Cast) -> Grant:
    grant = grant_of(cast, method="interface")
    assert serving.follow_serving(SYSTEM, resource_id=grant.resource_id) == "built"
    return grant


@pytest.fixture
def calling(cast: Cast, grant: Grant) -> Asking:
    _, text = create_api_key(cast.actor("holder"), user=cast.user("holder"), name="k", scopes=["sharing:read"])
    return Asking(f"/api/v1/sharing/grants/{grant.number}/rows", text)


@pytest.mark.parametrize("asked", QUESTIONS, ids=range(len(QUESTIONS)))
@pytest.mark.parametrize("side", ["edition", "grant"])
def test_answer_is_the_one_decided_anew(request: Any, side: str, asked: dict[str, str | list[str]]) -> None:
    ask: Asking = request.getfixturevalue("asking" if side == "edition" else "calling")
    ask.remember(**asked)
    anew, again = ask(anew=True, **asked), ask(**asked)
    assert again.json() == anew.json()
    kept = {name: value for name, value in again.headers.items() if name not in OWN}
    assert kept == {name: value for name, value in anew.headers.items() if name not in OWN}


def test_other_values_of_a_remembered_question_are_their_own(asking: Asking) -> None:
    asking.remember(filter="code:eq:220102001")
    for code in ("220102002", "220102003", "none", "'; DROP TABLE opening_publication; --", "街%_\\"):
        asked = {"filter": f"code:eq:{code}"}
        assert asking.is_remembered(**asked)
        again, anew = asking(**asked), asking(anew=True, **asked)
        assert (again.json(), again["ETag"]) == (anew.json(), anew["ETag"])


def test_pages_follow_by_cursor(asking: Asking) -> None:
    asking.remember(limit="1")
    whole = asking().json()["rows"]
    found: list[dict[str, Any]] = []
    asked: dict[str, str | list[str]] = {"limit": "1"}
    for place in range(len(whole)):
        assert place in {0, 1} or asking.is_remembered(**asked)
        again = asking(**asked)
        assert again["ETag"] == asking(anew=True, **asked)["ETag"]
        found += again.json()["rows"]
        asked["cursor"] = again.json()["next"] or ""
    assert found == whole
    assert asking(limit="1", cursor="eA").status_code == 400
    assert asking(limit="1", filter="code:ne:x", cursor=asking(limit="1").json()["next"]).status_code == 400


@pytest.mark.parametrize("asked", [{"filter": "population:eq:x"}, {"nothing": "1"}, {"columns": "contact_person"}])
def test_refusal_is_the_one_decided_anew(asking: Asking, asked: dict[str, str | list[str]]) -> None:
    asking.remember(filter="population:eq:1")
    again, anew = asking(**asked), asking(anew=True, **asked)
    assert again.status_code == anew.status_code == 400
    assert again.json() == anew.json()


@pytest.mark.parametrize("change", EDITION)
def test_change_of_an_edition_bites(cast: Cast, edition: Publication, asking: Asking, change: str) -> None:
    asking.remember()
    EDITION[change](cast, edition)
    assert asking().status_code in {403, 404, 410}


@pytest.mark.parametrize("change", GRANT)
def test_change_of_a_grant_bites(cast: Cast, grant: Grant, calling: Asking, change: str) -> None:
    calling.remember()
    GRANT[change](cast, grant)
    uses = GrantUse.objects.count()
    assert calling().status_code in {401, 403, 404}
    assert GrantUse.objects.count() == uses


def test_day_that_begins_ends_a_grant(grant: Grant, calling: Asking, monkeypatch: Any) -> None:
    calling.remember()
    tomorrow = grant.valid_until + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_given: tomorrow)
    monkeypatch.setattr(stamps, "today", lambda: tomorrow)
    assert calling().status_code == 403


def test_mask_set_later_holds(grant: Grant, calling: Asking) -> None:
    calling.remember()
    set_item(grant.resource, "contact", mask={"op": "null"})
    assert {row["contact"] for row in calling().json()["rows"]} == {None}


def test_new_version_is_answered(cast: Cast, edition: Publication, asking: Asking) -> None:
    asking.remember()
    add_version(
        cast, edition.resource, "code,name,population,founded,contact_person\n220102009,新街道,1,2000-01-01,无\n"
    )
    assert [row["name"] for row in asking().json()["rows"]] == ["新街道"]


def test_new_version_of_a_grant_is_answered(cast: Cast, grant: Grant, calling: Asking) -> None:
    calling.remember()
    upload(cast, grant.resource, "code,name,contact,city\n220102009,新街道,无,2201\n")
    assert [row["name"] for row in calling().json()["rows"]] == ["新街道"]


TABLES: dict[str, Callable[[Publication], object]] = {
    "dropped by hand": lambda edition: run("DROP SCHEMA serving CASCADE"),
    "built anew": lambda edition: serving.follow_serving(SYSTEM, resource_id=edition.resource_id, anew=True),
    "given up": lambda edition: ServingTable.objects.all().delete(),
}


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("change", TABLES)
def test_rows_outlive_their_table(edition: Publication, asking: Asking, change: str) -> None:
    asking.remember()
    before = asking().json()
    TABLES[change](edition)
    assert asking().json() == before


def test_limit_is_kept(asking: Asking) -> None:
    asking.remember()
    cache.clear()
    forget_leases()
    with override_settings(API_LIMITS={"visitor": 3}):
        answers = [asking() for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]


def test_calls_of_an_edition_are_counted(asking: Asking) -> None:
    asking.remember()
    assert EditionCount.objects.get(kind="call").count == 4


def test_every_answer_of_a_grant_is_recorded_like_the_first(grant: Grant, calling: Asking) -> None:
    calling.remember(limit="1")
    for _ in range(3):
        assert calling(limit="1").status_code == 200
    entries = list(Entry.objects.filter(action="gate.disclose", object_label=grant.number).order_by("id"))
    uses = list(GrantUse.objects.filter(grant=grant))
    assert len(entries) == len(uses) == 7
    told = [{name: getattr(entry, name) for name in ("actor_id", "actor_name", "details")} for entry in entries]
    assert told == [told[0]] * 7
    assert {(use.user_id, use.row_count, use.form, use.plan_hash, tuple(use.columns)) for use in uses} == {
        (entries[0].actor_id, 1, "page", told[0]["details"]["plan"], ("code", "name", "contact"))
    }
    link_pending()
    assert verify().is_whole


def test_without_a_record_nothing_leaves(grant: Grant, calling: Asking) -> None:
    calling.remember()
    before = Entry.objects.count(), GrantUse.objects.count()
    run(
        "CREATE FUNCTION refuse_use() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'full'; END$$; "
        "CREATE TRIGGER refuse BEFORE INSERT ON sharing_grantuse FOR EACH ROW EXECUTE FUNCTION refuse_use()"
    )
    try:
        answer = calling()
        assert answer.status_code == 500
        assert grant.number.encode() not in answer.content
        assert (Entry.objects.count(), GrantUse.objects.count()) == before
    finally:
        run("DROP FUNCTION refuse_use() CASCADE")


def test_record_is_written_when_the_connections_were_lost(grant: Grant, calling: Asking) -> None:
    """Django's own, and those by which rows are read and told of in one statement."""
    calling.remember()
    before = GrantUse.objects.count()
    lost = [connection.connection.info.backend_pid]
    for writes in (False, True):
        with readers().lend(writes=writes) as lent:
            lost.append(lent.info.backend_pid)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        for backend in lost:
            other.execute("SELECT pg_terminate_backend(%s)", [backend])
    connection.close()
    assert calling().status_code == 200
    assert GrantUse.objects.count() == before + 1


def test_right_of_one_is_not_for_another(cast: Cast, grant: Grant, calling: Asking) -> None:
    calling.remember()
    _, text = create_api_key(cast.actor("outsider"), user=cast.user("outsider"), name="k", scopes=["sharing:read"])
    other = Asking(calling.address, text)
    assert [other().status_code for _ in range(3)] == [404, 404, 404]
    assert Asking(calling.address, "nobody's key")().status_code == 401
    assert Asking(calling.address)().status_code == 401
