"""A draft beside the published description: what is in force stays in force until the draft takes its place."""

import pytest

from catalog import selectors, services
from catalog.models import Amendment, Item, Resource
from catalog.policies import stands_in_catalog
from catalog.selectors.desk import tasks_for
from catalog.selectors.standards import elements_in_force
from catalog.selectors.words import index_words
from catalog.services.bindings import bind_items
from catalog.services.shipped import load_standards
from opening.models import Publication
from portal.audit.models import Entry
from portal.kernel.errors import Conflict, Invalid, NotAllowed, ReasonMissing, TransitionRefused
from portal.notices.models import Notice
from portal.workflow.deadlines import open_deadline
from tests.cast import Cast
from tests.factories.catalog import ITEMS, amendment_in, resource_in
from tests.factories.opening import edition_in, resource_with_data
from tests.factories.sharing import resource as sharing_resource

pytestmark = pytest.mark.django_db
LOOSER = {"grade": 1, "sharing_type": 1, "opening_type": 1}


def fresh(resource: Resource) -> Resource:
    return Resource.objects.select_related("amendment", "provider").get(pk=resource.pk)


def amend(cast: Cast, **fields: object) -> Resource:
    steward = cast.actor("steward")
    resource = services.amend(steward, resource=resource_in(cast, "published", **fields), reason="新法施行。")
    return fresh(resource)


def publish(cast: Cast, resource: Resource) -> Resource:
    for verb, name in (("submit", "steward"), ("approve", "office_head"), ("publish", "coordinator")):
        services.VERBS[verb](cast.actor(name), resource=resource)
    return fresh(resource)


def test_what_is_published_stays_as_it_is_until_the_draft_is_published(cast: Cast) -> None:
    steward, resource = cast.actor("steward"), amend(cast)
    before = selectors.content_of(resource)
    services.edit_resource(steward, resource=resource, title_zh="新名录", keywords=["新"])
    services.set_items(steward, resource=resource, items=[ITEMS[0], {**ITEMS[2], **LOOSER, "sharing_condition": ""}])
    assert selectors.content_of(fresh(resource)) == before
    assert stands_in_catalog(fresh(resource))
    assert selectors.resources(cast.actor("outsider")).filter(pk=resource.pk).exists()
    assert set(Item.objects.filter(resource=resource).values_list("code", flat=True)) == {"code", "name", "contact"}
    after = publish(cast, resource)
    assert (after.state, after.title_zh, after.amendment) == ("published", "新名录", None)
    assert [item.code for item in after.items.all()] == ["code", "contact"]
    assert (after.grade, after.sharing_type) == (1, 1)
    assert after.published_at == resource.published_at


def test_the_index_reads_what_is_published(cast: Cast) -> None:
    steward, resource = cast.actor("steward"), amend(cast)
    services.edit_resource(steward, resource=resource, title_zh="渔船登记")

    def found(words: str) -> bool:
        assert index_words(words)
        return selectors.with_words(selectors.resources(steward), words).filter(pk=resource.pk).exists()

    assert (found("渔船登记"), found("街道乡镇名录")) == (False, True)
    publish(cast, resource)
    assert (found("渔船登记"), found("街道乡镇名录")) == (True, False)


def test_a_renamed_column_stays_the_same_item(cast: Cast) -> None:
    steward, resource = cast.actor("steward"), amend(cast)
    keys = {item.code: item.pk for item in resource.items.all()}
    rows = [{**ITEMS[0], "code": "name", "former_code": "code"}, {**ITEMS[1], "code": "code", "former_code": "name"}]
    services.set_items(steward, resource=resource, items=[*rows, ITEMS[2]])
    work = selectors.work_of(fresh(resource))
    changed = [(change.before, change.after) for change in selectors.amendment_changes(fresh(resource), work)]
    assert ("code", "name") in changed
    assert ("name", "code") in changed
    after = {item.code: item.pk for item in publish(cast, resource).items.all()}
    assert after == {"name": keys["code"], "code": keys["name"], "contact": keys["contact"]}


def test_reviewers_see_what_differs_from_what_is_in_force(cast: Cast) -> None:
    amendment = amendment_in(cast, "in_review")
    resource = fresh(amendment.resource)
    page = cast.client("coordinator").get(f"{resource.get_absolute_url()}review/").content.decode()
    assert "<del>全省街道、乡镇的代码与名称。</del>" in page
    assert "<ins>职责调整后的说明。</ins>" in page
    assert 'formaction="' + f'{resource.get_absolute_url()}act/publish/"' in page
    other = cast.client("outsider").get(resource.get_absolute_url()).content.decode()
    assert "职责调整后的说明。" not in other
    assert "职责调整" not in other


