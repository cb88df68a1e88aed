"""Who is told of what, what waits on whose desk, and that files are checked by the worker."""

from pathlib import Path
from unittest.mock import patch

import pytest
from django.utils import translation

from catalog import services
from catalog.selectors import tasks_for
from catalog.services.versions import receive_upload
from catalog.tasks import check_upload, sweep_uploads
from portal.notices.models import Notice
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in

pytestmark = pytest.mark.django_db


def told(cast: Cast) -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("id").values_list("user__username", "kind"))


def test_each_step_tells_who_acts_next(cast: Cast) -> None:
    resource = resource_in(cast, "published")
    services.suspend(cast.actor("coordinator"), resource=resource, reason="核查")
    assert told(cast) == [
        ("office_head", "catalog.submit"),
        ("coordinator", "catalog.approve"),
        ("steward", "catalog.publish"),
        ("office_head", "catalog.suspend"),
        ("steward", "catalog.suspend"),
    ]


def test_desk_shows_what_waits_for_whom(cast: Cast) -> None:
    resource_in(cast, "draft", "草稿")
    resource_in(cast, "submitted", "已提交")
    resource_in(cast, "in_review", "审核中")
    resource_in(cast, "returned", "已退回")
    with translation.override("zh-hans"):
        desk = {
            name: sorted((task.group, task.title) for task in tasks_for(cast.actor(name)))
            for name in ("steward", "office_head", "coordinator", "outsider", "visitor")
        }
    assert desk == {
        "steward": [("started", "审核中"), ("started", "已提交"), ("started", "草稿"), ("todo", "已退回")],
        "office_head": [("todo", "已提交")],
        "coordinator": [("todo", "审核中")],
        "outsider": [],
        "visitor": [],
    }
    (review,) = tasks_for(cast.actor("coordinator"))
    assert review.days_left == 2


def test_a_received_file_is_checked_by_the_worker_and_its_sender_told(
    cast: Cast, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    path = tmp_path / "streets.csv"
    path.write_text("街道代码,街道名称,联系人\n220102001,南岭,张三\n", encoding="utf-8")
    with patch("catalog.receivers.check_upload.delay_on_commit") as delay, path.open("rb") as file:
        upload = receive_upload(cast.actor("steward"), resource=resource, file=file, name="streets.csv")
    delay.assert_called_once_with(upload.pk)
    with patch("catalog.tasks.check_upload.delay") as again:
        assert sweep_uploads()["asked"] == 0
        upload.created_at = upload.created_at.replace(year=2020)
        upload.save(update_fields=["created_at"])
        assert sweep_uploads()["asked"] == 1
    again.assert_called_once_with(upload.pk)
    assert check_upload(upload.pk) == {"upload": upload.pk, "state": "accepted"}
    assert check_upload(upload.pk) == {"upload": upload.pk, "state": "accepted"}
    resource.refresh_from_db()
    assert resource.current_version is not None
    assert resource.current_version.row_count == 1
    assert ("steward", "catalog.upload.accepted") in told(cast)
