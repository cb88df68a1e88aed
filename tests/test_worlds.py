"""A world that is put back is the one that was built; where anything else was written, the services are asked."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.gate import preview_warrant, release
from catalog.models import Resource
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.audit.verify import verify
from tests import worlds
from tests.cast import Cast, build_cast
from tests.factories.catalog import resource_in
from tests.factories.sharing import resource as resource_with_rows


def told() -> tuple[Any, ...]:
    """What the tables, the record and the files say of the one resource."""
    cast = build_cast()
    resource = resource_with_rows(cast, title="街道")
    assert resource.current_version is not None
    page = release(cast.actor("steward"), preview_warrant(resource.current_version)).page()
    people = list(User.objects.order_by("pk").values())
    stored = list(Resource.objects.values())
    acts = list(Entry.objects.order_by("pk").values_list("action", "object_label", "digest"))
    waiting = len(connection.run_on_commit)
    assert verify().is_whole
    return page.rows, people, stored, acts, waiting, resource.pk, str(resource.provider)


@pytest.mark.django_db
def test_world_that_is_put_back_is_the_one_that_was_built() -> None:
    found = []
    for _ in range(2):
        with transaction.atomic():
            found.append(told())
            kept = len(worlds._worlds)
            del connection.run_on_commit[:]
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert found[0][4] > 0
    assert len(worlds._worlds) == kept


@pytest.mark.django_db
def test_what_was_written_in_between_stays(cast: Cast) -> None:
    first = resource_in(cast, title="一")
    Resource.objects.filter(pk=first.pk).update(title_zh="改")
    assert worlds._story.so_far is None
    resource_in(cast, title="二")
    assert set(Resource.objects.values_list("title_zh", flat=True)) == {"改", "二"}


@pytest.mark.django_db(transaction=True)
def test_what_another_thread_wrote_is_seen(cast: Cast) -> None:
    def write() -> None:
        User.objects.filter(pk=cast.user("steward").pk).update(name="李")
        connection.close()

    thread = Thread(target=write)
    thread.start()
    thread.join()
    assert worlds._story.so_far is None
    resource_in(cast)
    assert User.objects.get(username="steward").name == "李"


@pytest.mark.django_db
def test_what_a_test_has_patched_makes_worlds_of_its_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Resource, "__str__", lambda _: "anders")
    kept = len(worlds._worlds)
    resource_in(cast, title="街道的另一份")
    assert len(worlds._worlds) == kept
