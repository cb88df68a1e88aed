"""Hand-over of resources between departments: agreed or decided, carried out whole, undone while untouched."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog import services
from catalog.models import ElementSource, HandOver, Resource
from catalog.policies.handovers import decide_hand_over
from catalog.selectors.handovers import history_until, moving, resources_to_move
from catalog.services.handovers import HANDOVER_VERBS, propose_again, propose_hand_over
from catalog.services.transfers import begin_transfer
from catalog.workflow import HANDOVERS
from opening.services import release
from portal.accounts.models import Department
from portal.audit.models import Entry
from portal.kernel.actors import Duty
from portal.kernel.errors import Conflict, Invalid, NotAllowed, ReasonMissing, TransitionRefused
from portal.notices.models import Notice
from sharing.models import Grant
from tests.cast import Cast
from tests.factories import opening as opening_factory
from tests.factories import sharing as sharing_factory
from tests.factories.accounts import department, person
from tests.factories.catalog import resource_in

pytestmark = pytest.mark.django_db
DOCUMENT = "吉编办〔2026〕12号"
#: Verb → state → who may, by hand. ``taker_head`` is the office head of the taking department.
MATRIX: dict[str, dict[str, set[str]]] = {
    "release": {"proposed": {"office_head"}},
    "agree": {"released": {"taker_head"}},
    "decide": {"proposed": {"coordinator"}, "released": {"coordinator"}},
    "carry_out": {"agreed": {"taker_head", "coordinator"}, "decided": {"taker_head", "coordinator"}},
    "undo": {"carried_out": {"taker_head", "coordinator"}},
    "return": {"proposed": {"office_head", "coordinator"}, "released": {"taker_head", "coordinator"}},
    "propose": {"returned": {"steward", "office_head", "coordinator"}},
    "cancel": {
        state: {"steward", "office_head", "coordinator"}
        for state in ("proposed", "released", "agreed", "decided", "returned")
    },
}
DOERS = (
    "visitor", "steward", "office_head", "coordinator", "taker_officer", "taker_head", "outsider", "holder", "auditor",
    "security_officer",
)  # fmt: skip
WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "proposed": (),
    "released": (("office_head", "release"),),
    "agreed": (("office_head", "release"), ("taker_head", "agree")),
    "decided": (("coordinator", "decide"),),
    "carried_out": (("coordinator", "decide"), ("coordinator", "carry_out")),
    "undone": (("coordinator", "decide"), ("coordinator", "carry_out"), ("coordinator", "undo")),
    "returned": (("office_head", "return"),),
    "canceled": (("steward", "cancel"),),
}


@pytest.fixture
def taker(cast: Cast) -> Department:
    """A department of the same region with an office of its own."""
    made = department("taker", name_zh="省数据中心", name_en="Data Center")
    cast.people["taker_head"] = person("taker_head", (Duty.OFFICE_HEAD, made), name="何主任")
    cast.people["taker_officer"] = person("taker_officer", (Duty.DATA_OFFICER, made), name="何员")
    return made


def proposed(cast: Cast, taker: Department, *resources: Resource, **fields: Any) -> HandOver:
    return propose_hand_over(
        cast.actor("steward"), giver=cast.provider, taker=taker, document=DOCUMENT, resources=resources, **fields
    )


def brought(cast: Cast, hand_over: HandOver, state: str) -> HandOver:
    for who, verb in WAYS[state]:
        hand_over = HANDOVER_VERBS[verb](cast.actor(who), hand_over=hand_over, reason="吉政数〔2026〕3号")
    return hand_over


@pytest.mark.parametrize("state", list(WAYS))
def test_who_may_do_what_in_each_state(cast: Cast, taker: Department, state: str) -> None:
    hand_over = brought(cast, proposed(cast, taker, resource_in(cast, "draft")), state)
    assert hand_over.state == state
    found = {
        row.verb: {name for name in DOERS if decide_hand_over(cast.actor(name), row.verb, hand_over)}
        for row in HANDOVERS.transitions
    }
    assert found == {verb: MATRIX[verb].get(state, set()) for verb in found}


def test_everything_moves_in_one_step_and_codes_stay(cast: Cast, taker: Department) -> None:
    resource = sharing_factory.resource(cast)
    code = resource.code
    other = resource_in(cast, "draft", "另一资源")
    grant = sharing_factory.grant(cast, resource)
    closed = grant.request
    request = sharing_factory.request_in(cast, "with_provider", resource, title="另一申请")
    edition = opening_factory.edition_in(cast, "published", resource=resource, items=["code", "name", "city"])
    hand_over = brought(cast, proposed(cast, taker), "agreed")
    HANDOVER_VERBS["carry_out"](cast.actor("taker_head"), hand_over=hand_over)
    for one in (resource, other, grant, request, closed, edition):
        one.refresh_from_db()
    assert {resource.provider, other.provider, grant.provider, request.provider} == {taker}
    assert closed.provider == cast.provider, "a closed request stays with the department that decided it"
    assert resource.code == code
    assert edition.state == "published"
    assert edition.contact.startswith("省数据中心")
    assert Entry.objects.filter(action="catalog.handed_over").count() == 2
    told = set(Notice.objects.filter(kind__startswith="catalog.hand_over.").values_list("kind", "user__username"))
    assert ("catalog.hand_over.users", "holder") in told
    assert {("catalog.hand_over.carry_out", name) for name in ("steward", "office_head", "coordinator")} <= told


def test_engines_find_an_open_edition_where_it_was(cast: Cast, taker: Department, client: Client) -> None:
    edition = opening_factory.edition_in(cast, "published", items=["code", "name"])
    share, schema = "/api/v1/opening/delta/shares/open", cast.provider.slug
    table = f"{share}/schemas/{schema}/tables/{edition.name}"

    def seen() -> list[Any]:
        lists = [client.get(address).json() for address in (f"{share}/schemas", f"{share}/all-tables")]
        page = client.get(f"/dataset/{edition.name}/data").content.decode()
        return [*lists, client.get(f"{table}/metadata").content, f"open.{schema}.{edition.name}" in page]

    before = seen()
    assert before[0]["items"] == [{"name": schema, "share": "open"}]
    assert before[3]
    brought(cast, proposed(cast, taker, edition.resource), "carried_out")
    assert seen() == before
    assert client.get(f"{share}/schemas/{taker.slug}/tables/{edition.name}/version").status_code == 404
    edition.refresh_from_db()
    release.revise(cast.actor("taker_head"), publication=edition, reason="换发")
    release.submit(cast.actor("taker_officer"), publication=edition)
    release.publish(cast.actor("taker_head"), publication=edition)
    assert seen() == before, "the name of the first publication stays"


def test_history_until_then_stays_readable_to_the_department_before(cast: Cast, taker: Department) -> None:
    resource = resource_in(cast, "published")
    hand_over = brought(cast, proposed(cast, taker, resource), "carried_out")
    services.suspend(cast.actor("coordinator"), resource=Resource.objects.get(pk=resource.pk), reason="核查")
    acts = [entry.action for entry in history_until(hand_over, resource)]
    assert "catalog.publish" in acts
    assert "catalog.suspend" not in acts
    address = f"/catalog/handovers/{hand_over.number}/history/{resource.address}/"
    statuses = {name: cast.client(name).get(address).status_code for name in ("steward", "taker_head", "outsider")}
    assert statuses == {"steward": 200, "taker_head": 403, "outsider": 404}


def test_the_source_register_names_the_taker(cast: Cast, taker: Department) -> None:
    resource = resource_in(cast, "published")
    source = ElementSource.objects.create(
        identifier="DE00001", region_id=cast.provider.region_id, department=cast.provider, resource=resource,
        basis="旧文件", named_by=cast.user("coordinator"),
    )  # fmt: skip
    brought(cast, proposed(cast, taker, resource), "carried_out")
    source.refresh_from_db()
    assert source.ended_on == timezone.localdate()
    standing = ElementSource.objects.get(ended_on=None)
    assert (standing.department, standing.basis) == (taker, DOCUMENT)


def test_a_request_of_the_taker_itself_keeps_the_resource(cast: Cast) -> None:
    resource = sharing_factory.resource(cast)
    sharing_factory.request_in(cast, "with_provider", resource)
    hand_over = brought(cast, proposed(cast, cast.requester, resource), "decided")
    (line,) = moving(hand_over, resources_to_move(hand_over))
    assert len(line.obstacles) == 1
    with pytest.raises(Conflict, match=resource.title_zh):
        HANDOVER_VERBS["carry_out"](cast.actor("coordinator"), hand_over=hand_over)
    resource.refresh_from_db()
    hand_over.refresh_from_db()
    assert resource.provider == cast.provider
    assert hand_over.state == "decided"


def test_a_file_coming_in_and_another_hand_over_keep_the_resource(cast: Cast, taker: Department) -> None:
    resource = resource_in(cast, "published")
    begin_transfer(cast.actor("steward"), resource=resource, name="街道.csv", length=10, options={})
    hand_over = proposed(cast, taker, resource)
    proposed(cast, cast.requester, resource)
    (line,) = moving(hand_over, resources_to_move(hand_over))
    assert len(line.obstacles) == 2


def test_what_was_handed_over_elsewhere_meanwhile_does_not_go(cast: Cast, taker: Department) -> None:
    resource = resource_in(cast, "published")
    late = brought(cast, proposed(cast, taker, resource), "decided")
    brought(cast, proposed(cast, cast.requester, resource_in(cast, "draft", "别的")), "carried_out")
    Resource.objects.filter(pk=resource.pk).update(provider=cast.requester)
    with pytest.raises(Conflict):
        HANDOVER_VERBS["carry_out"](cast.actor("coordinator"), hand_over=late)


def test_undone_the_same_day_while_untouched(cast: Cast, taker: Department) -> None:
    resource = sharing_factory.resource(cast)
    grant = sharing_factory.grant(cast, resource)
    hand_over = brought(cast, proposed(cast, taker, resource), "carried_out")
    HANDOVER_VERBS["undo"](cast.actor("coordinator"), hand_over=hand_over, reason="文件有误")
    resource.refresh_from_db()
    assert resource.provider == cast.provider
    assert Grant.objects.get(pk=grant.pk).provider == cast.provider
    assert Entry.objects.filter(action="catalog.handed_back").count() == 1


def test_not_undone_once_somebody_worked_on_it(cast: Cast, taker: Department) -> None:
    resource = resource_in(cast, "draft")
    hand_over = brought(cast, proposed(cast, taker, resource), "carried_out")
    fresh = Resource.objects.get(pk=resource.pk)
    services.edit_resource(cast.actor("taker_officer"), resource=fresh, title_en="Another")
    with pytest.raises(Conflict) as refusal:
        HANDOVER_VERBS["undo"](cast.actor("coordinator"), hand_over=hand_over, reason="文件有误")
    assert refusal.value.code == "touched_since"
    hand_over.refresh_from_db()
    assert hand_over.state == "carried_out"


def test_not_undone_on_another_day(cast: Cast, taker: Department) -> None:
    hand_over = brought(cast, proposed(cast, taker, resource_in(cast, "draft")), "carried_out")
    HandOver.objects.filter(pk=hand_over.pk).update(carried_out_at=timezone.now() - timedelta(days=1))
    with pytest.raises(Conflict) as refusal:
        HANDOVER_VERBS["undo"](cast.actor("coordinator"), hand_over=hand_over, reason="文件有误")
    assert refusal.value.code == "too_late"


def test_nothing_to_hand_over_is_refused(cast: Cast, taker: Department) -> None:
    hand_over = brought(cast, proposed(cast, taker), "decided")
    with pytest.raises(Conflict):
        HANDOVER_VERBS["carry_out"](cast.actor("coordinator"), hand_over=hand_over)


def test_a_dissolved_department_takes_nothing(cast: Cast, taker: Department) -> None:
    hand_over = brought(cast, proposed(cast, taker, resource_in(cast, "draft")), "decided")
    taker.is_active = False
    taker.save(update_fields=["is_active"])
    with pytest.raises(Conflict):
        HANDOVER_VERBS["carry_out"](cast.actor("coordinator"), hand_over=hand_over)
    with pytest.raises(Invalid):
        proposed(cast, taker)


def test_proposing_is_checked(cast: Cast, taker: Department) -> None:
    with pytest.raises(Invalid):
        proposed(cast, cast.provider)
    with pytest.raises(Invalid):
        propose_hand_over(cast.actor("steward"), giver=cast.provider, taker=taker, document=" ")
    with pytest.raises(NotAllowed):
        propose_hand_over(cast.actor("outsider"), giver=cast.provider, taker=taker, document=DOCUMENT)
    with pytest.raises(Invalid):
        propose_hand_over(
            cast.actor("coordinator"), giver=cast.requester, taker=taker, document=DOCUMENT,
            resources=[resource_in(cast, "draft")],
        )  # fmt: skip


def test_a_decision_names_its_document(cast: Cast, taker: Department) -> None:
    hand_over = proposed(cast, taker)
    with pytest.raises(ReasonMissing):
        HANDOVER_VERBS["decide"](cast.actor("coordinator"), hand_over=hand_over)
    decided = HANDOVER_VERBS["decide"](cast.actor("coordinator"), hand_over=hand_over, reason="吉政数〔2026〕3号")
    assert decided.decision == "吉政数〔2026〕3号"


def test_what_came_back_is_changed_and_proposed_again(cast: Cast, taker: Department) -> None:
    resource = resource_in(cast, "draft")
    hand_over = brought(cast, proposed(cast, taker), "returned")
    again = propose_again(cast.actor("steward"), hand_over=hand_over, document=DOCUMENT, resources=[resource])
    assert (again.state, again.extent) == ("proposed", "chosen")
    with pytest.raises(TransitionRefused):
        propose_again(cast.actor("steward"), hand_over=hand_over, document=DOCUMENT)


def test_pages_from_proposal_to_undoing(cast: Cast, taker: Department) -> None:
    resource = resource_in(cast, "published")
    steward, coordinator = cast.client("steward"), cast.client("coordinator")
    data = {"giver": "省民政厅", "taker": "省数据中心", "document": DOCUMENT, "extent": "chosen", "resources": "x/1"}
    assert steward.post("/catalog/handovers/new/", data).status_code == 400
    assert steward.post("/catalog/handovers/new/", data | {"resources": ""}).status_code == 400
    made = steward.post("/catalog/handovers/new/", data | {"resources": resource.code})
    hand_over = HandOver.objects.get()
    address = hand_over.get_absolute_url()
    assert made["Location"] == address
    assert 'role="status"' in steward.get("/catalog/handovers/").text
    page = coordinator.get(address).text
    assert resource.code in page
    assert 'data-state="proposed"' in page
    assert coordinator.post(f"{address}act/return/").status_code == 400
    assert coordinator.post(f"{address}act/return/", {"reason": "缺文号"}).status_code == 302
    assert steward.get(f"{address}revise/").status_code == 200
    again = {"document": DOCUMENT, "extent": "all"}
    assert steward.post(f"{address}revise/", again | {"document": ""}).status_code == 400
    assert steward.post(f"{address}revise/", again).status_code == 302
    assert steward.get(f"{address}revise/").status_code == 403
    assert coordinator.post(f"{address}act/decide/", {"reason": "吉政数〔2026〕3号"}).status_code == 302
    assert coordinator.post(f"{address}act/carry_out/").status_code == 302
    assert coordinator.post(f"{address}act/unknown/").status_code == 404
    HandOver.objects.update(carried_out_at=timezone.now() - timedelta(days=2))
    assert coordinator.post(f"{address}act/undo/", {"reason": "文件有误"}).status_code == 409
    assert steward.get(f"{address}history/{resource.address}/").status_code == 200
