"""What readers ask by is counted by column alone, shown to the officer, and earns and loses indexes."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.data.errors import DamagedFile
from catalog.data.plan import Condition, DeliveryPlan, PlanColumn
from catalog.gate import Warrant, WarrantKind, preview_warrant, read_query, release
from catalog.gate.asked import write_questions
from catalog.gate.serving import readers
from catalog.models import QuestionCount, ServingTable
from catalog.selectors.questions import Earned, earned_indexes, questions_asked
from catalog.selectors.serving import serving_state
from catalog.services import serving
from catalog.services.serving import following
from catalog.tasks import review_serving
from opening.models import Publication
from opening.services import warrant_for
from portal.kernel.actors import VISITOR, system_actor
from portal.kernel.decisions import ALLOW
from tests.cast import Cast
from tests.factories.opening import STREETS, edition_in
from tests.factories.uploads import new_version

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system_actor("catalog.serve_resource")
CODE, NAME = "c1", "c2"


@pytest.fixture(autouse=True)
def _counting(settings: LazySettings) -> Iterator[None]:
    """Gather for longer than any test runs; leave neither counts, tables nor connections to the tests that follow."""
    settings.QUESTION_COUNT_SECONDS = 3_600
    settings.SERVING_INDEX_QUESTIONS, settings.SERVING_INDEX_SHARE = 4, 0.5
    yield
    write_questions()
    readers().close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS serving CASCADE")


@pytest.fixture
def edition(cast: Cast) -> Publication:
    return edition_in(cast)


def ask(edition: Publication, times: int = 1, **asked: str | list[str]) -> None:
    for _ in range(times):
        release(VISITOR, warrant_for(edition), read_query(asked)).page()


def counted() -> dict[tuple[str, str], int]:
    write_questions()
    return {(found.column_id, found.use): found.count for found in QuestionCount.objects.all()}


def follow(edition: Publication) -> ServingTable:
    serving.follow_serving(SYSTEM, resource_id=edition.resource_id)
    return ServingTable.objects.get()


def count(edition: Publication, column_id: str, use: str, number: int, day: date | None = None) -> None:
    QuestionCount.objects.create(
        resource=edition.resource, day=day or timezone.localdate(), column_id=column_id, use=use, count=number
    )


def test_questions_are_counted_by_what_an_index_helps(edition: Publication) -> None:
    ask(edition, 2)
    ask(edition, filter="code:eq:220102001")
    ask(edition, filter=["code:ge:1", "code:lt:9", "name:like:街"], order="code")
    ask(edition, filter=["name:null:true", "code:ne:1"])
    ask(edition, order="name")
    ask(edition, order="-name")
    assert counted() == {
        ("", "all"): 7,
        (CODE, "value"): 2,
        (NAME, "part"): 1,
        (NAME, "value"): 1,
        (NAME, "fall"): 1,
    }
    ask(edition, filter="code:eq:220102001")
    assert counted()[CODE, "value"] == 3


def test_whole_files_count_and_previews_do_not(cast: Cast, edition: Publication) -> None:
    version = edition.resource.current_version
    assert version is not None
    asked = read_query({"filter": "code:eq:220102001"})
    release(cast.actor("steward"), preview_warrant(version), asked).page()
    assert counted() == {}
    list(release(VISITOR, warrant_for(edition), asked).stream("csv").chunks)
    assert counted() == {("", "all"): 1, (CODE, "value"): 1}


def test_masked_columns_count_only_where_the_right_compares_what_is_stored(cast: Cast, edition: Publication) -> None:
    version = edition.resource.current_version
    assert version is not None
    plan = DeliveryPlan(
        version="*",
        columns=(PlanColumn("code", "area4"), PlanColumn("name")),
        where=(Condition("code", "ge", "22"),),
    )
    right = Warrant(kind=WarrantKind.GRANT, number="GX-1", version=version, plan=plan, decide=lambda _: ALLOW)
    release(cast.actor("holder"), right, read_query({"filter": "code:eq:2201", "order": "code"})).page()
    assert counted() == {("", "all"): 1, (CODE, "value"): 1}
    release(cast.actor("holder"), right, read_query({"columns": "name"})).page()
    assert counted()[CODE, "value"] == 2


def test_counting_asks_the_database_nothing(edition: Publication, settings: LazySettings) -> None:
    right, asked = warrant_for(edition), read_query({"filter": "code:eq:220102001"})
    ask(edition, filter="code:eq:220102001")
    statements = []
    for seconds in (3_600, 0):
        settings.QUESTION_COUNT_SECONDS = seconds
        with CaptureQueriesContext(connection) as queries:
            release(VISITOR, right, asked).page()
        statements.append(len(queries))
    assert statements[0] == statements[1]
    assert counted()["", "all"] == 2


def test_remembered_questions_count_too(client: Client, edition: Publication) -> None:
    """The second and the third answer come by one statement, from memory."""
    follow(edition)
    for code in ("220102001", "220102002", "220102003"):
        assert client.get(f"/api/v1/opening/editions/{edition.name}/rows?filter=code:eq:{code}").status_code == 200
    assert counted() == {("", "all"): 3, (CODE, "value"): 3}


def test_column_asked_by_often_gets_an_index_and_keeps_it_while_asked(
    edition: Publication, settings: LazySettings
) -> None:
    assert NAME not in follow(edition).indexed
    ask(edition, 3, filter="name:eq:街")
    write_questions()
    assert serving.review_serving() == []
    ask(edition, filter="name:eq:街")
    write_questions()
    assert review_serving.run() == {"asked": 1}
    table = follow(edition)
    assert NAME in table.indexed
    assert table.earned == {"indexed": [NAME], "falling": [], "searched": []}
    # Thousands of others come; it is asked for, and stays.
    count(edition, "", "all", 5_000, timezone.localdate() - timedelta(days=1))
    assert serving.review_serving() == []
    late = timezone.localdate() - timedelta(days=settings.SERVING_INDEX_IDLE_DAYS - 1)
    QuestionCount.objects.filter(column_id=NAME).update(day=late)
    assert serving.review_serving() == []
    QuestionCount.objects.filter(column_id=NAME).update(day=late - timedelta(days=1))
    assert serving.review_serving() == [edition.resource_id]
    table = follow(edition)
    assert NAME not in table.indexed
    assert table.earned == {"indexed": [], "falling": [], "searched": []}


def test_index_that_was_earned_outlives_a_build_that_failed(
    cast: Cast, edition: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table before goes when there is a new version, and with it what its indexes were earned by."""
    ask(edition, 4, filter="name:eq:街")
    write_questions()
    assert NAME in follow(edition).indexed
    count(edition, "", "all", 5_000, timezone.localdate() - timedelta(days=1))

    def fail(*_args: object) -> None:
        raise DamagedFile("serving_rows", found=0, expected=1)

    new_version(cast, edition.resource, STREETS.replace("自强", "自立"))
    with monkeypatch.context() as broken:
        broken.setattr(following, "build_table", fail)
        assert follow(edition).fault == "serving_rows"
    assert NAME in follow(edition).indexed


