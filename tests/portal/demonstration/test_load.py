"""Loading the demonstration: everything arrives through the services, once."""

import json
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from catalog.models import Resource, ServingChoice, SourceRun
from licenses.models import License, LicenseType
from opening.models import Publication
from portal.accounts.models import Department, Region, User
from portal.audit.models import Entry
from portal.demonstration import services
from portal.demonstration.records import records
from sharing.models import Correction, Grant, Request

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def _quiet(line: str) -> None:
    """Take a line of progress and say nothing."""


@pytest.fixture(scope="module")
def province(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Load once for the whole file, in a transaction that is rolled back at its end."""
    path = tmp_path_factory.mktemp("province") / "demo-accounts.json"
    whole = transaction.atomic()
    # As Django's own test cases mark theirs: what must be durable in a running portal is not within one.
    whole._from_testcase = True  # type: ignore[attr-defined]  # not in the stubs
    with django_db_blocker.unblock(), whole:
        services.load(_quiet, path)
        yield path
        transaction.set_rollback(True)


@pytest.fixture
def loaded(province: Path, db: None) -> Path:
    return province


def test_the_whole_province_arrives(loaded: Path) -> None:
    assert Region.objects.count() == 72
    assert Department.objects.count() == 45
    assert User.objects.count() == 64
    assert Resource.objects.count() == 21
    assert Publication.objects.filter(state="published").count() == 12
    assert Request.objects.count() == 15
    assert LicenseType.objects.filter(state="published").count() == 10
    assert License.objects.count() == 37


def test_one_correction_is_answered_and_one_is_being_verified(loaded: Path) -> None:
    done, waiting = Correction.objects.order_by("pk")
    assert (done.state, waiting.state) == ("corrected", "verifying")
    assert {line.outcome for line in done.lines.all()} == {"expected"}
    assert done.corrected_in == done.resource.current_version
    assert [receipt.grant.grantee.slug for receipt in done.receipts.all()] == ["jilin-jiaotong"]


def test_one_resource_is_fetched_from_a_folder(loaded: Path) -> None:
    run = SourceRun.objects.get()
    assert run.upload is not None
    assert run.upload.version is not None
    assert (run.state, run.name, run.upload.version.row_count) == ("succeeded", "jilin_streets.csv", 1075)
    assert run.source.resource.current_version == run.upload.version
    assert list(run.source.mark) == ["jilin_streets.csv"]


def test_the_streets_are_found_by_county_and_by_a_part_of_their_name(loaded: Path) -> None:
    choice = ServingChoice.objects.get(resource__publications__name="jilin-streets")
    items = dict(choice.resource.items.values_list("code", "column_id"))
    assert (choice.columns, choice.searched) == ([items["areaCode"]], [items["name"]])


def test_real_tables_have_all_their_rows(loaded: Path) -> None:
    rows = dict(Resource.objects.values_list("title_zh", "current_version__row_count"))
    assert rows["吉林省行政区划代码"] == 70
    assert rows["吉林省街道乡镇名录"] == 1_075
    assert rows["吉林省村居名录"] == 11_860


def test_things_stand_in_every_state(loaded: Path) -> None:
    assert set(Resource.objects.values_list("state", flat=True)) >= {
        "draft",
        "submitted",
        "in_review",
        "returned",
        "published",
    }
    assert set(Request.objects.values_list("state", flat=True)) == {
        "draft",
        "consent_pending",
        "with_provider",
        "returned",
        "approved",
        "delivered",
        "refused",
        "withdrawn",
    }
    assert set(Grant.objects.values_list("state", flat=True)) == {"active", "suspended", "expired"}
    assert set(License.objects.values_list("state", flat=True)) == {"01", "02", "03", "04", "07"}


def test_loading_again_changes_nothing(loaded: Path) -> None:
    before = (Entry.objects.count(), loaded.read_bytes())
    services.load(_quiet, loaded)
    assert (Entry.objects.count(), loaded.read_bytes()) == before


def test_acts_are_recorded_under_the_persons_whose_duty_they_are(loaded: Path) -> None:
    by_action = dict(Entry.objects.filter(action="catalog.publish").values_list("action", "actor_name"))
    assert by_action["catalog.publish"] in {p["name"] for p in records("people") if "coordinator" in p["duties"]}
    assert Entry.objects.filter(action="catalog.submit").exclude(actor_name="demonstration").count() == 20


def test_accounts_are_private_and_open_the_door(loaded: Path) -> None:
    assert stat.S_IMODE(loaded.stat().st_mode) == 0o600
    listed = json.loads(loaded.read_text(encoding="utf-8"))
    assert {tuple(sorted(account)) for account in listed} == {("department", "duty", "name", "password", "username")}
    officer = next(account for account in listed if account["username"] == "minzheng.officer")
    assert User.objects.get(username="minzheng.officer").check_password(officer["password"])


def test_a_lost_file_of_accounts_is_made_anew_with_new_passwords(loaded: Path) -> None:
    old = services.accounts_file(loaded)
    kept = loaded.read_bytes()
    loaded.unlink()
    new = services.accounts_file(loaded)
    loaded.write_bytes(kept)
    assert old["sjj.audit"] != new["sjj.audit"]
    assert User.objects.get(username="sjj.audit").check_password(new["sjj.audit"])


def test_the_command_says_where_the_accounts_lie(loaded: Path, settings: Any) -> None:
    settings.DATA_DIR = loaded.parent
    out = StringIO()
    call_command("load_demonstration", stdout=out)
    assert out.getvalue().endswith(f"The accounts lie in {loaded}\n")
