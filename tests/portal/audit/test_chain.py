"""The audit chain: it grows, it proves itself, and any change, loss or insertion shows."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import DatabaseError

from portal.audit.models import Entry, Link, Pending
from portal.audit.record import record
from portal.audit.selectors import timeline
from portal.audit.sequencer import link_pending
from portal.audit.verify import verify
from portal.kernel.actors import system_actor
from tests.cast import Cast, without_triggers

ACTOR = system_actor("tests")


@pytest.fixture
def chain(db: None) -> list[Entry]:
    """Five linked entries."""
    entries = [record(ACTOR, action="tests.act", label=f"第{n}件 😀", details={"n": n, "f": 0.5}) for n in range(5)]
    link_pending()
    return entries


def _sql(statement: str, *values: object) -> None:
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_entry_waits_then_gets_its_place(db: None) -> None:
    record(ACTOR, action="tests.act")
    waiting = Pending.objects.count()
    assert waiting >= 1
    assert link_pending() == waiting
    assert link_pending() == 0
    assert Link.objects.count() == Entry.objects.count()


def test_an_entry_without_a_place_shows(chain: list[Entry]) -> None:
    entry = record(ACTOR, action="tests.act")
    assert verify().is_whole
    _sql("delete from audit_pending where entry_id = %s", entry.pk)
    assert verify().reason == "an entry has no place in the chain"


def test_asking_past_the_end_is_an_error(chain: list[Entry]) -> None:
    with pytest.raises(CommandError, match="only"):
        call_command("verify_audit", "--from", "9999", stdout=StringIO())


def test_a_whole_chain_is_confirmed(chain: list[Entry]) -> None:
    result = verify()
    assert result.is_whole
    assert result.records == Link.objects.count()
    assert verify(3).is_whole


@pytest.mark.parametrize(
    "change",
    [
        "update audit_entry set object_label = 'another' where id = %s",
        "update audit_entry set at = at + interval '1 microsecond' where id = %s",
        "update audit_entry set details = '{\"n\": 3}' where id = %s",
        "update audit_entry set outcome = 'refused' where id = %s",
        "update audit_link set head = decode(repeat('00', 32), 'hex') where entry_id = %s",
        "delete from audit_link where entry_id = %s",
    ],
)
def test_a_change_by_sql_names_the_first_broken_record(chain: list[Entry], change: str) -> None:
    target = chain[2]
    number = Link.objects.get(entry=target).number
    _sql(change, target.pk)
    result = verify()
    assert not result.is_whole
    assert result.broken == number


def test_cutting_off_the_end_shows(chain: list[Entry]) -> None:
    last = Link.objects.order_by("-number")[0]
    _sql("delete from audit_link where number = %s", last.number)
    assert verify().broken == last.number


def test_an_entry_slipped_past_the_outbox_shows(chain: list[Entry]) -> None:
    record(ACTOR, action="tests.hidden")
    Pending.objects.all().delete()
    assert not verify().is_whole


def test_a_waiting_entry_that_was_changed_shows(chain: list[Entry]) -> None:
    entry = record(ACTOR, action="tests.act")
    _sql("update audit_entry set reason = 'x' where id = %s", entry.pk)
    assert not verify().is_whole


@pytest.mark.parametrize("table", ["audit_entry", "audit_link", "audit_checkpoint"])
@pytest.mark.parametrize("statement", ["delete from {}", "update {} set id = id", "truncate {} cascade"])
def test_the_database_refuses_to_change_the_record(chain: list[Entry], table: str, statement: str) -> None:
    column = "id" if table == "audit_entry" else "number"
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute(statement.format(table).replace("set id = id", f"set {column} = {column}"))


def test_text_that_postgres_cannot_store_is_recorded_without_it(db: None) -> None:
    entry = record(ACTOR, action="tests.act", label="a\x00b", reason="\x00", details={"x": "\x00y", "t": (1, 2)})
    entry.refresh_from_db()
    assert (entry.object_label, entry.reason) == ("ab", "")
    link_pending()
    assert verify().is_whole


def test_the_command_prints_count_and_head_or_fails(chain: list[Entry]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    told = json.loads(out.getvalue())
    assert told["records"] == Link.objects.count()
    assert told["head"] == bytes(Link.objects.order_by("-number")[0].head).hex()
    _sql("update audit_entry set action = 'tests.acu' where id = %s", chain[0].pk)
    number = Link.objects.get(entry=chain[0]).number
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", stdout=out)
    assert stopped.value.code == 1
    assert f"First broken record: {number}" in out.getvalue()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_audit", "--json", stdout=out)
    assert json.loads(out.getvalue())["broken"] == number


def test_the_timeline_of_an_object_is_in_order_and_without_refusals(cast: Cast) -> None:
    user = cast.user("holder")
    record(ACTOR, action="tests.first", obj=user)
    record(ACTOR, action="tests.refused", obj=user, outcome="refused")
    record(ACTOR, action="tests.second", obj=user)
    assert [entry.action for entry in timeline(user)][-2:] == ["tests.first", "tests.second"]
