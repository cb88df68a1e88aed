"""Numbers, dates, languages, states and charts as readers see them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from portal.web import charts, numbers, states
from portal.web.bilingual import bilingual
from portal.web.words import word_of


def render(source: str, **context: object) -> str:
    return Template("{% load songhua %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1234567, "1,234,567"), ("1234.5", "1,234.5"), (0, "0"), (None, ""), ("x", "x"), (True, "True"), ("nan", "nan")],
)
def test_numbers_are_grouped_by_thousands(value: object, shown: str) -> None:
    assert numbers.grouped(value) == shown


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (9999, "9,999", "9,999"),
        (12345678, "1,234.6 万", "12.3 million"),
        (126000000, "1.26 亿", "126 million"),
        (6260000000, "62.6 亿", "6.26 billion"),
        ("n/a", "n/a", "n/a"),
    ],
)
def test_headlines_are_short_in_the_way_of_the_language(value: object, zh: str, en: str) -> None:
    assert numbers.headline(value, chinese=True)[0] == zh
    assert numbers.headline(value, chinese=False)[0] == en


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0 B"), (1023, "1023 B"), (2480000, "2.4 MB"), (200 * 1024, "200 KB"), (2**50, "1024 TB"), ("", "")],
)
def test_sizes_of_files(value: object, shown: str) -> None:
    assert numbers.file_size(value) == shown


def test_shares_are_percentages_with_one_decimal() -> None:
    assert numbers.percent(0.985) == "98.5%"
    assert numbers.percent(None) == ""


def test_headline_keeps_the_full_number_in_its_title() -> None:
    with translation.override("zh-hans"):
        assert render("{{ v|wan }}", v=12345678) == '<span title="12,345,678">1,234.6 万</span>'


def test_dates_in_both_languages_and_in_the_zone_of_the_site() -> None:
    moment = datetime(2026, 11, 22, 1, 5, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert render("{{ v|datetime_cn }}", v=moment) == "2026年11月22日 09:05"
        assert render('{% when v "date" %}', v=moment) == (
            '<time datetime="2026-11-22T09:05:00+08:00">2026年11月22日</time>'
        )
    with translation.override("en"):
        assert render("{{ v|datetime_cn }}", v=moment) == "22 Nov 2026, 09:05"
        assert render("{{ v|date_cn }}", v=date(2026, 1, 2)) == "2 Jan 2026"
    assert render("{% when v %}{{ v|date_cn }}{{ v|datetime_cn }}", v=None) == ""


def test_a_missing_translation_falls_back_and_says_so() -> None:
    record = {"name_zh": "街道名录", "name_en": ""}
    with translation.override("en"):
        assert 'lang="zh-Hans">街道名录</span>' in render('{% trans_field r "name" %}', r=record)
        assert render('{% trans_text r "name" %}', r=record) == "街道名录"
    with translation.override("zh-hans"):
        assert render('{% trans_field r "name" %}', r=record) == "街道名录"
        assert "English" in render('{% trans_field r "name" %}', r={"name_en": "Streets"})
    assert bilingual(SimpleNamespace(), "name", chinese=True).text == ""


def test_states_wear_a_color_and_a_sign_and_unknown_ones_none() -> None:
    assert (states.tone("published"), states.sign("published")) == ("ok", "✓")
    assert (states.tone("never-heard"), states.sign("never-heard")) == ("mute", "–")


def test_actions_are_words_by_verb_or_stay_codes() -> None:
    with translation.override("en"):
        assert str(word_of("sharing.request.submit")) == "Submitted"
    assert word_of("strange.verb-x") == "strange.verb-x"


def test_charts_are_in_proportion() -> None:
    chart = charts.bars([("a", 100), {"label": "b", "value": 50}, SimpleNamespace(label="c", value=0)])
    assert [mark.width for mark in chart.marks] == [560, 280, 2]
    columns = charts.columns([("x", 3), ("y", None)])
    assert columns.marks[0].height == 152
    assert columns.marks[1].height == 1
    assert charts.bars([]).marks == ()
    assert columns.floor == 159
    assert chart.marks[0].middle == 20


def test_rows_pair_with_fields_whether_mappings_or_sequences() -> None:
    source = "{% for f, v in row|cells:fields %}{{ v }};{% endfor %}"
    assert render(source, row={"a": 1, "b": 2}, fields=["b", {"name": "a"}, SimpleNamespace(name="c")]) == "2;1;None;"
    assert render(source, row=[1, 2], fields=["a", "b"]) == "1;2;"


def test_backticks_are_code_and_the_rest_is_escaped() -> None:
    assert render("{{ v|code_marks }}", v="Use `q` & ``limit``<b>") == (
        "Use <code>q</code> &amp; <code>limit</code>&lt;b&gt;"
    )


@pytest.mark.parametrize(
    ("value", "zh", "en"), [(True, "是", "yes"), (False, "否", "no"), (None, "None", "None"), (0, "0", "0")]
)
def test_truths_in_cells_are_words(value: object, zh: str, en: str) -> None:
    for language, shown in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert render("{{ value|cell }}", value=value) == shown


@pytest.mark.parametrize(
    ("column", "english", "chinese"),
    [
        ({"name": "code", "label": "Code <1>"}, "Code &lt;1&gt;", "Code &lt;1&gt;"),
        ({"name": "code", "name_zh": "代码", "name_en": "Code"}, "Code", "代码"),
        ({"name": "code", "name_zh": "代码", "name_en": ""}, '<span lang="zh-Hans">代码</span>', "代码"),
        (SimpleNamespace(name="code", name_zh="", name_en="Code"), "Code", '<span lang="en">Code</span>'),
        ({"name": "code"}, "code", "code"),
    ],
)
def test_a_heading_says_its_language_where_it_is_another(column: object, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert render("{% heading column %}", column=column) == english
    with translation.override("zh-hans"):
        assert render("{% heading column %}", column=column) == chinese
