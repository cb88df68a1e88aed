"""Who sees what: the query and the single decision agree; the ceiling holds whatever grant."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Resource, ResourceGrant
from catalog.policies import decide, decide_create, decide_upload, people_who_can, visible
from catalog.selectors import resources
from portal.accounts.grants import give_grant
from portal.accounts.models import User
from portal.kernel.actors import Duty, system_actor
from portal.kernel.classification import Grade
from tests.cast import PARTS, Cast
from tests.factories.accounts import department, person
from tests.factories.catalog import resource_in

pytestmark = pytest.mark.django_db
STATES = ("draft", "submitted", "returned", "in_review", "published", "suspended", "retired")


def grade(resource: Resource, value: int) -> Resource:
    Resource.objects.filter(pk=resource.pk).update(grade=value)
    resource.refresh_from_db()
    return resource


def allow(cast: Cast, name: str, resource: Resource, days: int = 1) -> None:
    give_grant(
        ResourceGrant,
        user=cast.user(name),
        obj=resource,
        codename="use_resource",
        granted_by=cast.user("coordinator"),
        reason="test",
        expires_at=timezone.now() + timedelta(days=days),
    )


@pytest.mark.parametrize("value", [Grade.GENERAL_1, Grade.GENERAL_3, Grade.GENERAL_4, Grade.IMPORTANT, Grade.CORE])
@pytest.mark.parametrize("granted", [False, True])
def test_the_query_and_the_decision_agree(cast: Cast, value: Grade, granted: bool) -> None:
    made = [grade(resource_in(cast, state, f"资源{state}"), value) for state in STATES]
    for resource in made if granted else []:
        allow(cast, "outsider", resource)
    for name in PARTS:
        actor = cast.actor(name)
        seen = set(Resource.objects.filter(visible(actor)).values_list("pk", flat=True))
        assert seen == {r.pk for r in made if decide(actor, "view", r)}, name


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("visitor", set()),
        ("outsider", {"published"}),
        ("steward", set(STATES)),
        ("license_officer", set(STATES)),
        ("coordinator", {"in_review", "published", "suspended", "retired"}),
    ],
)
def test_who_sees_which_states(cast: Cast, name: str, states: set[str]) -> None:
    made = {state: resource_in(cast, state, f"资源{state}").pk for state in STATES}
    seen = set(resources(cast.actor(name)).values_list("pk", flat=True))
    assert {state for state, pk in made.items() if pk in seen} == states


def test_the_coordinator_of_another_region_sees_no_review(cast: Cast) -> None:
    other = person("other_coordinator", (Duty.COORDINATOR, cast.requester_authority))
    cast.people["other"] = other
    resource = resource_in(cast, "in_review")
    assert not decide(cast.actor("other"), "view", resource)
    assert decide(cast.actor("coordinator"), "view", resource)


def test_important_data_stays_with_its_keepers_whatever_grant(cast: Cast) -> None:
    User.objects.filter(username="outsider").update(clearance=Grade.CORE)
    cast.user("outsider").refresh_from_db()
    resource = grade(resource_in(cast, "published"), Grade.IMPORTANT)
    allow(cast, "outsider", resource)
    assert not decide(cast.actor("outsider"), "view", resource)
    assert decide(cast.actor("steward"), "view", resource)
    assert decide(cast.actor("coordinator"), "view", resource)
    assert decide(cast.actor("steward"), "preview_rows", resource).code == "above_clearance"


def test_an_exception_shows_what_is_not_published_until_it_ends(cast: Cast) -> None:
    resource = resource_in(cast, "suspended")
    allow(cast, "outsider", resource)
    assert decide(cast.actor("outsider"), "view", resource)
    assert decide(cast.actor("outsider"), "resume", resource).code == "no_duty"
    ResourceGrant.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not decide(cast.actor("outsider"), "view", resource)


def test_whoever_submitted_cannot_consent_or_publish(cast: Cast) -> None:
    both = person("both", (Duty.DATA_OFFICER, cast.provider), (Duty.OFFICE_HEAD, cast.provider))
    cast.people["both"] = both
    resource = resource_in(cast, "submitted")
    Resource.objects.filter(pk=resource.pk).update(submitted_by=both)
    resource.refresh_from_db()
    assert decide(cast.actor("both"), "approve", resource).code == "own_submission"
    assert set(people_who_can("approve", resource).values_list("username", flat=True)) == {"office_head"}
    assert decide(cast.actor("office_head"), "approve", resource)


@pytest.mark.parametrize(
    ("action", "state", "who"),
    [
        ("submit", "draft", {"steward"}),
        ("approve", "submitted", {"office_head"}),
        ("return", "submitted", {"office_head"}),
        ("return", "in_review", {"coordinator"}),
        ("publish", "in_review", {"coordinator"}),
        ("suspend", "published", {"office_head", "coordinator"}),
        ("retire", "published", {"office_head"}),
        ("retire", "draft", {"steward", "office_head"}),
        ("dance", "draft", set()),
    ],
)
def test_which_people_can(cast: Cast, action: str, state: str, who: set[str]) -> None:
    resource = resource_in(cast, state)
    assert set(people_who_can(action, resource).values_list("username", flat=True)) == who


def test_an_inactive_person_and_one_without_department_see_nothing(cast: Cast) -> None:
    resource = resource_in(cast, "published")
    lonely = person("lonely")
    cast.people["lonely"] = lonely
    User.objects.filter(username="outsider").update(is_active=False)
    cast.user("outsider").refresh_from_db()
    for name in ("lonely", "outsider", "visitor"):
        assert decide(cast.actor(name), "view", resource).code == "not_signed_in"
        assert not resources(cast.actor(name)).exists()


def test_rows_are_previewed_by_the_owners_officer_and_head_within_their_clearance(cast: Cast) -> None:
    resource = resource_in(cast, "published")
    allowed = {name for name in PARTS if decide(cast.actor(name), "preview_rows", resource)}
    assert allowed == {"steward", "office_head"}
    User.objects.filter(username="steward").update(clearance=Grade.GENERAL_2)
    cast.user("steward").refresh_from_db()
    assert decide(cast.actor("steward"), "preview_rows", resource).code == "above_clearance"


def test_uploads_are_for_the_provider_and_the_machine(cast: Cast) -> None:
    resource = resource_in(cast, "draft")
    upload = resource.uploads.create(file="x", name="x.csv", byte_count=1, created_by=cast.user("steward"))
    upload.refresh_from_db()
    machine = system_actor("test")
    assert decide_upload(machine, "check", upload)
    assert decide_upload(machine, "view", upload)
    assert decide_upload(cast.actor("office_head"), "view", upload)
    assert decide_upload(cast.actor("office_head"), "cancel", upload).code == "no_duty"
    assert decide_upload(cast.actor("outsider"), "view", upload).code == "not_visible"
    assert decide_upload(cast.actor("visitor"), "view", upload).code == "not_signed_in"
    assert decide_upload(cast.actor("steward"), "accept", upload).code == "wrong_state"
    assert decide_upload(cast.actor("steward"), "dance", upload).code == "wrong_state"


def test_registering_needs_the_data_officer_of_that_department(cast: Cast) -> None:
    elsewhere = department("elsewhere")
    assert decide_create(cast.actor("steward"), cast.provider.pk)
    assert decide_create(cast.actor("steward"), elsewhere.pk).code == "no_duty"
    assert decide_create(cast.actor("visitor"), cast.provider.pk).code == "not_signed_in"
