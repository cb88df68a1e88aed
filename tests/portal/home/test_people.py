"""Administrators open accounts and give duties, within their reach, never alone and never to themselves."""

import pytest

from portal.accounts.models import Department, Membership, User
from portal.accounts.services import add_membership
from portal.kernel.actors import Duty, system_actor
from tests.cast import Cast
from tests.factories.accounts import person, uscc

NEW = {"username": "new.one", "name": "新人", "password": "Fresh-River-2026"}


def test_an_account_is_opened_by_one_administrator_and_given_duties_by_another(cast: Cast) -> None:
    system, security = cast.client("system_admin"), cast.client("security_officer")
    assert system.post("/accounts/people/new/", NEW).status_code == 302
    user = User.objects.get(username="new.one")
    duty = {"department": cast.provider.pk, "duty": "data_officer"}
    assert system.post("/accounts/people/new.one/duties/", duty).status_code == 403
    assert security.post("/accounts/people/new.one/duties/", duty).status_code == 302
    membership = Membership.objects.get(user=user)
    assert b"data_officer" in security.get("/accounts/people/new.one/").content
    take = f"/accounts/people/new.one/duties/{membership.pk}/take/"
    assert security.post(take, {"reason": "moved"}).status_code == 302
    membership.refresh_from_db()
    assert not membership.is_active
    assert security.post(take, {"reason": "moved"}).status_code == 404


def test_nobody_gives_herself_a_duty(cast: Cast) -> None:
    answer = cast.client("security_officer").post(
        "/accounts/people/security_officer/duties/", {"department": cast.provider.pk, "duty": "data_officer"}
    )
    assert answer.status_code == 403


def test_an_account_closed_stops_at_once_and_can_be_opened_again(cast: Cast) -> None:
    steward, system = cast.client("steward"), cast.client("system_admin")
    assert steward.get("/accounts/").status_code == 200
    address = "/accounts/people/steward/active/"
    assert system.post(address, {"verb": "close", "reason": ""}).status_code == 400
    assert system.post(address, {"verb": "close", "reason": "left"}).status_code == 302
    assert steward.get("/accounts/").status_code == 302
    assert system.post(address, {"verb": "open", "reason": "back"}).status_code == 302
    assert cast.actor("steward").is_active


def test_a_new_password_is_shown_once_and_works(cast: Cast) -> None:
    answer = cast.client("system_admin").post("/accounts/people/steward/password/")
    password = answer.content.decode().split("<code>")[1].split("</code>")[0]
    user = User.objects.get(username="steward")
    assert user.check_password(password)


@pytest.mark.parametrize("name", ["steward", "auditor", "coordinator"])
def test_others_do_not_manage_people(cast: Cast, name: str) -> None:
    client = cast.client(name)
    for address in ("/accounts/people/", "/accounts/people/new/", "/accounts/departments/", "/accounts/people/holder/"):
        assert client.get(address).status_code == 403


def test_a_city_administrator_reaches_her_city_only(cast: Cast) -> None:
    person("city", (Duty.SYSTEM_ADMIN, cast.requester_authority))
    cast.people["city"] = User.objects.get(username="city")
    client = cast.client("city")
    assert client.get("/accounts/people/holder/").status_code == 200
    assert client.get("/accounts/people/steward/").status_code == 404
    form = {"slug": "siping-new", "name_zh": "四平新局", "region": "220300", "uscc": uscc("220300")}
    assert client.post("/accounts/departments/new/", form).status_code == 302
    assert Department.objects.filter(slug="siping-new").exists()
    elsewhere = {**form, "slug": "elsewhere", "region": "220100", "uscc": uscc("220100")}
    assert client.post("/accounts/departments/new/", elsewhere).status_code == 400
    assert client.post("/accounts/departments/new/", {**form, "slug": "other"}).status_code == 400


def test_an_administrator_cannot_close_somebody_with_duties_beyond_reach(cast: Cast) -> None:
    person("city", (Duty.SYSTEM_ADMIN, cast.requester_authority))
    cast.people["city"] = User.objects.get(username="city")
    add_membership(system_actor("tests"), user=cast.user("holder"), department=cast.provider, duty=Duty.DATA_OFFICER)
    answer = cast.client("city").post("/accounts/people/holder/active/", {"verb": "close", "reason": "x"})
    assert answer.status_code == 403


def test_a_taken_user_name_and_a_weak_password_are_told(cast: Cast) -> None:
    client = cast.client("system_admin")
    assert client.post("/accounts/people/new/", {**NEW, "username": "holder"}).status_code == 400
    assert client.post("/accounts/people/new/", {**NEW, "password": "weak"}).status_code == 400
    assert client.post("/accounts/people/new/", {**NEW, "username": "bad name"}).status_code == 400


def test_nobody_resets_the_password_of_one_of_the_three(cast: Cast) -> None:
    client = cast.client("system_admin")
    for name in ("auditor", "security_officer"):
        assert client.post(f"/accounts/people/{name}/password/").status_code == 403


def test_an_administrator_of_one_department_opens_no_accounts_and_sees_only_its_people(cast: Cast) -> None:
    person("own", (Duty.SYSTEM_ADMIN, cast.provider))
    person("without.duty")
    cast.people["own"] = User.objects.get(username="own")
    client = cast.client("own")
    assert client.get("/accounts/people/new/").status_code == 403
    assert client.get("/accounts/people/steward/").status_code == 200
    assert client.get("/accounts/people/without.duty/").status_code == 404
    assert cast.client("system_admin").get("/accounts/people/without.duty/").status_code == 200
