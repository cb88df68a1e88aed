"""The auditor's pages: search, one entry, proof, export; looking is itself recorded."""

import csv
import io

from portal.audit.models import Entry
from portal.audit.record import record
from portal.audit.sequencer import link_pending
from portal.audit.wording import Wording
from portal.kernel.actors import system_actor
from tests.cast import Cast, without_triggers

ACTOR = system_actor("tests")


def test_a_search_finds_and_is_recorded(cast: Cast) -> None:
    record(ACTOR, action="tests.open", label="甲")
    record(ACTOR, action="tests.shut", label="乙", outcome="refused")
    page = cast.client("auditor").get("/audit/", {"action": "tests.", "outcome": "refused"})
    assert "乙" in page.content.decode()
    assert "甲" not in page.content.decode()
    entry = Entry.objects.filter(action="audit.search").latest("id")
    assert entry.details == {"action": "tests.", "outcome": "refused"}


def test_a_wrong_date_is_told_and_nothing_found_reads_well(cast: Cast) -> None:
    client = cast.client("auditor")
    assert client.get("/audit/", {"since": "yesterday"}).status_code == 400
    assert "Nothing found" in client.get("/audit/", {"who": "nobody at all"}).content.decode()


def test_the_last_day_there_is_can_be_asked_for(cast: Cast) -> None:
    for days in ("until=9999-12-31", "since=0001-01-01"):
        assert cast.client("auditor").get(f"/audit/?{days}").status_code == 200


def test_a_reason_of_the_product_is_shown_once_in_the_readers_language(cast: Cast) -> None:
    entry = record(ACTOR, action="tests.open", label="甲", reason=Wording("Yes"), details={"n": 7})
    page = cast.client("auditor").get(f"/audit/{entry.pk}/", headers={"Accept-Language": "zh-Hans"}).content.decode()
    assert "<dd>是</dd>" in page
    assert "source" not in page.split("<main")[1].split("</main>")[0]


def test_one_entry_shows_its_proof(cast: Cast) -> None:
    entry = record(ACTOR, action="tests.open", label="甲", details={"n": 7})
    client = cast.client("auditor")
    assert bytes(entry.digest).hex() in client.get(f"/audit/{entry.pk}/").content.decode()
    link_pending()
    entry = Entry.objects.select_related("link").get(pk=entry.pk)
    assert bytes(entry.link.head).hex() in client.get(f"/audit/{entry.pk}/").content.decode()
    assert client.get("/audit/999999/").status_code == 404


def test_the_page_says_whether_the_chain_is_whole(cast: Cast) -> None:
    entry = record(ACTOR, action="tests.open")
    link_pending()
    client = cast.client("auditor")
    assert 'data-state="whole"' in client.post("/audit/verify/").content.decode()
    with without_triggers():
        Entry.objects.filter(pk=entry.pk).update(reason="changed")
    assert 'data-state="broken"' in client.post("/audit/verify/").content.decode()


def test_the_export_is_a_table_without_formulas(cast: Cast) -> None:
    record(ACTOR, action="tests.open", label="=HYPERLINK(1)")
    answer = cast.client("auditor").get("/audit/export/", {"action": "tests."})
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a streaming answer
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["object_label"] for row in rows] == ["'=HYPERLINK(1)"]
