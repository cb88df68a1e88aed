"""Data elements from files: what a line does is seen before it is done, by page and by API alike."""

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Element
from catalog.selectors.standard_files import element_table, render_json
from catalog.selectors.standards import elements_in_force
from catalog.services.element_import import import_elements, read_element_rows
from portal.audit.models import Entry
from portal.kernel.errors import Invalid, NotAllowed, TooLarge
from tests.cast import Cast

pytestmark = pytest.mark.django_db
URL = "/catalog/standards/elements/import/"
API = "/api/v1/catalog/standards/elements/import"
HEADS = "标识符,中文名称,定义,数据类型,长度,代码集,同义名称\n"
NEW = f"{HEADS},河湖代码,河流或湖泊的代码。,字符型,8,,河流代码；湖泊代码\n"


def rows(text: str, name: str = "a.csv") -> list[Any]:
    return read_element_rows(io.BytesIO(text.encode()), name)


def run(cast: Cast, text: str, *, apply: bool = True, enforce: bool = False) -> Any:
    return import_elements(cast.actor("coordinator"), rows=rows(text), apply=apply, enforce=enforce)


def test_a_preview_says_what_would_happen_and_writes_nothing(cast: Cast) -> None:
    before = Element.objects.count(), Entry.objects.count()
    found = run(cast, NEW.replace("字符型", "C"), apply=False)
    assert [(line.verdict, line.identifier) for line in found.lines] == [("create", "DE00030")]
    assert (Element.objects.count(), Entry.objects.count()) == before


def test_a_new_element_becomes_a_draft_with_everything_the_line_states(cast: Cast) -> None:
    run(cast, NEW.replace("字符型", "Character string"))
    made = Element.objects.get(name_zh="河湖代码")
    assert (made.state, made.type, made.length, made.synonyms) == ("draft", "C", 8, ["河流代码", "湖泊代码"])
    assert Entry.objects.filter(action="catalog.element.import").count() == 1
    again = run(cast, "name_zh,length\n河湖代码,9\n")
    assert [(line.verdict, line.changes) for line in again.lines] == [("change", [("length", "8", "9")])]
    assert Element.objects.get(name_zh="河湖代码").version == 1


def test_what_is_in_force_gets_a_new_version_and_an_empty_cell_changes_nothing(cast: Cast) -> None:
    found = run(cast, "identifier,definition,name_en\nDE00003,人的性别，按国家标准。,\n", enforce=True)
    assert [line.verdict for line in found.lines] == ["version"]
    now = Element.objects.get(identifier="DE00003", state="in_force")
    assert (now.version, now.definition) == (2, "人的性别，按国家标准。")
    assert now.name_en
    assert Element.objects.get(identifier="DE00003", version=1).state == "superseded"


def test_the_export_taken_back_says_the_same(cast: Cast) -> None:
    text = render_json(element_table(elements_in_force())).decode()
    found = import_elements(cast.actor("coordinator"), rows=rows(text, "a.json"), apply=True)
    assert found.counts == {"create": 0, "version": 0, "change": 0, "same": len(found.lines), "refused": 0}


def test_lines_with_faults_are_left_out_with_their_reasons(cast: Cast) -> None:
    text = (
        f"{HEADS}DE00003,性别,甲,C,x,,\nDE00003,性别,乙,C,1,,\nDE00003,性别,丙,C,1,,\n"
        ",没有定义,,C,,,\n,类型,丁,Q,,,\n,码,戊,C,,无此代码集,\nimport,己,己,C,,,\n"
    )
    found = run(cast, text)
    assert [line.verdict for line in found.lines] == ["refused", "version", *["refused"] * 5]
    reasons = [line.problems[0].partition(":")[0] for line in found.lines if line.problems]
    assert reasons == ["Length", "Identifier", "Definition", "Type", "Code set", "Identifier"]
    assert not Element.objects.filter(name_zh__in=["没有定义", "类型", "码"]).exists()


def test_a_name_that_two_elements_have_is_refused(cast: Cast) -> None:
    Element.objects.filter(identifier__in=["DE00002", "DE00003"]).update(name_zh="两义")
    found = run(cast, "name_zh,definition\n两义,甲\n")
    assert "identifier" in found.lines[0].problems[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "a.csv"), ("a,b\n1,2\n", "a.csv"), ("name_zh,colour\n甲,红\n", "a.csv"), ("{", "a.json"), ("[1]", "a.json")],
)
def test_a_file_that_cannot_be_read_is_refused_whole(text: str, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        rows(text, name)
    assert "file" in refused.value.fields


def test_too_much_is_refused() -> None:
    with pytest.raises(TooLarge):
        rows("x" * (5 << 20) + "x")
    with pytest.raises(Invalid):
        rows(json.dumps([{"name_zh": f"甲{n}"} for n in range(2_001)]), "a.json")


def test_only_keepers_import(cast: Cast) -> None:
    for name in ("visitor", "steward", "office_head", "outsider", "auditor"):
        with pytest.raises(NotAllowed):
            import_elements(cast.actor(name), rows=rows(NEW), apply=False)


def test_the_page_shows_the_preview_and_writes_what_was_confirmed(cast: Cast) -> None:
    client = cast.client("coordinator")
    shown = client.post(URL, {"file": SimpleUploadedFile("a.csv", NEW.replace("字符型", "C").encode())})
    text = shown.content.decode()
    assert 'data-state="create"' in text
    assert not Element.objects.filter(name_zh="河湖代码").exists()
    seen = text.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post(URL, {"seen": f"{seen}x"}).status_code == 400
    assert client.post(URL, {"seen": seen}).status_code == 302
    assert Element.objects.get(name_zh="河湖代码").state == "draft"
    assert client.post(URL, {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")}).status_code == 400


def test_the_api_previews_and_applies(cast: Cast) -> None:
    client = cast.client("coordinator")
    content = NEW.replace("字符型", "C").encode()
    seen = client.post(API, {"file": SimpleUploadedFile("a.csv", content)}).json()
    assert (seen["applied"], seen["counts"]["create"]) == (False, 1)
    done = client.post(API, {"file": SimpleUploadedFile("a.csv", content), "apply": "true", "enforce": "true"}).json()
    assert (done["applied"], done["lines"][0]["verdict"]) == (True, "create")
    assert Element.objects.get(name_zh="河湖代码").state == "in_force"
    assert cast.client("steward").post(API, {"file": SimpleUploadedFile("a.csv", content)}).status_code == 403
