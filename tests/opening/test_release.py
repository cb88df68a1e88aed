"""From draft to release: who may, what is checked, and what follows."""

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.utils.translation import override

from catalog import services as catalog_services
from catalog.data.errors import DamagedFile
from catalog.models import DataFile
from opening import services
from opening.models import DataLicense, Publication
from opening.selectors import tasks_for
from portal.audit.models import Entry
from portal.kernel.errors import Conflict, Invalid, NotAllowed, ReasonMissing, TransitionRefused
from portal.notices.models import Notice
from tests.cast import Cast
from tests.factories.opening import STREETS, add_version, edition_in, resource_with_data

pytestmark = pytest.mark.django_db


def test_licenses_are_there_after_migrating_and_loading_twice_changes_nothing() -> None:
    before = DataLicense.objects.count()
    assert services.load_data_licenses() == before == len(services.shipped_licenses())
    license_ = DataLicense.objects.get(pk="CC-BY-4.0")
    assert license_.may_zh
    assert license_.must_en
    assert license_.may_not_zh


def test_loaded_license_may_borrow_terms_of_another() -> None:
    services.load_data_licenses([{"id": "own", "title_zh": "自有条款", "title_en": "Own", "terms_of": "CC0-1.0"}])
    assert DataLicense.objects.get(pk="own").may_en == DataLicense.objects.get(pk="CC0-1.0").may_en


def test_draft_takes_texts_of_resource_and_only_items_that_may_be_opened(cast: Cast) -> None:
    edition = edition_in(cast, "draft", license_code="")
    assert edition.title_zh == "吉林省街道乡镇名录"
    assert edition.license_id is None
    assert {item.code for item in edition.items.all()} == {"code", "name", "population", "founded"}
    assert [column["name"] for column in edition.plan["columns"]] == ["code", "name", "population", "founded"]
    assert len(edition.plan_hash) == 64


def test_item_that_is_not_open_is_refused_with_the_reason(cast: Cast) -> None:
    resource = resource_with_data(cast)
    with pytest.raises(Invalid) as refusal:
        services.draft_publication(
            cast.actor("steward"), resource=resource, name="x1", items=["code", "contact_person"]
        )
    assert refusal.value.code == "item_not_open"
    assert "联系人" in str(refusal.value.fields["items"][0])


def test_name_that_does_not_fit_an_address_is_refused(cast: Cast) -> None:
    resource = resource_with_data(cast)
    for name in ("A", "x", "Ünal", "a b", "a/b", "-a", ""):
        with pytest.raises(Invalid) as refusal:
            services.draft_publication(cast.actor("steward"), resource=resource, name=name)
        assert "name" in refusal.value.fields, name


def test_name_is_taken_for_good(cast: Cast) -> None:
    edition = edition_in(cast, "withdrawn")
    with pytest.raises(Conflict):
        services.draft_publication(cast.actor("steward"), resource=edition.resource, name=edition.name)


def test_edition_is_released_by_a_second_person(cast: Cast) -> None:
    edition = edition_in(cast, "submitted")
    with pytest.raises(NotAllowed):
        services.publish(cast.actor("steward"), publication=edition)
    opened = services.publish(cast.actor("office_head"), publication=edition)
    assert opened.state == "published"
    assert opened.first_version == 1
    assert opened.published_at is not None
    actions = list(Entry.objects.filter(object_id=str(edition.pk)).order_by("id").values_list("action", "outcome"))
    assert actions == [
        ("opening.draft", "done"),
        ("opening.submit", "done"),
        ("opening.publish", "refused"),
        ("opening.publish", "done"),
    ]


def test_incomplete_draft_is_saved_but_not_submitted(cast: Cast) -> None:
    edition = edition_in(cast, "draft", license_code="", contact="", items=[])
    with pytest.raises(Invalid) as refusal:
        services.submit(cast.actor("steward"), publication=edition)
    assert refusal.value.code == "release_check"
    assert {"has_license", "has_contact", "has_items"} <= set(refusal.value.fields)
    assert Publication.objects.get(pk=edition.pk).state == "draft"


def test_resource_without_data_is_not_released(cast: Cast) -> None:
    from tests.factories.catalog import resource_in  # noqa: PLC0415 - only this test needs it

    edition = edition_in(cast, "draft", resource=resource_in(cast))
    with pytest.raises(Invalid) as refusal:
        services.submit(cast.actor("steward"), publication=edition)
    assert "has_version" in refusal.value.fields


