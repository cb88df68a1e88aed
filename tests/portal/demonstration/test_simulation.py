"""Simulated things keep every rule of the tables, say that they are synthetic, and grow to the number asked for."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.gate import release
from catalog.models import Resource, Version
from licenses.models import License, LicenseVersion
from licenses.seals.keyring import keyring
from licenses.seals.records import open_record, standing_holds
from opening.models import Publication
from opening.services import load_data_licenses
from opening.services.warrants import warrant_for
from portal.accounts.models import Department
from portal.demonstration.loading import licenses, people
from portal.demonstration.loading.cast import Cast
from portal.demonstration.simulation.making import chance
from portal.kernel.actors import VISITOR
from portal.kernel.identifiers import is_uscc

pytestmark = pytest.mark.django_db


def _simulate(**numbers: int) -> str:
    out = StringIO()
    call_command("simulate_province", stdout=out, **numbers)
    return out.getvalue()


def _quiet(line: str) -> None:
    """Take a line of progress and say nothing."""


@pytest.fixture
def ground(tmp_path: Path) -> None:
    people.load_departments(_quiet)
    people.load_people(people.write_accounts(tmp_path / "accounts.json"), _quiet)
    load_data_licenses()


def test_resources_are_found_and_most_are_open(ground: None) -> None:
    _simulate(departments=5, resources=40)
    made = Resource.objects.filter(code__contains="/S")
    assert made.count() == 40
    assert Publication.objects.count() == made.filter(state="published").count() > 20
    assert all("模拟" in title for title in made.values_list("title_zh", flat=True))
    assert all(
        is_uscc(code) for code in Department.objects.filter(slug__startswith="sim-").values_list("uscc", flat=True)
    )


def test_a_second_run_goes_on_at_the_next_number(ground: None) -> None:
    _simulate(departments=3, resources=10)
    first = list(Resource.objects.order_by("code").values_list("code", "title_zh"))
    _simulate(departments=3, resources=15)
    assert list(Resource.objects.order_by("code").values_list("code", "title_zh"))[:10] == first
    assert Resource.objects.count() == 15
    assert _simulate(departments=3, resources=15) == "Done.\n"


def test_the_same_seed_makes_the_same_thing() -> None:
    assert (
        chance(7, "resource", 12).random() == chance(7, "resource", 12).random() != chance(8, "resource", 12).random()
    )


def test_rows_leave_through_the_gate(ground: None) -> None:
    _simulate(departments=2, resources=10, records=2500)
    edition = Publication.objects.exclude(resource__current_version=None).first()
    assert edition is not None
    text = b"".join(release(VISITOR, warrant_for(edition)).stream("csv").chunks).decode("utf-8-sig")
    assert text.splitlines()[:2] == ["code,name,area_code,amount", text.splitlines()[1]]
    assert text.splitlines()[1].startswith("000000000001,模拟记录1,")
    assert sum(Version.objects.values_list("row_count", flat=True)) >= 2500


def test_licenses_are_sealed_signed_and_stamped(ground: None) -> None:
    licenses.load_types(Cast(), _quiet)
    _simulate(licenses=25)
    assert License.objects.count() == 25
    for version in LicenseVersion.objects.select_related("license", "data_key"):
        opened = open_record(
            keyring(), version.stored, identifier=version.identifier, wrapped_key=bytes(version.data_key.wrapped)
        )
        assert opened.is_whole
        assert opened.record is not None
        assert is_uscc(opened.record.holder_code)
        assert standing_holds(keyring(), version.license.standing(), bytes(version.license.state_stamp))


def test_licenses_need_a_type(ground: None) -> None:
    with pytest.raises(CommandError, match="load the demonstration first"):
        _simulate(licenses=1)
