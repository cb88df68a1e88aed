"""Notices: told once, in the reader's language, mailed after the commit, read by their owner alone."""

from email.utils import formataddr

import pytest
from django.conf import settings
from django.core import mail
from django.utils import translation

from portal.accounts.models import User
from portal.notices.models import Notice
from portal.notices.selectors import notices, unread_count
from portal.notices.services import mail_notices, mark_read, notify
from tests.cast import Cast


def _tell(cast: Cast, *names: str) -> list[Notice]:
    users = [cast.user(name) for name in names]
    return notify(users, kind="tests", title_msg="Suspended", url="/desk/", context={})


def test_each_person_is_told_once(cast: Cast) -> None:
    _tell(cast, "holder", "holder", "steward")
    assert unread_count(cast.actor("holder")) == 1
    assert unread_count(cast.actor("steward")) == 1
    assert unread_count(cast.actor("outsider")) == 0
    assert unread_count(cast.actor("visitor")) == 0


def test_the_text_is_in_the_language_of_the_moment(cast: Cast) -> None:
    (notice,) = _tell(cast, "holder")
    with translation.override("en"):
        assert notice.text == "Suspended"
    with translation.override("zh-hans"):
        assert notice.text == "已暂停"


def test_mail_goes_once_to_those_with_an_address_in_their_language(cast: Cast) -> None:
    user = cast.user("holder")
    user.language = "zh-hans"
    user.save(update_fields=["language"])
    _tell(cast, "holder", "holder_head")
    assert mail_notices() == 1
    assert mail_notices() == 0
    (letter,) = mail.outbox
    assert letter.to == ["holder@example.test"]
    assert letter.subject == "已暂停"
    assert "http://testserver/desk/" in letter.body
    assert letter.from_email == formataddr((settings.BRAND.name_zh, settings.BRAND.contact_email))
    assert settings.BRAND.name_zh in letter.body


def test_a_mail_that_cannot_be_sent_holds_up_no_other_and_sends_none_twice(cast: Cast) -> None:
    _tell(cast, "holder")
    notify([cast.user("holder")], kind="tests", title_msg="%(missing)s", context={})
    _tell(cast, "steward")
    assert mail_notices() == 2
    assert mail_notices() == 0
    assert [letter.to[0] for letter in mail.outbox] == ["holder@example.test", "steward@example.test"]


def test_a_closed_account_gets_no_mail(cast: Cast) -> None:
    _tell(cast, "holder")
    User.objects.filter(pk=cast.user("holder").pk).update(is_active=False)
    assert mail_notices() == 0


def test_one_marks_only_ones_own_as_read(cast: Cast) -> None:
    (notice,) = _tell(cast, "holder")
    assert mark_read(cast.actor("outsider"), notice_id=notice.pk) == 0
    assert mark_read(cast.actor("visitor")) == 0
    assert mark_read(cast.actor("holder"), notice_id=notice.pk) == 1
    assert mark_read(cast.actor("holder")) == 0
    assert list(notices(cast.actor("holder"))) == [notice]


def test_the_page_lists_opens_and_marks(cast: Cast) -> None:
    (notice,) = _tell(cast, "holder")
    client = cast.client("holder")
    assert b"Suspended" in client.get("/notices/").content
    assert client.get(f"/notices/{notice.pk}/")["Location"] == "/desk/"
    assert unread_count(cast.actor("holder")) == 0
    assert client.post("/notices/read/").status_code == 302
    assert cast.client("outsider").get(f"/notices/{notice.pk}/").status_code == 404


@pytest.mark.parametrize("url", ["//evil.test/", "https://evil.test/", ""])
def test_a_notice_never_leads_off_the_site(cast: Cast, url: str) -> None:
    (notice,) = notify([cast.user("holder")], kind="tests", title_msg="Suspended", url=url)
    assert cast.client("holder").get(f"/notices/{notice.pk}/")["Location"] == "/notices/"


def test_names_are_said_in_the_language_of_the_reader(cast: Cast) -> None:
    words = {"title": "街道名录", "title_en": "Streets", "giver": "民政厅", "giver_en": ""}
    message = "“%(title)s” of %(giver)s is suspended."
    notice = notify([cast.user("holder")], kind="tests", title_msg=message, context=words)[0]
    with translation.override("en"):
        assert notice.text == "“Streets” of 民政厅 is suspended."
    with translation.override("zh-hans"):
        assert notice.text == "“街道名录” of 民政厅 is suspended."
