"""Searching the catalogue: Chinese words, pinyin, initials, exact titles first, facets."""

import pytest

from catalog.models import Resource
from catalog.selectors import resources, search
from portal.kernel.errors import Invalid
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    steward = cast.actor("steward")
    draft(steward, cast.provider, "吉林省行政区划代码", title_en="Administrative divisions", update_cycle=4)
    draft(steward, cast.provider, "吉林省行政区划代码变更记录", title_en="Changes of divisions")
    draft(steward, cast.provider, "殡葬服务机构名单", title_en="Funeral homes", keywords=["行政区划代码"])
    return cast


def titles(cast: Cast, words: str, **chosen: list[str]) -> list[str]:
    found = search(resources(cast.actor("steward")), words=words, chosen=chosen)
    result = [resource.title_zh for resource in found.results]
    assert found.total == len(result)
    return result


@pytest.mark.parametrize(
    "words",
    [
        "行政区划",
        "区划",
        "行政 代码",
        "xingzheng",
        "xzqh",
        "jlsxzqh",
        "xingzhengqu",
        "divisions",
        "ＤＩＶＩＳＩＯＮＳ",
        "divis",
    ],
)
def test_words_pinyin_and_initials_find_the_divisions(shelf: Cast, words: str) -> None:
    assert "吉林省行政区划代码" in titles(shelf, words)


def test_exact_title_comes_first_and_keywords_after_titles(shelf: Cast) -> None:
    assert titles(shelf, "吉林省行政区划代码")[0] == "吉林省行政区划代码"
    assert titles(shelf, "行政区划代码")[-1] == "殡葬服务机构名单"


def test_all_words_must_be_there(shelf: Cast) -> None:
    assert titles(shelf, "行政 变更") == ["吉林省行政区划代码变更记录"]
    assert titles(shelf, "行政 海洋") == []


def test_provider_and_items_are_found(shelf: Cast) -> None:
    assert len(titles(shelf, "民政厅")) == 3
    assert len(titles(shelf, "联系人")) == 3


def test_odd_input_is_harmless(shelf: Cast) -> None:
    for words in ("'", "\\", "a' | 'b", "!!!", "&", "\x00", "（）", "🙂", "政" * 900):
        titles(shelf, words)


def test_a_word_without_end_can_be_indexed_and_found(shelf: Cast) -> None:
    made = draft(shelf.actor("steward"), shelf.provider, "长词", abstract_zh="政" * 3000)
    assert titles(shelf, "长词") == [made.title_zh]


def test_facets_count_under_the_choices_in_other_facets(shelf: Cast) -> None:
    found = search(resources(shelf.actor("steward")), chosen={"cycle": ["4"]})
    facets = {facet.name: {option.value: option.count for option in facet.options} for facet in found.facets}
    assert facets["cycle"] == {"7": 2, "4": 1}
    assert facets["provider"] == {shelf.provider.slug: 1}
    assert found.total == 1
    assert found.chosen_labels()[0][:2] == ("cycle", "4")


def test_unknown_facet_value_or_sort_is_an_error(shelf: Cast) -> None:
    with pytest.raises(Invalid):
        search(Resource.objects.all(), chosen={"cycle": ["77"]})
    with pytest.raises(Invalid):
        search(Resource.objects.all(), sort="wrong")


def test_search_takes_the_policy_joined_in(shelf: Cast) -> None:
    resource_in(shelf, "published", "公开的行政区划")
    found = search(resources(shelf.actor("outsider")), words="行政区划")
    assert [resource.title_zh for resource in found.results] == ["公开的行政区划"]
    assert search(resources(shelf.actor("visitor")), words="行政区划").total == 0


@pytest.mark.parametrize(("words", "queries"), [("", 2), ("行政", 3), ("行政 区划 代码", 3)])
def test_search_needs_two_queries_and_with_words_one_more(
    shelf: Cast, django_assert_num_queries: object, words: str, queries: int
) -> None:
    actor = shelf.actor("steward")
    with django_assert_num_queries(queries):  # type: ignore[operator]
        found = search(resources(actor), words=words, chosen={"sharing": ["2"]})
        list(found.results[:20])