@pytest.mark.parametrize(
    ("state", "verb", "name", "left"),
    [
        ("submitted", "withdraw", "steward", "draft"),
        ("submitted", "return", "office_head", "returned"),
        ("in_review", "return", "coordinator", "returned"),
        ("in_review", "cancel", "office_head", "canceled"),
    ],
)
def test_no_way_back_touches_what_is_published(cast: Cast, state: str, verb: str, name: str, left: str) -> None:
    amendment = amendment_in(cast, state)
    resource = amendment.resource
    before = selectors.content_of(fresh(resource))
    services.VERBS[verb](cast.actor(name), resource=resource, reason="不再需要")
    amendment.refresh_from_db()
    assert (amendment.state, fresh(resource).state) == (left, "published")
    assert selectors.content_of(fresh(resource)) == before
    assert (fresh(resource).amendment is None) == (left == "canceled")


def test_a_resource_with_an_amendment_can_be_suspended_and_the_draft_goes_on(cast: Cast) -> None:
    resource = amend(cast)
    services.suspend(cast.actor("office_head"), resource=resource, reason="核查数据")
    services.edit_resource(cast.actor("steward"), resource=resource, abstract_zh="改")
    after = publish(cast, resource)
    assert (after.state, after.abstract_zh) == ("suspended", "改")
    services.amend(cast.actor("steward"), resource=after, reason="再改")
    assert fresh(after).amendment is not None


def test_one_amendment_at_a_time_with_its_reason(cast: Cast) -> None:
    resource = amend(cast)
    with pytest.raises(NotAllowed) as refused:
        services.amend(cast.actor("steward"), resource=resource, reason="又改")
    assert refused.value.code == "amendment_open"
    with pytest.raises(ReasonMissing):
        services.amend(cast.actor("steward"), resource=resource_in(cast, "published", "另一"))


def test_an_amendment_runs_its_clocks(cast: Cast) -> None:
    resource = amend(cast)
    assert resource.amendment is not None
    clock = open_deadline(resource.amendment)
    assert clock is not None
    assert (clock.kind, clock.working_days) == ("catalog.update", 10)
    services.edit_resource(cast.actor("steward"), resource=resource, abstract_zh="改")
    services.submit(cast.actor("steward"), resource=resource)
    services.approve(cast.actor("office_head"), resource=resource)
    shown = selectors.clock_of(fresh(resource))
    assert shown is not None
    assert shown.kind == "catalog.review"
    services.publish(cast.actor("coordinator"), resource=resource)
    assert open_deadline(resource.amendment) is None


def test_the_authority_gives_five_working_days_more_once(cast: Cast) -> None:
    resource = amend(cast)
    assert resource.amendment is not None
    before = open_deadline(resource.amendment)
    services.VERBS["extend"](cast.actor("coordinator"), resource=resource, reason="系统改造")
    after = open_deadline(resource.amendment)
    assert before is not None
    assert after is not None
    assert after.due_on > before.due_on
    with pytest.raises(Conflict):
        services.VERBS["extend"](cast.actor("coordinator"), resource=resource, reason="再延")
    page = cast.client("coordinator").get(resource.get_absolute_url()).content.decode()
    assert "act/extend/" in page


def test_an_unchanged_or_incomplete_draft_is_not_submitted(cast: Cast) -> None:
    steward, resource = cast.actor("steward"), amend(cast)
    with pytest.raises(Invalid) as refused:
        services.submit(steward, resource=resource)
    assert refused.value.code == "unchanged"
    services.edit_resource(steward, resource=resource, abstract_zh="")
    with pytest.raises(Invalid) as refused:
        services.submit(steward, resource=resource)
    assert refused.value.code == "incomplete"
    assert set(refused.value.fields) == {"abstract_zh"}
    other = resource_in(cast, "published", "相关的")
    services.edit_resource(steward, resource=resource, abstract_zh=resource.abstract_zh, related=[other])
    services.submit(steward, resource=resource)
    assert publish_rest(cast, resource).related.get() == other


def test_a_binding_to_a_data_element_alone_is_an_amendment(cast: Cast) -> None:
    load_standards()
    steward, resource = cast.actor("steward"), amend(cast)
    element = elements_in_force().get(identifier="DE00028")
    item = resource.items.first()
    assert item is not None
    bind_items(steward, resource=resource, bindings={item.code: element})
    services.submit(steward, resource=resource)
    page = cast.client("office_head").get(f"{resource.get_absolute_url()}review/").content.decode()
    assert element.name_zh in page
    publish_rest(cast, resource)
    item.refresh_from_db()
    assert item.element == element


def publish_rest(cast: Cast, resource: Resource) -> Resource:
    services.approve(cast.actor("office_head"), resource=resource)
    services.publish(cast.actor("coordinator"), resource=resource)
    return fresh(resource)


def test_whoever_submitted_an_amendment_does_not_decide_on_it(cast: Cast) -> None:
    amendment = amendment_in(cast, "submitted")
    Amendment.objects.filter(pk=amendment.pk).update(submitted_by=cast.user("office_head"))
    with pytest.raises(NotAllowed) as refused:
        services.approve(cast.actor("office_head"), resource=amendment.resource)
    assert refused.value.code == "own_submission"


