"""People, duties and keys: three administrators are three people, keys are shown once and end."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.accounts.keys import actor_of_key
from portal.accounts.models import ApiKey, Department, Membership
from portal.accounts.people import coordinators_of, people_with
from portal.accounts.selectors import authority_of, memberships_of, regions_within
from portal.accounts.services import (
    add_membership,
    change_password,
    create_api_key,
    create_department,
    create_user,
    end_membership,
    revoke_api_key,
    set_active,
)
from portal.audit.models import Entry
from portal.kernel.actors import Duty, system_actor
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from tests.cast import Cast
from tests.factories.accounts import PASSWORD, person

SYSTEM = system_actor("tests")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Duty.SECURITY_ADMIN, Duty.SYSTEM_ADMIN),
        (Duty.SYSTEM_ADMIN, Duty.AUDIT_ADMIN),
        (Duty.AUDIT_ADMIN, Duty.SECURITY_ADMIN),
    ],
)
def test_nobody_holds_two_of_the_three_administrators(cast: Cast, first: Duty, second: Duty) -> None:
    user = person("both", (first, cast.authority))
    for place in (cast.authority, cast.provider):
        with pytest.raises(Invalid) as refused:
            add_membership(SYSTEM, user=user, department=place, duty=second)
        assert refused.value.code == "duties_not_separated"
    end_membership(SYSTEM, membership=memberships_of(user)[0], reason="moved")
    assert add_membership(SYSTEM, user=user, department=cast.authority, duty=second).is_active


def test_only_an_authority_has_coordinators_and_a_region_one_authority(cast: Cast) -> None:
    with pytest.raises(Invalid):
        add_membership(SYSTEM, user=cast.user("steward"), department=cast.provider, duty=Duty.COORDINATOR)
    with pytest.raises(Invalid) as refused:
        create_department(
            SYSTEM, uscc="11220000MB9990004P", slug="second", name_zh="二", region="220000", is_authority=True
        )
    assert "is_authority" in refused.value.fields
    assert authority_of("220000") == cast.authority
    assert authority_of("220102") is None


def test_a_wrong_uscc_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        create_department(SYSTEM, uscc="11220000MB9990004Q", slug="wrong", name_zh="错", region="220000")
    assert "uscc" in refused.value.fields


@pytest.mark.parametrize("weak", ["short-A1", "alllowercaseletters", "password1234", "weakling2026weak"])
def test_a_weak_password_is_refused(cast: Cast, weak: str) -> None:
    with pytest.raises(ValidationError):
        create_user(SYSTEM, username="weakling", name="弱", password=weak)
    with pytest.raises(ValidationError):
        change_password(SYSTEM, user=cast.user("holder"), password=weak)


def test_a_changed_password_works(cast: Cast) -> None:
    user = cast.user("holder")
    change_password(cast.actor("holder"), user=user, password="Another-River-2026")
    user.refresh_from_db()
    assert user.check_password("Another-River-2026")
    assert not user.check_password(PASSWORD)


def test_a_key_is_stored_hashed_and_acts_as_its_person_within_its_scopes(cast: Cast) -> None:
    user = cast.user("holder")
    key, text = create_api_key(cast.actor("holder"), user=user, name="script", scopes=["sharing:read"])
    assert text not in (key.digest, key.prefix)
    found = actor_of_key(text, ip="10.0.0.1")
    assert found is not None
    _user, actor = found
    assert actor.user_id == user.pk
    assert actor.has_scope("sharing:read")
    assert not actor.has_scope("sharing:write")
    assert cast.actor("holder").has_scope("sharing:write")
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_an_unknown_ended_or_revoked_key_is_nobody(cast: Cast) -> None:
    actor = cast.actor("holder")
    key, text = create_api_key(actor, user=cast.user("holder"), name="script", scopes=["sharing:read"])
    assert actor_of_key("sh_nothing") is None
    with pytest.raises(NotFound):
        revoke_api_key(cast.actor("outsider"), key_id=key.pk)
    revoke_api_key(actor, key_id=key.pk)
    revoke_api_key(actor, key_id=key.pk)
    assert actor_of_key(text) is None
    other, other_text = create_api_key(actor, user=cast.user("holder"), name="old", scopes=["sharing:read"])
    ApiKey.objects.filter(pk=other.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert actor_of_key(other_text) is None


def test_keys_are_for_oneself_with_known_scopes_and_an_end_within_a_year(cast: Cast) -> None:
    actor, user = cast.actor("holder"), cast.user("holder")
    with pytest.raises(NotAllowed):
        create_api_key(actor, user=cast.user("steward"), name="x", scopes=["sharing:read"])
    for scopes in ([], ["everything"]):
        with pytest.raises(Invalid):
            create_api_key(actor, user=user, name="x", scopes=scopes)
    with pytest.raises(Invalid):
        create_api_key(
            actor, user=user, name="x", scopes=["sharing:read"], expires_at=timezone.now() + timedelta(days=400)
        )


def test_closing_an_account_ends_its_sessions_and_keys_for_good(cast: Cast) -> None:
    admin, user, client = cast.actor("system_admin"), cast.user("steward"), cast.client("steward")
    other = cast.client("holder")
    _key, text = create_api_key(cast.actor("steward"), user=user, name="k", scopes=["catalog:read"])
    assert client.get("/accounts/").status_code == 200
    set_active(admin, user=user, is_active=False, reason="left")
    assert actor_of_key(text) is None
    set_active(admin, user=user, is_active=True, reason="back")
    assert client.get("/accounts/").status_code == 302
    assert actor_of_key(text) is None
    assert other.get("/accounts/").status_code == 200


def test_a_closed_department_gives_no_standing(cast: Cast) -> None:
    Department.objects.filter(pk=cast.requester.pk).update(is_active=False)
    actor = cast.actor("holder")
    assert actor.standings == ()
    assert not actor.is_official
    assert not people_with(Duty.DATA_OFFICER, departments=[cast.requester.pk]).exists()


def test_people_are_found_by_duty_and_region(cast: Cast) -> None:
    assert list(people_with(Duty.DATA_OFFICER, departments=[cast.provider.pk])) == [cast.user("steward")]
    assert cast.user("holder") in people_with(Duty.DATA_OFFICER)
    assert list(coordinators_of("220000")) == [cast.user("coordinator")]
    assert {region.code for region in regions_within("220100")} == {"220100", "220102"}


def test_duties_given_and_taken_are_in_the_record(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.user("holder"))
    end_membership(SYSTEM, membership=membership, reason="left")
    entry = Entry.objects.filter(action="accounts.end_membership").latest("id")
    assert (entry.reason, entry.details["duty"]) == ("left", "data_officer")