def test_tables_are_reviewed_at_night(settings: LazySettings) -> None:
    """A review has large tables built anew, and the pages say when."""
    due = settings.CELERY_BEAT_SCHEDULE["review-serving"]["schedule"]
    assert (due.hour, len(due.minute)) == ({2}, 1)
    assert settings.CELERY_TIMEZONE == "Asia/Shanghai"


def test_pieces_of_a_text_and_falling_orders_earn_theirs(edition: Publication) -> None:
    count(edition, "", "all", 10)
    count(edition, NAME, "fall", 6)
    count(edition, NAME, "part", 9)
    count(edition, CODE, "value", 4)
    table = follow(edition)
    assert table.searched == [NAME]
    assert (table.indexed, table.falling) == ([CODE], [NAME])
    assert table.earned == {"indexed": [], "falling": [NAME], "searched": [NAME]}


def test_number_and_share_must_both_be_reached(edition: Publication, settings: LazySettings) -> None:
    version = edition.resource.current_version
    assert version is not None
    columns = [column for column in serving_state(edition.resource).columns if column.id == NAME]

    def earned(number: int, total: int) -> bool:
        QuestionCount.objects.all().delete()
        count(edition, "", "all", total)
        count(edition, NAME, "value", number)
        return bool(
            earned_indexes(questions_asked([edition.resource_id])[edition.resource_id], columns, Earned()).indexed
        )

    assert [earned(4, 8), earned(4, 9), earned(3, 3)] == [True, False, False]
    settings.SERVING_INDEX_QUESTIONS, settings.SERVING_INDEX_SHARE = 0, 0
    assert not earned(9, 9)
    assert questions_asked([edition.resource_id])[edition.resource_id][NAME, "value"].recent == 9


def test_old_counts_are_forgotten(edition: Publication) -> None:
    count(edition, NAME, "value", 1, timezone.localdate() - timedelta(days=121))
    count(edition, NAME, "value", 1, timezone.localdate() - timedelta(days=100))
    serving.review_serving()
    assert QuestionCount.objects.count() == 1


def test_officer_sees_what_is_asked_and_chooses(cast: Cast, edition: Publication) -> None:
    count(edition, "", "all", 12_345)
    count(edition, NAME, "value", 1_000)
    count(edition, NAME, "part", 9_000)
    follow(edition)
    client = Client()
    client.force_login(cast.user("steward"))
    url = f"/catalog/{edition.resource.address}/serving/"
    page = client.get(url).content.decode()
    for text in ("12,345", "1,000", "9,000", "72.9", 'data-state="part"'):
        assert text in page, text
    assert client.post(url, {"columns": [NAME], "searched": [CODE]}).status_code == 302
    table = follow(edition)
    assert (table.indexed, table.searched) == ([CODE, NAME], [CODE, NAME])
    assert table.earned == {"indexed": [], "falling": [], "searched": [NAME]}
    assert client.post(url, {"searched": ["c99"]}).status_code == 400
