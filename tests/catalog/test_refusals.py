"""What a refused line says: the field's word in the reader's language, never its name in code."""

import pytest
from django.utils import translation

from catalog.models import Element
from catalog.selectors.refusals import place_in_words, refusal_texts
from catalog.services.extensions import define_extension
from portal.kernel.errors import Conflict, Invalid
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("title_en", "Name in English", "英文名称"),
        ("items", "Data items", "数据项"),
        ("items.4", "Data item 5", "第 5 个数据项"),
        ("items.4.grade", "Data item 5, Grade", "第 5 个数据项，级别"),
        ("items.4.colour", "Data item 5, “colour”", "第 5 个数据项，“colour”"),
        ("colour", "“colour”", "“colour”"),
        ("extensions.no_such", "“no_such”", "“no_such”"),
    ],
)
def test_a_place_is_said_in_the_language_of_the_reader(name: str, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert place_in_words(name) == english
    with translation.override("zh-hans"):
        assert place_in_words(name) == chinese


def test_an_extension_field_goes_by_its_own_name(cast: Cast) -> None:
    names = {"name_zh": "保管期限", "name_en": "Kept for"}
    define_extension(cast.actor("coordinator"), code="kept_for", type="text", **names)
    with translation.override("zh-hans"):
        assert place_in_words("extensions.kept_for") == "保管期限"
    with translation.override("en"):
        assert place_in_words("extensions.kept_for") == "Kept for"


def test_every_text_stands_behind_its_field() -> None:
    error = Invalid(fields={"length": ["A.", "B."], "code_set": ["C."]})
    with translation.override("en"):
        assert refusal_texts(error, Element) == ["Length: A.", "Length: B.", "Code set: C."]
        assert refusal_texts(Conflict("Taken.")) == ["Taken."]
