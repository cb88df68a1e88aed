"""Confirmed errors: they lower accuracy until a version mends them."""

import pytest

from catalog.models import QualityTicket, Resource
from catalog.services import quality as services
from portal.kernel.errors import NotAllowed
from portal.workflow.deadlines import open_deadline
from tests.cast import Cast
from tests.catalog.quality.handing import GOOD, MACHINE, hand_in, result
from tests.factories.uploads import version_of

pytestmark = pytest.mark.django_db


def test_confirmed_error_lowers_accuracy_until_a_version_mends_it(cast: Cast, resource: Resource) -> None:
    version = version_of(hand_in(cast, resource, GOOD))
    noted = services.note_correction(MACHINE, version=version, source="sharing", reference="JC-1", rows=5)
    again = services.note_correction(MACHINE, version=version, source="sharing", reference="JC-1", rows=5)
    assert noted == again
    ticket = QualityTicket.objects.get(cause="correction")
    clock = open_deadline(ticket)
    assert clock is not None
    assert (clock.kind, clock.working_days) == ("catalog.correction", 10)
    assert result(services.check_version(MACHINE, version_id=version.pk), "corrections").failed == 5
    services.move_ticket(cast.actor("steward"), ticket=ticket, verb="mend", reason="已更正")
    mended = version_of(hand_in(cast, resource, GOOD))
    noted.refresh_from_db()
    ticket.refresh_from_db()
    assert (noted.mended_in, ticket.state) == (mended, "closed")


def test_visitors_note_no_corrections(cast: Cast, resource: Resource) -> None:
    version = version_of(hand_in(cast, resource, GOOD))
    with pytest.raises(NotAllowed):
        services.note_correction(cast.actor("visitor"), version=version, source="sharing", reference="JC-2")
