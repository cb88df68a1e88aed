"""Issue, change and renewal make signed versions that nobody can alter."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from licenses.models import DataKey, License, LicenseType, LicenseVersion, State
from licenses.seals.keyring import keyring
from licenses.seals.records import open_record
from licenses.services import (
    cancel_license,
    change_license,
    issue_license,
    renew_license,
    resume_license,
    retire_type,
    withhold_license,
)
from licenses.services.issuing import months_later
from portal.accounts.models import Department
from portal.audit.models import Entry
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed, ReasonMissing, TransitionRefused
from portal.kernel.identifiers import parse_license_identifier
from tests.factories import licenses as make


def _record(license_: License) -> dict[str, object]:
    version = license_.versions.get(version=license_.version)
    opened = open_record(
        keyring(), version.stored, identifier=version.identifier, wrapped_key=bytes(version.data_key.wrapped)
    )
    assert opened.record is not None
    assert opened.is_whole
    return opened.record.content()


def test_issued_license_has_a_valid_identifier_and_term(license_: License, lawyers: LicenseType) -> None:
    parts = parse_license_identifier(license_.identifier)
    assert (parts.type_code, parts.issuer, parts.version) == (lawyers.code, license_.issuer.uscc, 1)
    assert parts.serial == f"{timezone.localdate().year}000001"
    assert license_.state == State.VALID
    assert license_.valid_to == months_later(timezone.localdate(), 36)
    assert _record(license_)["holder_name"] == "张秀兰"


def test_serials_run_on(officer: Actor, lawyers: LicenseType) -> None:
    first, second = make.issued(officer, lawyers), make.issued(officer, lawyers)
    assert int(second.serial) == int(first.serial) + 1


def test_nothing_of_the_holder_is_stored_in_the_clear(license_: License) -> None:
    code = _record(license_)["holder_code"]
    with connection.cursor() as cursor:
        dumped = ""
        for table in ("licenses_license", "licenses_licenseversion", "audit_entry"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            dumped += cursor.fetchone()[0]
    assert str(code) not in dumped
    assert "张秀兰" not in dumped
    assert "12201202610000001" not in dumped
    assert "张**" in dumped


def test_one_data_key_serves_an_issuer_for_a_month(officer: Actor, lawyers: LicenseType) -> None:
    make.issued(officer, lawyers)
    make.issued(officer, lawyers)
    assert DataKey.objects.count() == 1


@pytest.mark.parametrize(
    "sql", ["UPDATE licenses_licenseversion SET reason = 'x'", "DELETE FROM licenses_licenseversion"]
)
def test_versions_are_append_only(license_: License, sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_change_makes_the_next_version_and_keeps_the_first(officer: Actor, license_: License) -> None:
    before = license_.identifier
    changed = change_license(officer, license=license_, reason="转所", attributes={"firm": "长春长白律师事务所"})
    assert changed.version == 2
    assert changed.identifier != before
    assert parse_license_identifier(changed.identifier).version == 2
    assert _record(changed)["attributes"] == {**make.VALUES, "firm": "长春长白律师事务所"}
    latest = changed.versions.get(version=2)
    assert latest.previous is not None
    assert latest.previous.identifier == before
    assert changed.valid_to == license_.valid_to


def test_renewal_continues_where_the_term_ended(officer: Actor, license_: License) -> None:
    assert license_.valid_to is not None
    renewed = renew_license(officer, license=license_, reason="期满延续")
    assert renewed.valid_from == license_.valid_to + datetime.timedelta(days=1)
    assert renewed.valid_to == months_later(renewed.valid_from, 36)
    assert renewed.versions.get(version=2).cause == LicenseVersion.Cause.RENEW


def test_license_without_an_end_is_not_renewed(officer: Actor, justice: Department) -> None:
    type_ = make.license_type(officer, justice, validity_months=None)
    license_ = make.issued(officer, type_)
    assert license_.valid_to is None
    with pytest.raises(Conflict) as caught:
        renew_license(officer, license=license_, reason="续")
    assert caught.value.code == "no_end"


def test_change_needs_a_reason(officer: Actor, license_: License) -> None:
    with pytest.raises(ReasonMissing):
        change_license(officer, license=license_, reason=" ", attributes={})
    assert license_.versions.count() == 1


def test_cancelled_license_is_not_changed(officer: Actor, license_: License) -> None:
    cancel_license(officer, license=license_, reason="持证人申请注销")
    with pytest.raises(TransitionRefused):
        change_license(officer, license=license_, reason="转所", attributes={"firm": "某所"})
    assert license_.versions.count() == 1


def test_wrong_holder_and_fields_are_all_named(officer: Actor, lawyers: LicenseType) -> None:
    with pytest.raises(Invalid) as caught:
        make.issued(officer, lawyers, holder_code="220102199001010011")
    assert set(caught.value.fields) == {"holder_code"}
    with pytest.raises(Invalid) as caught:
        make.issued(officer, lawyers, attributes={"kind": "x", "first_admitted": "昨天", "what": "1"})
    assert set(caught.value.fields) == {"firm", "practice_number", "kind", "first_admitted", "what"}


def test_holder_of_another_kind_is_refused(officer: Actor, lawyers: LicenseType) -> None:
    with pytest.raises(Invalid) as caught:
        make.issued(officer, lawyers, holder_code_type="001", holder_code="91220101MA9990000L")
    assert set(caught.value.fields) == {"holder_code_type"}


def test_number_is_unique_within_a_type_and_issuer(officer: Actor, lawyers: LicenseType) -> None:
    make.issued(officer, lawyers, number="JL-1")
    with pytest.raises(Conflict) as caught:
        make.issued(officer, lawyers, number="jl-1")
    assert caught.value.code == "number_taken"


def test_draft_and_retired_types_issue_nothing(officer: Actor, justice: Department, lawyers: LicenseType) -> None:
    draft = make.license_type(officer, justice, publish=False)
    with pytest.raises(NotAllowed):
        make.issued(officer, draft)
    retired = retire_type(officer, type=lawyers, reason="停用")
    with pytest.raises(NotAllowed):
        make.issued(officer, retired)
    refused = Entry.objects.filter(action="licenses.license.issue", outcome="refused")
    assert refused.count() == 2


def test_only_named_issuers_issue(officer: Actor, justice: Department) -> None:
    city = make.department("长春市司法局")
    type_ = make.license_type(officer, justice, issuers=[city])
    license_ = make.issued(make.license_officer(city), type_)
    assert license_.issuer == city
    with pytest.raises(NotAllowed):
        make.issued(officer, type_)


def test_single_instance_allows_one_standing_license(officer: Actor, justice: Department) -> None:
    type_ = make.license_type(officer, justice, single_instance=True)
    code = make.identity_number(7)
    first = make.issued(officer, type_, holder_code=code)
    with pytest.raises(Conflict) as caught:
        make.issued(officer, type_, holder_code=code)
    assert caught.value.code == "single_instance"
    assert first.identifier in str(caught.value)
    assert License.objects.filter(type=type_).count() == 1
    cancel_license(officer, license=first, reason="换发")
    assert make.issued(officer, type_, holder_code=code).state == State.VALID


def test_withheld_license_still_counts_as_standing(officer: Actor, justice: Department) -> None:
    type_ = make.license_type(officer, justice, single_instance=True)
    code = make.identity_number(8)
    first = make.issued(officer, type_, holder_code=code)
    withhold_license(officer, license=first, reason="核查", basis="示例条例第一条")
    with pytest.raises(Conflict):
        make.issued(officer, type_, holder_code=code)
    assert resume_license(officer, license=first, reason="核查完毕").state == State.VALID


def test_lapsed_license_does_not_block_a_new_one(officer: Actor, justice: Department) -> None:
    type_ = make.license_type(officer, justice, single_instance=True)
    code, today = make.identity_number(9), timezone.localdate()
    old = make.issued(
        officer, type_, holder_code=code, valid_from=today - datetime.timedelta(days=30),
        valid_to=today - datetime.timedelta(days=1),
    )  # fmt: skip
    assert old.standing_state == "05"
    assert make.issued(officer, type_, holder_code=code).state == State.VALID


def test_record_of_a_damaged_license_is_not_continued(officer: Actor, license_: License) -> None:
    make.tamper("UPDATE licenses_licenseversion SET digest = decode(repeat('00', 32), 'hex')")
    with pytest.raises(Conflict) as caught:
        change_license(officer, license=license_, reason="转所", attributes={})
    assert caught.value.code == "damaged"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-11-22", 12, "2027-11-21"),
        ("2026-01-31", 1, "2026-02-27"),
        ("2024-02-29", 12, "2025-02-27"),
        ("2026-12-01", 1, "2026-12-31"),
        ("2026-06-15", 36, "2029-06-14"),
    ],
)
def test_term_ends_the_day_before(start: str, months: int, end: str) -> None:
    assert months_later(datetime.date.fromisoformat(start), months).isoformat() == end


def test_type_version_stays_what_it_was_when_issued(officer: Actor, license_: License, lawyers: LicenseType) -> None:
    version = license_.versions.get()
    assert version.type_version.version == 1
    assert issue_license.__doc__


def test_renewal_that_meets_a_newer_license_of_the_holder_is_refused(officer: Actor, justice: Department) -> None:
    type_ = make.license_type(officer, justice, single_instance=True)
    code, today = make.identity_number(10), timezone.localdate()
    old = make.issued(
        officer,
        type_,
        holder_code=code,
        valid_from=today - datetime.timedelta(days=30),
        valid_to=today - datetime.timedelta(days=1),
    )
    new = make.issued(officer, type_, holder_code=code)
    with pytest.raises(Conflict) as caught:
        renew_license(officer, license=old, reason="续期")
    assert caught.value.code == "single_instance"
    assert new.identifier in str(caught.value)
    old.refresh_from_db()
    assert old.version == 1
