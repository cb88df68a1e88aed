"""Entries drafted before all they tell is known are those that `record` would have written."""

import pytest
from django.db import DatabaseError, connection, transaction

from portal.audit.chain import FIELDS, leaf
from portal.audit.drafts import Draft, Line, write_at_once
from portal.audit.models import Entry, Pending
from portal.audit.record import record
from portal.audit.sequencer import link_pending
from portal.audit.verify import verify
from portal.kernel.actors import Actor, ActorKind

pytestmark = pytest.mark.django_db
HOSTILE = (
    "plain",
    "松花江 😀",
    '"\\u0000rows"',
    '\\"\\u0000total"',
    '"\x00rows"',
    "\x00plan",
    "%s {} $1 '; DROP TABLE audit_entry; --",
    "\ud800 \u2028 \x1f \\",
    "",
)


def facts(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in FIELDS if name != "at"}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_drafted_entry_is_the_recorded_one(text: str) -> None:
    actor = Actor(kind=ActorKind.OFFICIAL, name=text, ip=text[:9], user_id=7)
    told = {"purpose": text, "columns": [text, "rows"], "form": "page", text: {"total": text, "n": 2**60}}
    plain = record(
        actor, action="tests.act", label=text, reason=text, details=told | {"rows": 3, "total": 5, "plan": text}
    )
    draft = Draft(actor, blanks=("plan",), action="tests.act", label=text, reason=text, details=told)
    write_at_once(
        draft.deed(ip=actor.ip, plan=text.replace("\x00", "").encode(errors="replace").decode()), rows=3, total=5
    )
    drafted = Entry.objects.latest("id")
    assert drafted.pk != plain.pk
    plain.refresh_from_db()
    assert facts(drafted) == facts(plain)
    assert bytes(drafted.digest) == leaf(drafted)
    link_pending()
    assert verify().is_whole


def test_one_draft_is_written_many_times() -> None:
    draft = Draft(Actor(kind=ActorKind.OFFICIAL, name="王", user_id=7), action="tests.act", details={"zone": "x"})
    for number in range(3):
        write_at_once(draft.deed(ip=f"10.0.0.{number}"), rows=number, total=2**40)
    entries = list(Entry.objects.filter(action="tests.act").order_by("id"))
    assert [(entry.ip, entry.details) for entry in entries] == [
        (f"10.0.0.{number}", {"zone": "x", "rows": number, "total": 2**40}) for number in range(3)
    ]
    assert all(bytes(entry.digest) == leaf(entry) for entry in entries)
    assert Pending.objects.filter(entry__in=entries).count() == 3


def test_entry_and_line_are_written_both_or_neither() -> None:
    actor = Actor(kind=ActorKind.OFFICIAL, name="王")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE lines (text text NOT NULL, number bigint, who text) ON COMMIT DROP")
    into, values = "lines (number, text, who)", "rows, CAST(%s AS text), actor_name"
    write_at_once(Draft(actor, line=Line(into, values, values, ["a"]), action="tests.act").deed(), rows=4, total=9)
    before = Entry.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic():
        write_at_once(Draft(actor, line=Line(into, values, values, [None]), action="tests.act").deed(), rows=4, total=9)
    assert Entry.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, text, who FROM lines")
        assert cursor.fetchall() == [(4, "a", "王")]
