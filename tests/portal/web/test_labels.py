"""Names of fields in refusals, and the page of a refusal that nobody caught."""

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from portal.kernel.errors import Invalid
from portal.web.errors import problem_page
from portal.web.labels import place_of


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("page", "Page", "页码"),
        ("title_en", "Name in English", "英文名称"),
        ("items", "Data items", "数据项"),
        ("items.4", "Data items, no. 5", "数据项第 5 项"),
        ("items.4.grade", "Data items, no. 5, Grade", "数据项第 5 项，级别"),
        ("colour", "“colour”", "“colour”"),
    ],
)
def test_a_place_is_said_in_the_words_of_the_forms(name: str, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert place_of(name) == english
    with translation.override("zh-hans"):
        assert place_of(name) == chinese


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "line"), [("en", "Page: Not a page number."), ("zh-hans", "页码：不是有效页码。")]
)
def test_a_refused_address_is_said_in_words_and_offered_without_what_was_wrong(
    client: Client, language: str, line: str
) -> None:
    client.cookies["songhua_language"] = language
    page = client.get("/dataset/?q=a&page=abc")
    assert page.status_code == 400
    text = page.content.decode()
    assert line in text
    assert "page:" not in text
    assert 'href="/dataset/?q=a"' in text
    assert client.get("/dataset/?q=a").status_code == 200


@pytest.mark.django_db
def test_a_refused_post_leads_back_and_names_its_fields(rf: RequestFactory) -> None:
    error = Invalid(fields={"title_zh": ["At least a name."], "": ["Nothing fits."]})
    request = rf.post("/catalog/register/")
    with translation.override("en"):
        text = problem_page(request, error).content.decode()
    assert "Name in Chinese: At least a name." in text
    assert "<li>Nothing fits.</li>" in text
    assert "title_zh" not in text
