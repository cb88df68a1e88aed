"""A page of a grant is read, proved and recorded by one statement: both leave their mark, or neither does."""

from typing import Any

import pytest

from catalog.gate import totals
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.audit.sequencer import link_pending
from portal.audit.verify import verify
from sharing.models import Grant, GrantUse
from tests.cast import Cast
from tests.catalog.gate.test_remembered import Asking, _no_reader_stays, calling, grant, run

__all__ = ["_no_reader_stays", "calling", "grant"]
pytestmark = pytest.mark.django_db(transaction=True)


def marks() -> tuple[int, int]:
    return Entry.objects.count(), GrantUse.objects.count()


def test_record_that_fails_at_the_commit_lets_nothing_out(grant: Grant, calling: Asking) -> None:
    """The rows are read before the transaction ends; they wait for its end all the same."""
    calling.remember()
    before = marks()
    run(
        "CREATE FUNCTION refuse_use() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'full'; END$$; "
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON sharing_grantuse DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION refuse_use()"
    )
    try:
        answer = calling()
        assert answer.status_code == 500
        assert "南街道".encode() not in answer.content
        assert marks() == before
    finally:
        run("DROP FUNCTION refuse_use() CASCADE")


def test_proof_that_fails_writes_nothing_of_its_own(grant: Grant, calling: Asking) -> None:
    """Whatever changed, the page is told of once: by the way in which all is asked anew."""
    calling.remember()
    before = marks()
    Grant.objects.filter(pk=grant.pk).update(purpose="另一用途")
    assert calling().status_code == 200
    assert marks() == (before[0] + 1, before[1] + 1)
    assert Entry.objects.latest("id").details["purpose"] == "另一用途"


@pytest.mark.parametrize(
    ("asked", "rows"), [({"limit": "2"}, 2), ({"limit": "2", "offset": "3"}, 1), ({"limit": "2", "offset": "9"}, 0)]
)
def test_total_is_recorded_whether_it_was_known_or_not(
    calling: Asking, monkeypatch: Any, asked: dict[str, str | list[str]], rows: int
) -> None:
    asked = {"filter": "code:ne:0", **asked}
    calling.remember(**asked)
    told = []
    for known in (True, False):
        if not known:
            monkeypatch.setattr(totals, "_totals", type(totals._totals)())
        before = marks()
        answer = calling(**asked).json()
        assert marks() == (before[0] + 1, before[1] + 1)
        entry, use = Entry.objects.latest("id"), GrantUse.objects.latest("id")
        assert (len(answer["rows"]), answer["total"]) == (rows, 4)
        assert (entry.details["rows"], entry.details["total"], use.row_count) == (rows, 4, rows)
        told.append(entry.details)
    assert told[0] == told[1]
    link_pending()
    assert verify().is_whole


def test_later_pages_are_recorded_with_the_whole(calling: Asking) -> None:
    first = calling(limit="3").json()
    for _ in range(3):
        last = calling(limit="3", cursor=first["next"]).json()
        details = Entry.objects.latest("id").details
        assert (len(last["rows"]), last["total"], details["rows"], details["total"]) == (1, 4, 1, 4)


def test_record_names_people_as_they_are_called_now(cast: Cast, calling: Asking) -> None:
    calling.remember()
    User.objects.filter(pk=cast.user("holder").pk).update(name="王小方")
    for _ in range(3):
        assert calling().status_code == 200
        assert (Entry.objects.latest("id").actor_name, GrantUse.objects.latest("id").actor_name) == ("王小方",) * 2