def test_tightening_takes_open_editions_off_only_when_it_is_published(cast: Cast) -> None:
    resource = resource_with_data(cast)
    edition = edition_in(cast, resource=resource)
    steward = cast.actor("steward")
    services.amend(steward, resource=resource, reason="收紧")
    rows = [
        {**row, "opening_type": 3, "grade": 2, "sharing_type": 1}
        for row in selectors.items_to_json(list(resource.items.all()))
    ]
    services.set_items(
        steward,
        resource=resource,
        items=[{k: v for k, v in row.items() if k not in {"item", "element"}} for row in rows],
    )
    assert Publication.objects.get(pk=edition.pk).state == "published"
    publish(cast, resource)
    assert Publication.objects.get(pk=edition.pk).state == "suspended"


def test_retiring_gives_the_amendment_up(cast: Cast) -> None:
    resource = amend(cast)
    services.retire(cast.actor("office_head"), resource=resource, reason="机构撤销")
    assert Amendment.objects.get(resource=resource).state == "canceled"
    assert (fresh(resource).state, fresh(resource).amendment) == ("retired", None)


def test_verbs_of_an_amendment_without_one_are_refused(cast: Cast) -> None:
    with pytest.raises(TransitionRefused):
        services.cancel_amendment(cast.actor("steward"), resource=resource_in(cast, "published"), reason="x")
    with pytest.raises(NotAllowed):
        services.edit_resource(cast.actor("steward"), resource=resource_in(cast, "published", "二"), title_zh="x")


def test_it_waits_on_the_desks_and_people_are_told(cast: Cast) -> None:
    amendment = amendment_in(cast, "submitted")
    (task,) = [t for t in tasks_for(cast.actor("office_head")) if t.group == "todo"]
    assert (task.state, task.url) == ("submitted", f"{amendment.resource.get_absolute_url()}review/")
    services.approve(cast.actor("office_head"), resource=amendment.resource)
    (task,) = [t for t in tasks_for(cast.actor("coordinator")) if t.group == "todo"]
    assert task.due_on is not None
    kinds = set(Notice.objects.values_list("user__username", "kind"))
    assert {("office_head", "catalog.amendment.submit"), ("coordinator", "catalog.amendment.approve")} <= kinds


def test_every_act_stands_in_the_history(cast: Cast) -> None:
    amendment = amendment_in(cast, "published")
    page = cast.client("steward").get(f"{amendment.resource.get_absolute_url()}history/").content.decode()
    assert "Amendment published" in page
    acts = list(Entry.objects.filter(object_type="catalog.amendment").order_by("id").values_list("action", flat=True))
    assert acts == [f"catalog.amendment.{verb}" for verb in ("submit", "approve", "publish")]


def test_the_api_gives_the_draft_to_those_who_keep_it(cast: Cast) -> None:
    steward, resource = cast.client("steward"), amend(cast)
    url = f"/api/v1/catalog/resources/{resource.address}/"
    assert steward.patch(url, {"abstract_zh": "改"}, content_type="application/json").status_code == 200
    answer = steward.get(url).json()
    assert answer["abstract_zh"] != "改"
    assert answer["amendment"]["description"]["abstract_zh"] == "改"
    assert {"submit", "cancel"} <= set(answer["verbs"])
    assert "amendment" not in cast.client("outsider").get(url).json()
    assert steward.post(f"{url}submit", {}, content_type="application/json").json()["amendment"]["state"] == "submitted"


def test_pages_of_an_amendment_work_on_the_draft(cast: Cast) -> None:
    steward, resource = cast.client("steward"), amend(cast)
    edit = f"{resource.get_absolute_url()}edit/"
    assert "Amendment in work" in steward.get(edit).content.decode()
    item = f"{edit}attributes/contact/"
    values = {"grade": "1", "sharing_type": "1", "opening_type": "1"}
    assert steward.post(item, values).status_code == 302
    assert Item.objects.get(resource=resource, code="contact").grade == 3
    check = steward.get(f"{resource.get_absolute_url()}check/").content.decode()
    assert "What the amendment changes" in check
    assert steward.post(f"{resource.get_absolute_url()}act/submit/").status_code == 302
    assert "waiting for the office head" in steward.get("/catalog/mine/").content.decode()


def test_an_item_of_an_open_edition_does_not_vanish(cast: Cast) -> None:
    resource = sharing_resource(cast)
    edition = edition_in(cast, "published", resource=resource, items=["code", "name", "city"])
    services.amend(cast.actor("steward"), resource=resource, reason="机构改革")
    rows = [{"code": item.code, "name_zh": item.name_zh} for item in resource.items.all()]
    amended = Resource.objects.select_related("amendment").get(pk=resource.pk)
    with pytest.raises(Invalid) as refusal:
        services.set_items(
            cast.actor("steward"), resource=amended, items=[row for row in rows if row["code"] != "city"]
        )
    assert edition.title_en in str(refusal.value)
    assert edition.items.count() == 3
    services.set_items(cast.actor("steward"), resource=amended, items=[r for r in rows if r["code"] != "contact"])