def test_item_closed_after_submitting_stops_the_release(cast: Cast) -> None:
    edition = edition_in(cast, "submitted")
    edition.items.filter(code="name").update(opening_type=2)
    with pytest.raises((Invalid, NotAllowed)):
        services.publish(cast.actor("office_head"), publication=edition)
    assert Publication.objects.get(pk=edition.pk).state == "submitted"


def test_identity_numbers_in_an_open_item_stop_the_submission(cast: Cast) -> None:
    text = STREETS.replace("自强街道", "11010519491231002X").replace("南岭街道", "13800138000")
    edition = edition_in(cast, "draft", resource=resource_with_data(cast, text=text))
    with pytest.raises(Invalid) as refusal:
        services.submit(cast.actor("steward"), publication=edition)
    assert set(refusal.value.fields) == {"personal_information"}


def test_return_needs_a_reason_and_opens_the_draft_again(cast: Cast) -> None:
    edition = edition_in(cast, "submitted")
    with pytest.raises(ReasonMissing):
        services.return_(cast.actor("coordinator"), publication=edition)
    returned = services.return_(cast.actor("coordinator"), publication=edition, reason="请补充说明")
    assert returned.state == "returned"
    services.edit_publication(cast.actor("steward"), publication=returned, limits_zh="不含已撤销的街道", items=["code"])
    again = services.submit(cast.actor("steward"), publication=returned)
    assert [column["name"] for column in again.plan["columns"]] == ["code"]


def test_published_edition_is_not_edited_in_place(cast: Cast) -> None:
    edition = edition_in(cast)
    with pytest.raises(TransitionRefused):
        services.edit_publication(cast.actor("steward"), publication=edition, contact="x")


def test_edition_leaves_with_its_resource(cast: Cast) -> None:
    edition = edition_in(cast)
    catalog_services.suspend(cast.actor("office_head"), resource=edition.resource, reason="核查")
    assert Publication.objects.get(pk=edition.pk).state == "suspended"
    assert Entry.objects.filter(action="opening.suspend", actor_kind="system").exists()


def test_new_version_with_personal_numbers_suspends_the_edition(cast: Cast) -> None:
    edition = edition_in(cast)
    add_version(cast, edition.resource, STREETS.replace("自强街道", "13800138000"))
    assert Publication.objects.get(pk=edition.pk).state == "suspended"
    entry = Entry.objects.get(action="opening.suspend")
    assert "Mobile telephone numbers: Leave the item out" in entry.said_reason
    with override("zh-hans"):
        assert "移动电话号码" in entry.said_reason
        assert "Leave the item out" not in entry.said_reason


def test_new_version_in_order_leaves_the_edition_open(cast: Cast) -> None:
    edition = edition_in(cast)
    add_version(cast, edition.resource, STREETS + "220302003,新街道,1,2020-01-01,钱秘密\n")
    assert Publication.objects.get(pk=edition.pk).state == "published"


def test_people_are_told_and_find_it_on_their_desk(cast: Cast) -> None:
    edition = edition_in(cast, "submitted")
    told = set(Notice.objects.filter(kind="opening.submitted").values_list("user__username", flat=True))
    assert told == {"office_head", "coordinator"}
    assert [task.group for task in tasks_for(cast.actor("office_head"))] == ["todo"]
    assert [task.group for task in tasks_for(cast.actor("steward"))] == ["started"]
    assert tasks_for(cast.actor("outsider")) == []
    services.return_(cast.actor("office_head"), publication=edition, reason="改")
    assert [(task.group, task.state) for task in tasks_for(cast.actor("steward"))] == [("todo", "returned")]


def test_rows_are_not_looked_through_for_who_may_not_release(cast: Cast) -> None:
    edition = edition_in(cast, "submitted")
    cache.clear()
    for uri in DataFile.objects.values_list("uri", flat=True):
        default_storage.delete(uri)
    for part in ("steward", "outsider", "auditor"):
        with pytest.raises(NotAllowed):
            services.publish(cast.actor(part), publication=edition)
    with pytest.raises(TransitionRefused):
        services.submit(cast.actor("steward"), publication=edition)
    with pytest.raises(DamagedFile):
        services.publish(cast.actor("office_head"), publication=edition)
