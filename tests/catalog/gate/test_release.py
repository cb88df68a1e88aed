"""Nothing leaves but by right, within the plan, and after its record is committed."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from catalog import services
from catalog.data.errors import DamagedFile, EngineLimit, ExportTooLarge
from catalog.data.plan import Condition, DeliveryPlan, PlanColumn, whole_plan
from catalog.data.schema import columns_from_json
from catalog.gate import DataUnavailable, Disclosure, Warrant, WarrantKind, preview_warrant, read_query, release
from catalog.gate import delivery as delivery_module
from catalog.gate.faults import as_refusal
from catalog.models import Item, Resource, Version
from catalog.selectors.manifest import version_files
from portal.audit.models import Entry
from portal.kernel.actors import VISITOR
from portal.kernel.decisions import ALLOW, Decision, deny
from portal.kernel.errors import Gone, Invalid, NotAllowed, TooLarge
from tests.cast import Cast
from tests.catalog.gate.conftest import OPEN_PLAN

pytestmark = pytest.mark.django_db
Make = Callable[..., Warrant]


def disclosures() -> list[Entry]:
    return list(Entry.objects.filter(action="gate.disclose").order_by("pk"))


def open_warrant(warrant: Make, **facts: Any) -> Warrant:
    return warrant(kind=WarrantKind.EDITION, number="streets", plan=OPEN_PLAN, recorded=False, **facts)


def test_granted_page_is_masked_recorded_and_pages_on(cast: Cast, warrant: Make) -> None:
    holder = cast.actor("holder")
    first = release(holder, warrant(), read_query({"limit": "120"})).page()
    assert first.rows[0] == {"code": "220100", "name": "街道0", "contact": "张*"}
    assert (len(first.rows), first.total) == (120, 300)
    assert [field["op"] for field in first.fields] == ["area6", "pass", "keep"]
    second = release(holder, warrant(), read_query({"limit": "200", "cursor": first.next_cursor or ""})).page()
    assert (len(second.rows), second.next_cursor) == (180, None)
    entry = disclosures()[0]
    assert entry.details["rows"] == 120
    assert entry.details["columns"] == ["code", "name", "contact"]
    assert entry.details["plan"] == release(holder, warrant(), read_query({"limit": "120"})).plan.hash
    assert entry.object_label == "GX-2026-00001"
    assert set(first.to_json()) == {"rows", "fields", "total", "next"}


def test_policy_refusal_is_recorded_and_gives_nothing(cast: Cast, warrant: Make) -> None:
    with pytest.raises(NotAllowed) as caught:
        release(cast.actor("outsider"), warrant(decide=lambda _: deny("grant_expired", "Expired.")))
    assert caught.value.code == "grant_expired"
    entry = disclosures()[-1]
    assert (entry.outcome, entry.details["code"]) == ("refused", "grant_expired")


def test_question_outside_the_plan_names_its_parameter(cast: Cast, warrant: Make) -> None:
    narrow = warrant(plan=DeliveryPlan(version="*", columns=(PlanColumn("name"),)))
    with pytest.raises(Invalid) as caught:
        release(cast.actor("holder"), narrow, read_query({"columns": "name,contact"}))
    assert list(caught.value.fields) == ["columns"]
    with pytest.raises(Invalid) as caught:
        read_query({"limit": "many"})
    assert list(caught.value.fields) == ["limit"]
    assert disclosures() == []


@pytest.mark.parametrize(
    ("kind", "facts", "code"),
    [
        (WarrantKind.GRANT, {"grade": 4}, "grade_ceiling"),
        (WarrantKind.GRANT, {"grade": 6}, "grade_ceiling"),
        (WarrantKind.GRANT, {"grade": 3, "sharing_type": 1}, "grade_ceiling"),
        (WarrantKind.GRANT, {"sharing_type": 3}, "item_not_shared"),
        (WarrantKind.EDITION, {"opening_type": 2}, "item_not_open"),
        (WarrantKind.EDITION, {"grade": 2}, "grade_ceiling"),
        (WarrantKind.APPLICANT, {"opening_type": 3}, "item_not_open"),
        (WarrantKind.APPLICANT, {"opening_type": 2, "grade": 3}, "grade_ceiling"),
        (WarrantKind.PREVIEW, {"grade": 5}, "grade_ceiling"),
        (WarrantKind.PREVIEW, {"grade": 4}, "grade_ceiling"),
    ],
)
def test_no_warrant_lifts_the_ceiling(
    cast: Cast, warrant: Make, resource: Resource, kind: WarrantKind, facts: dict[str, Any], code: str
) -> None:
    right = warrant(kind=kind, plan=OPEN_PLAN)
    assert release(cast.actor("holder"), right).fields
    Item.objects.filter(resource=resource, code="name").update(**facts)
    with pytest.raises(NotAllowed) as caught:
        release(cast.actor("holder"), right)
    assert caught.value.code == code


def test_column_that_is_only_compared_is_under_the_ceiling_too(cast: Cast, warrant: Make) -> None:
    plan = DeliveryPlan(version="*", columns=(PlanColumn("name"), PlanColumn("contact")))
    edition = warrant(kind=WarrantKind.EDITION, plan=plan)
    with pytest.raises(NotAllowed):
        release(VISITOR, edition, read_query({"columns": "name", "filter": "contact:eq:张1"}))
    assert release(VISITOR, edition, read_query({"columns": "name"})).total == 300


def test_hidden_values_may_pass_the_ceiling(cast: Cast, warrant: Make) -> None:
    plan = DeliveryPlan(version="*", columns=(PlanColumn("name"), PlanColumn("contact", "null")))
    page = release(VISITOR, warrant(kind=WarrantKind.EDITION, plan=plan)).page()
    assert page.rows[0] == {"name": "街道0", "contact": None}


def test_item_that_is_no_longer_declared_counts_with_the_strictest(
    cast: Cast, warrant: Make, resource: Resource
) -> None:
    right = warrant(kind=WarrantKind.EDITION, plan=OPEN_PLAN)
    Item.objects.filter(resource=resource, code="name").delete()
    with pytest.raises(NotAllowed):
        release(VISITOR, right)


@pytest.mark.parametrize(
    ("verbs", "refusal", "code"),
    [
        (("suspend",), NotAllowed, "resource_suspended"),
        (("retire",), Gone, "resource_retired"),
    ],
)
def test_withdrawn_resource_gives_nothing(
    cast: Cast, warrant: Make, resource: Resource, verbs: tuple[str, ...], refusal: type[Exception], code: str
) -> None:
    for verb in verbs:
        resource = services.VERBS[verb](cast.actor("office_head"), resource=resource, reason="测试")
    with pytest.raises(refusal) as caught:
        release(cast.actor("holder"), warrant())
    assert getattr(caught.value, "code", "") == code


def test_unpublished_resource_gives_only_a_preview(cast: Cast, version: Version, warrant: Make) -> None:
    Resource.objects.filter(pk=version.resource_id).update(state="draft", published_at=None)
    with pytest.raises(NotAllowed, match="not published"):
        release(cast.actor("holder"), warrant())
    page = release(cast.actor("steward"), preview_warrant(version)).page()
    assert page.rows[0]["contact"] == "张0"


def test_preview_is_for_the_owners_people(cast: Cast, version: Version) -> None:
    for name in ("visitor", "holder", "outsider", "auditor"):
        with pytest.raises(NotAllowed):
            release(cast.actor(name), preview_warrant(version))
    assert disclosures() == []


def test_deleted_data_is_gone(cast: Cast, version: Version, warrant: Make) -> None:
    version.deleted_at = timezone.now()
    version.save(update_fields=["deleted_at"])
    with pytest.raises(Gone):
        release(cast.actor("holder"), warrant())


def test_lost_file_is_our_fault(cast: Cast, version: Version, warrant: Make) -> None:
    default_storage.delete(version_files(version)[0].uri)
    delivery = release(cast.actor("holder"), warrant())
    with pytest.raises(DataUnavailable):
        delivery.page()
    with pytest.raises(DataUnavailable):
        delivery.stream()
    assert disclosures() == []


def test_open_edition_is_counted_and_not_recorded(warrant: Make) -> None:
    counted: list[Disclosure] = []
    right = open_warrant(warrant, on_release=counted.append)
    assert release(VISITOR, right).page().total == 300
    list(release(VISITOR, right).stream("csv").chunks)
    assert [(one.form, one.rows) for one in counted] == [("page", 100), ("csv", 300)]
    assert disclosures() == []
    assert release(VISITOR, open_warrant(warrant)).page().rows


@pytest.mark.django_db(transaction=True)
def test_record_is_committed_before_the_first_byte(cast: Cast, warrant: Make) -> None:
    stream = release(cast.actor("holder"), warrant()).stream("json")
    assert disclosures()[0].details["rows"] == 300
    rows = json.loads(b"".join(stream.chunks))
    assert len(rows) == 300
    assert stream.filename.endswith("-v1.json")
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        release(cast.actor("holder"), warrant()).page()


def test_failing_record_lets_nothing_out(cast: Cast, warrant: Make) -> None:
    def fail(_: Disclosure) -> None:
        raise Invalid("full")

    with pytest.raises(Invalid):
        release(cast.actor("holder"), warrant(on_release=fail)).page()
    assert disclosures() == []


def test_long_stream_breaks_off_when_the_right_ends(cast: Cast, warrant: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Iterator[Decision] = iter([ALLOW, deny("grant_suspended", "Suspended.")])
    delivery = release(cast.actor("holder"), warrant(decide=lambda _: next(answers)))
    monkeypatch.setattr(delivery_module, "RECHECK_SECONDS", 0.01)
    chunks = delivery.watched(iter([b"a", b"b"]))
    assert next(chunks) == b"a"
    time.sleep(0.02)
    with pytest.raises(NotAllowed):
        next(chunks)


def test_download_knows_its_size_and_gives_ranges(cast: Cast, warrant: Make) -> None:
    delivery = release(cast.actor("holder"), warrant())
    download = delivery.download("csv")
    assert disclosures() == []
    content = b"".join(download.read())
    assert len(content) == download.size
    assert b"".join(download.read(10, 20)) == content[10:20]
    assert len(disclosures()) == 2
    again = release(cast.actor("holder"), warrant()).download("csv")
    assert (again.etag, again.size) == (download.etag, download.size)
    assert delivery.download("csv", bom=True).etag != download.etag


def test_etag_follows_the_question_and_the_key(cast: Cast, warrant: Make) -> None:
    holder = cast.actor("holder")
    keyed = DeliveryPlan(version="*", columns=(PlanColumn("code", "hmac"),))
    one = release(holder, warrant(plan=keyed, mask_key=b"a" * 16))
    other = release(holder, warrant(plan=keyed, mask_key=b"b" * 16))
    assert one.etag != other.etag
    assert one.page().rows[0] != other.page().rows[0]
    assert release(holder, warrant()).etag != release(holder, warrant(), read_query({"columns": "name"})).etag
    assert release(holder, warrant()).etag == release(holder, warrant()).etag


def test_filtered_total_is_counted_once(cast: Cast, warrant: Make, django_assert_num_queries: Any) -> None:
    asked = read_query({"filter": "name:like:1", "limit": "1"})
    page = release(cast.actor("holder"), warrant(), asked).page()
    assert page.total == sum("1" in str(n) for n in range(300))
    where = (Condition("name", "eq", "街道7"),)
    scoped = warrant(plan=DeliveryPlan(version="*", columns=(PlanColumn("name"),), where=where))
    delivery = release(cast.actor("holder"), scoped)
    assert (delivery.total, delivery.leaving) == (1, 1)
    with django_assert_num_queries(3):
        release(VISITOR, open_warrant(warrant)).page()


def test_whole_plan_of_the_version_is_what_was_declared(version: Version) -> None:
    plan = whole_plan(columns_from_json(version.columns))
    assert [column.name for column in plan.columns] == ["code", "name", "contact"]


def test_sheet_that_would_overflow_is_refused_before_the_record(
    cast: Cast, warrant: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_module, "MAX_ROWS", 299)
    with pytest.raises(TooLarge):
        release(cast.actor("holder"), warrant()).stream("xlsx")
    with pytest.raises(Invalid):
        release(cast.actor("holder"), warrant()).stream("docx")
    assert disclosures() == []


def test_data_errors_have_their_status() -> None:
    assert as_refusal(EngineLimit("engine_time")).status == 413
    assert as_refusal(ExportTooLarge("export_rows", limit=1)).status == 413
    assert as_refusal(DamagedFile("file_unreadable")).status == 503
