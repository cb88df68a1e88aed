"""Registering, editing, submitting and moving resources."""

import pytest

from catalog import services
from catalog.models import Resource
from catalog.selectors import changes
from portal.audit.models import Entry
from portal.kernel.errors import Invalid, NotAllowed, ReasonMissing, TransitionRefused
from portal.workflow.deadlines import open_deadline
from tests.cast import Cast
from tests.factories.catalog import ITEMS, draft, resource_in

pytestmark = pytest.mark.django_db


def test_code_is_class_and_serial_and_never_changes(cast: Cast) -> None:
    steward = cast.actor("steward")
    first, second = draft(steward, cast.provider), draft(steward, cast.provider, "另一个资源")
    assert first.code == "103000000000/000001"
    assert second.code == "103000000000/000002"
    services.edit_resource(steward, resource=first, category=None)
    first.refresh_from_db()
    assert first.code == "103000000000/000001"


def test_unclassed_draft_is_numbered_as_department_data(cast: Cast) -> None:
    resource = services.create_resource(cast.actor("steward"), provider=cast.provider, title_zh="空白草稿")
    assert resource.code == "300000000000/000001"


def test_only_a_data_officer_of_the_department_registers(cast: Cast) -> None:
    for name in ("office_head", "outsider", "coordinator", "visitor"):
        with pytest.raises(NotAllowed):
            services.create_resource(cast.actor(name), provider=cast.provider, title_zh="x")
    assert not Resource.objects.exists()


def test_draft_with_gaps_is_saved_and_submit_names_all_of_them(cast: Cast) -> None:
    steward = cast.actor("steward")
    resource = services.create_resource(steward, provider=cast.provider, title_zh="空白草稿")
    services.set_items(
        steward,
        resource=resource,
        items=[
            {"name_zh": "姓名", "sharing_type": 3, "grade": 4, "opening_type": 3},
            {"name_zh": "状态", "sharing_type": 2, "grade": 2, "opening_type": 2},
            {"name_zh": "代码", "sharing_type": 1, "grade": 3, "opening_type": 1},
        ],
    )
    with pytest.raises(Invalid) as caught:
        services.submit(steward, resource=resource)
    assert caught.value.code == "incomplete"
    assert set(caught.value.fields) == {
        "abstract_zh", "category", "update_cycle", "use_conditions", "secrecy_assessment", "privacy_assessment",
        "items.0.basis_kind", "items.0.basis_document", "items.0.basis_article", "items.0.reason",
        "items.1.sharing_condition", "items.1.opening_condition",
        "items.2.sharing_type", "items.2.opening_type",
    }  # fmt: skip
    resource.refresh_from_db()
    assert resource.state == "draft"
    assert [item.code for item in resource.items.all()] == ["xingming", "zhuangtai", "daima"]


def test_resource_takes_the_strictest_of_its_items(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    assert (resource.sharing_type, resource.opening_type, resource.grade) == (2, 3, 3)


def test_items_are_kept_by_column_name(cast: Cast) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    before = {item.code: item.pk for item in resource.items.all()}
    services.set_items(steward, resource=resource, items=[ITEMS[1], {"name_zh": "新项", "code": "fresh"}, ITEMS[0]])
    after = {item.code: (item.pk, item.position) for item in resource.items.all()}
    assert after["name"] == (before["name"], 1)
    assert after["code"] == (before["code"], 3)
    assert set(after) == {"name", "fresh", "code"}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name_zh": ""}, "name_zh"),
        ({"name_zh": "a", "code": "1a"}, "code"),
        ({"name_zh": "a", "code": "CODE"}, "code"),
        ({"name_zh": "a", "type": "Z"}, "type"),
        ({"name_zh": "a", "wrong": 1}, "wrong"),
        ({"name_zh": "a", "basis_article": "x" * 51}, "basis_article"),
    ],
)
def test_bad_item_is_named_by_row_and_field(cast: Cast, row: dict[str, object], field: str) -> None:
    steward = cast.actor("steward")
    resource = services.create_resource(steward, provider=cast.provider, title_zh="x")
    with pytest.raises(Invalid) as caught:
        services.set_items(steward, resource=resource, items=[ITEMS[0], row])
    assert list(caught.value.fields) == [f"items.1.{field}"]


def test_office_head_consents_and_the_coordinator_publishes(cast: Cast) -> None:
    resource = resource_in(cast, "in_review")
    clock = open_deadline(resource)
    assert clock is not None
    assert (clock.kind, clock.working_days) == ("catalog.review", 2)
    resource = services.publish(cast.actor("coordinator"), resource=resource)
    assert resource.state == "published"
    assert resource.published_at is not None
    assert open_deadline(resource) is None
    actions = list(Entry.objects.filter(object_id=str(resource.pk)).order_by("id").values_list("action", flat=True))
    assert actions == [
        "catalog.create", "catalog.set_items", "catalog.submit", "catalog.approve", "catalog.publish",
    ]  # fmt: skip


def test_return_needs_a_reason_and_resubmission_shows_what_changed(cast: Cast) -> None:
    resource = resource_in(cast, "in_review")
    with pytest.raises(ReasonMissing):
        services.return_(cast.actor("coordinator"), resource=resource)
    resource = services.return_(cast.actor("coordinator"), resource=resource, reason="请补充摘要")
    steward = cast.actor("steward")
    services.edit_resource(steward, resource=resource, abstract_zh="更完整的摘要", update_cycle=4)
    items = [
        dict(ITEMS[0]),
        {**ITEMS[1], "name_zh": "名称"},
        {"name_zh": "新项", "code": "fresh", "sharing_type": 1, "grade": 1},
    ]
    services.set_items(steward, resource=resource, items=items)
    resource = services.submit(steward, resource=resource)
    found = {str(change.field): (change.before, change.after) for change in changes(resource)}
    assert ("全省街道、乡镇的代码与名称。", "更完整的摘要") in found.values()
    assert any("街道名称" in str(before) and after == "名称" for before, after in found.values())
    assert any(before is None and after for before, after in found.values())
    assert any(before and after is None for before, after in found.values())


def test_refused_attempt_is_recorded(cast: Cast) -> None:
    resource = resource_in(cast, "submitted")
    with pytest.raises(NotAllowed):
        services.approve(cast.actor("steward"), resource=resource)
    assert Entry.objects.filter(action="catalog.approve", outcome="refused").count() == 1


def test_verb_from_a_wrong_state_is_refused(cast: Cast) -> None:
    with pytest.raises(TransitionRefused):
        services.publish(cast.actor("coordinator"), resource=resource_in(cast, "draft"))


def test_published_resource_cannot_be_edited_without_amending(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.edit_resource(cast.actor("steward"), resource=resource_in(cast, "published"), title_zh="x")


def test_submission_can_be_taken_back(cast: Cast) -> None:
    resource = services.withdraw(cast.actor("steward"), resource=resource_in(cast, "submitted"))
    assert resource.state == "draft"
