"""Sentences of the product: kept in English, said to each reader in her own language."""

import json

from django.utils.translation import gettext_lazy, override

from portal.audit.wording import Sentence, Wording, joined, kept_of, said, worded

NO_DATA = "The resource has no data yet."
PLAN = "The plan does not fit the current version: %(why)s"


def test_the_text_is_english_and_what_is_kept_says_it_in_every_language() -> None:
    with override("zh-hans"):
        wording = Wording(PLAN, why=Wording(NO_DATA))
        assert wording == "The plan does not fit the current version: The resource has no data yet."
        assert wording.strip() is wording
        kept = json.loads(json.dumps(kept_of(wording)))
        chinese = said(str(wording), kept)
    assert chinese != wording
    assert "该资源尚无数据" in chinese
    with override("en"):
        assert said("", kept) == wording
        assert worded("", kept) == wording
        assert kept_of(worded("", kept)) == kept


def test_what_somebody_wrote_stays_as_it_was_written() -> None:
    with override("zh-hans"):
        assert kept_of(NO_DATA) == {}
        assert said(NO_DATA, {}) == NO_DATA
        assert worded(NO_DATA, {}) is NO_DATA


def test_lazy_texts_and_parts_are_kept_by_their_source() -> None:
    with override("zh-hans"):
        parts = joined([Sentence("%(name)s: %(kind)s", name="列", kind=gettext_lazy("Names of people")), "丙 100%"])
        assert str(parts) == "列: 人员姓名; 丙 100%"
        wording = Wording(parts)
    assert wording == "列: Names of people; 丙 100%"
    assert kept_of(wording)["values"]["part1"] == "丙 100%"
    assert joined([]) == ""
    with override("zh-hans"):
        assert said("", kept_of(wording)) == "列: 人员姓名; 丙 100%"
        assert Wording(gettext_lazy("Names of people")) == "Names of people"
