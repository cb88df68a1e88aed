"""The pages of licenses: officers define, issue and act; everybody verifies; strangers see nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from licenses.models import License, LicenseType, State
from licenses.services import revoke_license
from portal.accounts.models import Department, User
from portal.kernel.actors import Actor, Duty
from tests.factories import licenses as make


def _signed_in(user_id: int | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=user_id or 0), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def desk(officer: Actor) -> Client:
    """A browser in which the license officer is signed in."""
    return _signed_in(officer.user_id)


@pytest.fixture
def public(db: None) -> Client:
    """A browser in which nobody is signed in."""
    return Client(headers={"accept-language": "en"})


def _h1(html: str) -> str:
    found = re.findall(r"<h1.*?</h1>", html, re.DOTALL)
    assert len(found) == 1
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


TYPE_FORM: dict[str, Any] = {
    "number": "001", "name_zh": "食品经营许可证", "name_en": "Food Trading Permit", "legal_basis": "示例依据",
    "holder_kind": "organization", "holder_code_types": ["001"], "validity_months": "60", "renew_window_days": "90",
    "look": "permit", "single_instance": "on",
    "fields-TOTAL_FORMS": "2", "fields-INITIAL_FORMS": "0",
    "fields-0-name_zh": "经营场所", "fields-0-name_en": "Place of Business", "fields-0-kind": "text",
    "fields-0-required": "on", "fields-0-exposure": "shown",
    "fields-1-name_zh": "主体业态", "fields-1-kind": "choice", "fields-1-choices": "食品销售；餐饮服务",
    "fields-1-exposure": "masked",
}  # fmt: skip


def test_officer_defines_publishes_issues_and_revokes_and_the_public_sees_it(
    desk: Client, public: Client, justice: Department
) -> None:
    made = desk.post(reverse("licenses:define_type"), TYPE_FORM | {"department": justice.pk})
    code = f"{justice.uscc}001"
    assert made["Location"] == reverse("licenses:type", args=[code])
    type_ = LicenseType.objects.get(code=code)
    assert [field["key"] for field in type_.fields] == ["place_of_business", "field_2"]
    assert 'data-state="draft"' in desk.get(made["Location"]).content.decode()
    desk.post(reverse("licenses:publish_type", args=[code]))
    page = desk.get(reverse("licenses:issue", args=[code])).content.decode()
    assert _h1(page) == "Issue: Food Trading Permit"
    issued = desk.post(
        reverse("licenses:issue", args=[code]),
        {
            "issuer": justice.pk, "holder_name": "长春松花食品有限公司", "holder_code_type": "001",
            "holder_code": "91220101MA9990000L", "valid_from": timezone.localdate().isoformat(),
            "value_place_of_business": "长春市南关区人民大街1号", "value_field_2": "餐饮服务",
        },
    )  # fmt: skip
    license_ = License.objects.get()
    assert issued["Location"] == reverse("licenses:license", args=[license_.identifier])
    shown = desk.get(issued["Location"]).content.decode()
    assert "长春松花食品有限公司" in shown
    assert 'data-state="01"' in shown
    assert f'data-number="{license_.identifier}"' in shown
    pdf = desk.get(reverse("licenses:print_pdf", args=[license_.identifier]))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    verify = f"/p/{license_.versions.get().public_id}"
    before = public.get(verify).content.decode()
    assert 'data-state="valid"' in before
    assert "长春****有限公司" in before
    assert "91220101MA9990000L" not in before
    act = reverse("licenses:act", args=[license_.identifier, "revoke"])
    assert desk.post(act, {"reason": "材料虚假", "basis": "示例条例第十条"}).status_code == 302
    assert 'data-state="revoked"' in public.get(verify).content.decode()
    assert public.get(verify[:-1] + ("0" if verify[-1] != "0" else "1")).status_code == 404


def test_rows_can_be_added_without_script_and_nothing_is_complained_of(desk: Client, justice: Department) -> None:
    answer = desk.post(reverse("licenses:define_type"), TYPE_FORM | {"add_row": "1", "name_zh": ""})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="fields-2-name_zh"' in html
    assert "There is a problem" not in html
    for odd in ("", "x", "9" * 5000, "-1"):
        sent = TYPE_FORM | {"add_row": "1", "fields-TOTAL_FORMS": odd}
        assert desk.post(reverse("licenses:define_type"), sent).status_code == 200
    assert not LicenseType.objects.exists()


def test_wrong_type_is_explained_by_field(desk: Client, justice: Department) -> None:
    wrong = TYPE_FORM | {"department": justice.pk, "holder_code_types": ["111"], "number": "1", "fields-1-choices": ""}
    answer = desk.post(reverse("licenses:define_type"), wrong)
    assert answer.status_code == 400
    assert "three digits" in answer.content.decode().lower() or "valid value" in answer.content.decode()
    again = desk.post(reverse("licenses:define_type"), wrong | {"number": "002"})
    assert again.status_code == 400
    assert "choice without values" in again.content.decode()
    taken = TYPE_FORM | {"department": justice.pk}
    desk.post(reverse("licenses:define_type"), taken)
    assert "is taken" in desk.post(reverse("licenses:define_type"), taken).content.decode()


def test_published_type_changes_into_its_next_version(desk: Client, lawyers: LicenseType) -> None:
    url = reverse("licenses:change_type", args=[lawyers.code])
    page = desk.get(url).content.decode()
    assert 'value="律师执业证"' in page
    assert 'name="number"' not in page
    form = {name: value for name, value in TYPE_FORM.items() if name != "number"}
    assert desk.post(url, form).status_code == 302
    desk.post(reverse("licenses:publish_type", args=[lawyers.code]))
    lawyers.refresh_from_db()
    assert lawyers.version == 2
    assert lawyers.versions.get(version=1).content["name_zh"] == "律师执业证"


def test_list_finds_by_identifier_holder_code_number_type_and_state(
    desk: Client, officer: Actor, lawyers: LicenseType
) -> None:
    code = make.identity_number(77)
    wanted = make.issued(officer, lawyers, holder_code=code, number="JL-77")
    make.issued(officer, lawyers)
    url = reverse("licenses:licenses")
    for q in (wanted.identifier, wanted.identifier[:62], wanted.serial, code, code.lower(), "jl-77"):
        html = desk.get(url, {"q": q}).content.decode()
        assert wanted.identifier in html, q
    assert "1 license" in desk.get(url, {"q": code}).content.decode()
    assert "0 licenses" in desk.get(url, {"q": make.identity_number(78)}).content.decode()
    assert "2 licenses" in desk.get(url, {"type": lawyers.code, "state": "01"}).content.decode()
    assert "0 licenses" in desk.get(url, {"state": "05"}).content.decode()
    assert desk.get(url, {"state": "zz"}).status_code == 400


def test_act_without_reason_or_basis_is_explained_on_the_page(desk: Client, license_: License) -> None:
    act = reverse("licenses:act", args=[license_.identifier, "revoke"])
    answer = desk.post(act, {"reason": "材料虚假", "basis": ""})
    assert answer.status_code == 400
    assert "Name the legal basis" in answer.content.decode()
    answer = desk.post(act, {"reason": "", "basis": "示例条例第十条"})
    assert answer.status_code == 400
    assert "required" in answer.content.decode()
    license_.refresh_from_db()
    assert license_.state == State.VALID
    assert desk.post(reverse("licenses:act", args=[license_.identifier, "explode"])).status_code == 404


def test_change_and_renewal_by_form(desk: Client, license_: License) -> None:
    change = reverse("licenses:change", args=[license_.identifier])
    page = desk.get(change).content.decode()
    assert "吉林松江律师事务所" in page
    values = {f"value_{key}": value for key, value in make.VALUES.items()}
    form = values | {
        "holder_name": "张秀兰",
        "reason": "转所",
        "value_firm": "长春长白律师事务所",
        "value_first_admitted": "",
    }
    changed = desk.post(change, form)
    license_.refresh_from_db()
    assert changed["Location"] == reverse("licenses:license", args=[license_.identifier])
    shown = desk.get(changed["Location"]).content.decode()
    assert "长春长白律师事务所" in shown
    assert "1 Mar 2020" not in shown
    renew = reverse("licenses:renew", args=[license_.identifier])
    assert _h1(desk.get(renew).content.decode()).startswith("Renew")
    start = license_.valid_to
    assert start is not None
    assert desk.post(renew, {"valid_from": start.isoformat(), "reason": "期满延续"}).status_code == 302
    license_.refresh_from_db()
    assert license_.version == 3


def test_earlier_identifier_still_leads_to_the_license(desk: Client, license_: License) -> None:
    before = license_.identifier
    form = {f"value_{key}": value for key, value in make.VALUES.items()} | {"holder_name": "张秀兰", "reason": "更正"}
    desk.post(reverse("licenses:change", args=[before]), form)
    license_.refresh_from_db()
    html = desk.get(reverse("licenses:license", args=[before])).content.decode()
    assert f'data-number="{license_.identifier}"' in html


def test_auditor_reads_without_values_and_strangers_get_404(justice: Department, license_: License) -> None:
    url = reverse("licenses:license", args=[license_.identifier])
    auditor = make.actor(Duty.AUDIT_ADMIN, justice)
    html = _signed_in(auditor.user_id).get(url).content.decode()
    assert "张**" in html
    assert "张秀兰" not in html
    assert "Revoke" not in html.split("Your decision")[0].split("<main")[1].split("What happened")[0]
    other = make.license_officer(make.department("长春市司法局"))
    assert _signed_in(other.user_id).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    coordinator = make.actor(Duty.COORDINATOR, justice)
    reader = _signed_in(coordinator.user_id)
    assert reader.get(url).status_code == 404
    assert reader.get(reverse("licenses:type", args=[license_.type.code])).status_code == 200


def test_verify_form_tells_the_state_and_never_repeats_what_was_entered(public: Client, license_: License) -> None:
    page = public.get("/verify/")
    assert _h1(page.content.decode()) == "Verify a license"
    answer = public.post("/verify/", {"text": license_.identifier, "holder_name": "张秀兰"})
    html = answer.content.decode()
    assert 'data-state="valid"' in html
    assert "张秀兰" not in html
    assert "no-store" in answer["Cache-Control"]
    wrong = public.post("/verify/", {"text": license_.identifier, "holder_name": "李四"})
    assert 'data-state="not_found"' in wrong.content.decode()
    assert public.post("/verify/", {"text": "", "holder_name": ""}).status_code == 400


def test_damaged_record_is_never_shown_as_valid(public: Client, license_: License) -> None:
    make.tamper("UPDATE licenses_licenseversion SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)")
    html = public.get(f"/p/{license_.versions.get().public_id}").content.decode()
    assert 'data-state="unconfirmed"' in html
    assert 'data-state="valid"' not in html
    assert "吉林松江" not in html


def test_penalty_is_said_as_such(public: Client, officer: Actor, license_: License) -> None:
    revoke_license(officer, license=license_, reason="材料虚假", basis="示例条例第十条")
    assert "granted unlawfully" in public.get(f"/p/{license_.versions.get().public_id}").content.decode()


def test_too_many_names_answer_429_with_retry_after(public: Client, license_: License) -> None:
    for _ in range(70):
        answer = public.post("/verify/", {"text": license_.identifier, "holder_name": "李四"})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60


def test_type_metadata_is_public_for_published_versions_only(public: Client, lawyers: LicenseType) -> None:
    metadata = public.get(f"/licenses/types/{lawyers.code}/1").json()
    assert metadata["vct"] == f"http://testserver/licenses/types/{lawyers.code}/1"
    assert [claim["path"] for claim in metadata["claims"]] == [[field["key"]] for field in make.FIELDS]
    assert metadata["schema"]["required"] == ["firm", "practice_number", "kind"]
    assert public.get(f"/licenses/types/{lawyers.code}/2").status_code == 404


@pytest.mark.parametrize(("rows", "limit"), [(1, 12), (20, 12)])
def test_list_does_not_ask_more_for_more_rows(
    desk: Client, officer: Actor, lawyers: LicenseType, rows: int, limit: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        make.issued(officer, lawyers)
    desk.get(reverse("licenses:licenses"))
    with django_assert_max_num_queries(limit):
        desk.get(reverse("licenses:licenses"))


def test_public_check_stays_small(public: Client, license_: License, django_assert_max_num_queries: Any) -> None:
    url = f"/p/{license_.versions.get().public_id}"
    public.get(url)
    with django_assert_max_num_queries(8):
        answer = public.get(url)
    assert len(answer.content) < 30_000


def test_every_working_page_opens_for_the_officer_and_no_form_for_the_auditor(
    desk: Client, license_: License, justice: Department
) -> None:
    auditor = _signed_in(make.actor(Duty.AUDIT_ADMIN, justice).user_id)
    pages = {
        reverse("licenses:licenses"): "Licenses",
        reverse("licenses:types"): "License types",
        reverse("licenses:define_type"): "Define a license type",
        reverse("licenses:issue_start"): "Issue a license",
    }
    for url, title in pages.items():
        assert _h1(desk.get(url).content.decode()) == title
    assert "0 licenses" in desk.get(reverse("licenses:licenses"), {"ending": "365"}).content.decode()
    picture = desk.get(reverse("licenses:preview", args=[license_.identifier]))
    assert picture["Content-Type"] == "image/png"
    for name in ("change", "renew", "print_pdf", "preview"):
        assert auditor.get(reverse(f"licenses:{name}", args=[license_.identifier])).status_code == 403
    assert "may issue no type" in auditor.get(reverse("licenses:issue_start")).content.decode()


def test_wrong_issue_is_explained_on_its_fields(desk: Client, lawyers: LicenseType, justice: Department) -> None:
    url = reverse("licenses:issue", args=[lawyers.code])
    form = {f"value_{key}": value for key, value in make.VALUES.items()} | {
        "issuer": justice.pk, "holder_name": "张秀兰", "holder_code_type": "111",
        "holder_code": "1", "valid_from": "2026-01-01", "number": "JL-1",
    }  # fmt: skip
    wrong = desk.post(url, form)
    assert wrong.status_code == 400
    assert "not a resident identity number" in wrong.content.decode()
    form["holder_code"] = make.identity_number(3)
    assert desk.post(url, form).status_code == 302
    again = desk.post(url, form | {"holder_code": make.identity_number(4)})
    assert "this number exists" in again.content.decode()


def test_refused_changes_and_renewals_stay_on_their_page(desk: Client, license_: License) -> None:
    values = {f"value_{key}": value for key, value in make.VALUES.items()} | {"holder_name": "张秀兰", "reason": "更正"}
    renew = reverse("licenses:renew", args=[license_.identifier])
    term = {"valid_from": "2030-01-01", "valid_to": "2029-01-01", "reason": "续期"}
    answer = desk.post(renew, term)
    assert answer.status_code == 400
    assert "before the beginning" in answer.content.decode()
    make.tamper("UPDATE licenses_licenseversion SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)")
    answer = desk.post(reverse("licenses:change", args=[license_.identifier]), values)
    assert answer.status_code == 400
    assert "must not be continued" in answer.content.decode()
    shown = desk.get(reverse("licenses:license", args=[license_.identifier])).content.decode()
    assert "damaged or was altered" in shown


def test_type_is_retired_with_a_reason(desk: Client, lawyers: LicenseType) -> None:
    url = reverse("licenses:retire_type", args=[lawyers.code])
    assert desk.post(url, {"reason": ""}).status_code == 400
    assert desk.post(url, {"reason": "停用"}).status_code == 302
    assert 'data-state="retired"' in desk.get(reverse("licenses:type", args=[lawyers.code])).content.decode()
    assert desk.post(reverse("licenses:publish_type", args=[lawyers.code])).status_code == 409
