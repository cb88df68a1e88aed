"""Two at once: one wins, the other is told, and nothing happens twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from catalog.services import load_standard_classes
from portal.audit.models import Entry
from portal.kernel.errors import DomainError
from sharing import services
from sharing.models import Grant, Request
from tests.cast import build_cast
from tests.factories import sharing as made

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[str]:
    """Run the acts at the same moment, each on a connection of its own; say how each ended."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        gate.wait()
        try:
            act()
        except DomainError as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_of_two_approvers_at_once_one_wins() -> None:
    load_standard_classes()
    cast = build_cast()
    request = made.request_in(cast, "with_provider", made.resource(cast))
    steward, head = cast.actor("steward"), cast.actor("office_head")
    ends = together(
        lambda: services.approve(steward, request=request),
        lambda: services.refuse(head, request=request, reason="不同意"),
    )
    assert ends == ["done", "transition_refused"]
    acts = Entry.objects.filter(
        object_type="sharing.request", action__in=("sharing.request.approve", "sharing.request.refuse"), outcome="done"
    )
    assert acts.count() == 1


def test_two_workers_open_one_grant() -> None:
    load_standard_classes()
    cast = build_cast()
    request = made.request_in(cast, "approved", made.resource(cast))
    ends = together(*(lambda: services.open_grant(made.SYSTEM, request=Request.objects.get(pk=request.pk)),) * 2)
    assert ends == ["done", "done"]
    assert Grant.objects.count() == 1
    assert Entry.objects.filter(action="sharing.request.open", outcome="done").count() == 1
