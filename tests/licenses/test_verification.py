"""What the public is told: the present state, never more than the type opens, never valid for a changed record."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from licenses.models import License, LicenseType, Verification
from licenses.seals.public_ids import ALPHABET
from licenses.services import (
    cancel_license,
    change_license,
    resume_license,
    revoke_license,
    revoke_license_as_penalty,
    verification,
    verify_by_name,
    verify_code,
    withhold_license,
)
from licenses.services.limits import LIMITS
from licenses.services.verification import Outcome, Result
from portal.kernel.actors import VISITOR, Actor
from portal.kernel.errors import TooManyRequests
from tests.factories import licenses as make

BASIS = "示例条例第十条"


def _code(license_: License, version: int = 1) -> str:
    return license_.versions.get(version=version).public_id


def _verify(license_: License, version: int = 1) -> Result:
    return verify_code(VISITOR, code=_code(license_, version), channel="qr")


def test_valid_license_shows_a_masked_holder_and_public_fields_only(license_: License) -> None:
    result = _verify(license_)
    assert result.outcome == Outcome.VALID
    assert result.facts is not None
    assert result.facts.holder == "张**"
    assert [(field.name_zh, field.value) for field in result.facts.fields] == [
        ("执业机构", "吉林松江律师事务所"),
        ("执业证号", "1220*********0001"),
        ("执业类别", "专职律师"),
    ]


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (lambda a, o: withhold_license(a, license=o, reason="核查", basis=BASIS), Outcome.WITHHELD),
        (lambda a, o: revoke_license(a, license=o, reason="材料虚假", basis=BASIS), Outcome.REVOKED),
        (lambda a, o: revoke_license_as_penalty(a, license=o, reason="处罚", basis=BASIS), Outcome.REVOKED),
        (lambda a, o: cancel_license(a, license=o, reason="申请注销"), Outcome.CANCELLED),
    ],
)
def test_state_is_told_at_once(
    officer: Actor, license_: License, act: Callable[[Actor, License], License], outcome: Outcome
) -> None:
    act(officer, license_)
    assert _verify(license_).outcome == outcome


def test_resumed_license_is_valid_again(officer: Actor, license_: License) -> None:
    withhold_license(officer, license=license_, reason="核查", basis=BASIS)
    resume_license(officer, license=license_, reason="核查完毕")
    assert _verify(license_).outcome == Outcome.VALID


def test_replaced_paper_is_told_from_the_present_one(officer: Actor, license_: License) -> None:
    changed = change_license(officer, license=license_, reason="转所", attributes={"firm": "长春长白律师事务所"})
    assert _verify(changed, 1).outcome == Outcome.REPLACED
    assert _verify(changed, 2).outcome == Outcome.VALID


def test_term_decides_between_expired_and_not_yet(officer: Actor, lawyers: LicenseType) -> None:
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    ended = make.issued(officer, lawyers, valid_from=today - 9 * day, valid_to=today - day)
    last_day = make.issued(officer, lawyers, valid_from=today - 9 * day, valid_to=today)
    later = make.issued(officer, lawyers, valid_from=today + day)
    assert [_verify(one).outcome for one in (ended, last_day, later)] == [
        Outcome.EXPIRED,
        Outcome.VALID,
        Outcome.NOT_YET,
    ]


@pytest.mark.parametrize("place", [0, 7, 13, 25, 26, 27])
def test_any_changed_character_is_not_found(license_: License, place: int) -> None:
    code = _code(license_)
    for letter in ALPHABET:
        if letter != code[place]:
            wrong = code[:place] + letter + code[place + 1 :]
            assert verify_code(VISITOR, code=wrong, channel="qr").outcome == Outcome.NOT_FOUND


@pytest.mark.parametrize("code", ["", "x", "'; --", "Ａ" * 28, "0" * 28, "0" * 5000, "\u0000"])
def test_nonsense_is_not_found(license_: License, code: str) -> None:
    assert verify_code(VISITOR, code=code, channel="qr").outcome == Outcome.NOT_FOUND


@pytest.mark.parametrize("column", ["sealed", "digest", "signature"])
def test_one_changed_byte_of_a_record_cannot_be_confirmed(license_: License, column: str) -> None:
    make.tamper(f"UPDATE licenses_licenseversion SET {column} = set_byte({column}, 20, get_byte({column}, 20) # 1)")
    result = _verify(license_)
    assert result.outcome == Outcome.UNCONFIRMED
    assert result.facts is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE licenses_licenseversion SET valid_to = valid_to + 3650",
        "UPDATE licenses_licenseversion SET kid = 'another'",
        "UPDATE licenses_datakey SET wrapped = set_byte(wrapped, 3, get_byte(wrapped, 3) # 1)",
        "UPDATE licenses_license SET state = '04'",
        "UPDATE licenses_license SET state_since = now()",
    ],
)
def test_changed_columns_cannot_be_confirmed(license_: License, sql: str) -> None:
    make.tamper(sql)
    assert _verify(license_).outcome == Outcome.UNCONFIRMED


def test_revoked_license_set_back_to_valid_by_hand_cannot_be_confirmed(officer: Actor, license_: License) -> None:
    revoke_license(officer, license=license_, reason="材料虚假", basis=BASIS)
    make.tamper("UPDATE licenses_license SET state = '01'")
    assert _verify(license_).outcome == Outcome.UNCONFIRMED


def test_record_moved_to_another_license_cannot_be_confirmed(officer: Actor, lawyers: LicenseType) -> None:
    mine, other = make.issued(officer, lawyers), make.issued(officer, lawyers, holder_name="李四")
    source = mine.versions.get()
    make.tamper(
        "UPDATE licenses_licenseversion SET sealed = %s, digest = %s, signature = %s WHERE license_id = %s",
        bytes(source.sealed), bytes(source.digest), bytes(source.signature), other.pk,
    )  # fmt: skip
    assert _verify(other).outcome == Outcome.UNCONFIRMED


@pytest.mark.parametrize("name", ["张秀兰", " 张秀兰 ", "张 秀 兰"])
def test_identifier_and_name_together_verify(license_: License, name: str) -> None:
    result = verify_by_name(VISITOR, text=license_.identifier.lower(), holder_name=name, channel="page")
    assert result.outcome == Outcome.VALID


def test_typed_code_may_be_grouped_and_in_small_letters(license_: License) -> None:
    code = _code(license_).lower()
    typed = f"{code[:7]}-{code[7:14]} {code[14:]}"
    assert verify_by_name(VISITOR, text=typed, holder_name="张秀兰", channel="page").outcome == Outcome.VALID


@pytest.mark.parametrize("name", ["", "张三", "张秀", "张**"])
def test_wrong_name_is_not_found(license_: License, name: str) -> None:
    result = verify_by_name(VISITOR, text=license_.identifier, holder_name=name, channel="page")
    assert result == Result(outcome=Outcome.NOT_FOUND, facts=None, checked_at=result.checked_at)


def test_damaged_record_asked_by_name_cannot_be_confirmed(license_: License) -> None:
    make.tamper("UPDATE licenses_licenseversion SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)")
    found = verify_by_name(VISITOR, text=license_.identifier, holder_name="张秀兰", channel="page")
    assert found.outcome == Outcome.UNCONFIRMED
    other = verify_by_name(VISITOR, text=license_.identifier, holder_name="李四", channel="page")
    assert other.outcome == Outcome.NOT_FOUND


def test_log_holds_way_and_result_and_no_values(license_: License) -> None:
    _verify(license_)
    verify_code(VISITOR, code="0" * 28, channel="qr")
    seen = list(Verification.objects.order_by("id").values_list("version__license", "channel", "result"))
    assert seen == [(license_.pk, "qr", "valid"), (None, "qr", "not_found")]
    assert {field.name for field in Verification._meta.fields} == {
        "id", "version", "channel", "result", "department_id", "at",
    }  # fmt: skip


STEPS = ("open_record", "standing_holds", "_facts", "_outcome", "_is_named")


def _steps(ask: Callable[[], Result]) -> tuple[list[str], list[str]]:
    """List the steps one verification takes and the shapes of its queries."""
    taken: list[str] = []
    patches = []
    for step in STEPS:
        original = getattr(verification, step)

        def traced(
            *args: object, _step: str = step, _original: Callable[..., object] = original, **kw: object
        ) -> object:
            taken.append(_step)
            return _original(*args, **kw)

        patches.append(patch.object(verification, step, traced))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for one in patches:
            one.start()
        ask()
        for one in patches:
            one.stop()
    return taken, [query["sql"].split(" FROM ")[0].split("VALUES")[0] for query in queries]


def test_existing_and_missing_codes_take_the_same_steps(license_: License) -> None:
    _verify(license_)
    code = _code(license_)
    found = _steps(lambda: verify_code(VISITOR, code=code, channel="qr"))
    missing = _steps(lambda: verify_code(VISITOR, code=code[:-1] + "!", channel="qr"))
    assert found == missing
    assert set(found[0]) == set(STEPS)


def test_right_and_wrong_names_take_the_same_steps(license_: License) -> None:
    ask = [
        (license_.identifier, "张秀兰"), (license_.identifier, "李四"), ("1.2.156.3005.2.X", "张秀兰"), ("", ""),
    ]  # fmt: skip
    steps = [
        _steps(partial(verify_by_name, VISITOR, text=text, holder_name=name, channel="page")) for text, name in ask
    ]
    assert all(one == steps[0] for one in steps)


def test_too_many_tries_are_told_to_wait(license_: License) -> None:
    def ask_often() -> None:
        for _ in range(LIMITS["name"] * 2 + 1):
            verify_by_name(VISITOR, text=license_.identifier, holder_name="李四", channel="page")

    with pytest.raises(TooManyRequests) as caught:
        ask_often()
    assert 0 < int(str(caught.value.details["retry_after"])) <= 60
