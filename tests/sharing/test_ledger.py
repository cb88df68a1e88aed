"""What a line of the ledger of use names cannot be removed, and no line names what is not there."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from catalog.models import Version
from portal.accounts.models import User
from portal.audit.drafts import Draft, write_at_once
from portal.audit.models import Entry
from portal.kernel.actors import Actor
from sharing.models import Grant, GrantUse
from sharing.services.warrants import use_line
from tests.cast import Cast
from tests.factories.sharing import grant as grant_of

NAMED: dict[str, Callable[[GrantUse], tuple[str, int | None]]] = {
    "grant": lambda use: (Grant._meta.db_table, use.grant_id),
    "person": lambda use: (User._meta.db_table, use.user_id),
    "version": lambda use: (Version._meta.db_table, use.version_id),
}


@pytest.fixture
def grant(cast: Cast) -> Grant:
    return grant_of(cast, method="interface")


def tell(actor: Actor, grant: Grant, version: Version) -> GrantUse:
    draft = Draft(
        actor, line=use_line(grant, version), action="tests.use", details={"form": "page", "plan": "0", "columns": []}
    )
    write_at_once(draft.deed(), rows=1, total=1)
    return GrantUse.objects.latest("id")


def version_of(grant: Grant) -> Version:
    version = grant.resource.current_version
    assert version is not None
    return version


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["DELETE FROM {} WHERE id = %s", "UPDATE {} SET id = id + 1000 WHERE id = %s"])
@pytest.mark.parametrize("named", NAMED)
def test_what_is_named_is_neither_removed_nor_renumbered(cast: Cast, grant: Grant, named: str, statement: str) -> None:
    table, pk = NAMED[named](tell(cast.actor("holder"), grant, version_of(grant)))
    with pytest.raises(IntegrityError, match="ledger of use"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table), [pk])


@pytest.mark.django_db
def test_who_is_not_named_may_go(cast: Cast) -> None:
    user = User.objects.create(username="nobody", name="无名")
    assert user.delete()[0] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("missing", NAMED)
def test_line_of_somebody_who_is_gone_is_refused_with_its_entry(cast: Cast, grant: Grant, missing: str) -> None:
    actor, version = cast.actor("holder"), version_of(grant)
    gone: dict[str, Callable[[], Any]] = {
        "grant": lambda: tell(actor, Grant(pk=2**40), version),
        "person": lambda: tell(Actor(kind=actor.kind, name="无名", user_id=2**40), grant, version),
        "version": lambda: tell(actor, grant, Version(pk=2**40)),
    }
    before = Entry.objects.count(), GrantUse.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        gone[missing]()
    assert (Entry.objects.count(), GrantUse.objects.count()) == before


@pytest.mark.django_db(transaction=True)
def test_removal_waits_for_lines_that_are_being_written(cast: Cast, grant: Grant) -> None:
    """A line that nobody sees yet keeps its grant: the removal waits for it, and is refused then."""
    found: list[object] = []
    address = connection.get_connection_params() | {"cursor_factory": None}

    def remove() -> None:
        with psycopg.connect(**address) as other:
            backend.append(other.info.backend_pid)
            ready.set()
            try:
                other.execute("DELETE FROM sharing_grant WHERE id = %s", [grant.pk])
            except psycopg.errors.ForeignKeyViolation as error:
                found.append(error)

    backend: list[int] = []
    ready = threading.Event()
    thread = threading.Thread(target=remove)
    with transaction.atomic():
        tell(cast.actor("holder"), grant, version_of(grant))
        thread.start()
        ready.wait()
        waits = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"
        with connection.cursor() as cursor:
            while thread.is_alive():
                cursor.execute(waits, backend)
                if cursor.fetchone() == (1,):
                    break
        assert thread.is_alive()
    thread.join()
    assert len(found) == 1
    assert Grant.objects.filter(pk=grant.pk).exists()
