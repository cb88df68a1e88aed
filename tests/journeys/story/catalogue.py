"""The catalogue: a resource is registered, its files are checked, and it is published."""

from tests.journeys.reader import Reader
from tests.journeys.story.story import (
    ABSTRACT,
    COLUMNS,
    ENGLISH,
    STREETS,
    Story,
    rows_of_streets,
    write_text,
    write_workbook,
)


def register(story: Story) -> None:
    """A data officer registers a resource, saving drafts with gaps; only submitting validates."""
    officer = story.person("minzheng.officer")
    officer.visit("/catalog/register/")
    officer.fill({"title_zh": story.title, "title_en": f"Street check list {story.stamp}"})
    officer.submit("title_zh")
    story.resource = officer.page.url.split("/catalog/")[1].split("/")[0]
    officer.visit(f"/catalog/{story.resource}/check/")
    assert officer.errors().count() >= 1, "a draft with gaps cannot be submitted"
    officer.visit(f"/catalog/{story.resource}/edit/basic/")
    officer.fill({"abstract_zh": ABSTRACT})
    officer.submit("abstract_zh")
    officer.visit(f"/catalog/{story.resource}/edit/basic/")
    assert officer.page.locator('[name="abstract_zh"]').input_value() == ABSTRACT
    category = officer.page.locator('[name="category"] option[value]:not([value=""])').first
    officer.fill(
        {
            "abstract_en": ENGLISH,
            "keywords": "街道,乡镇,地址",
            "category": category.get_attribute("value") or "",
            "update_cycle": "7",
            "format": "text",
            "source_note": "china-division 2.7.0 (MIT)",
            "use_conditions": "仅用于核对地址,不得转交。",
        }
    )
    officer.submit("abstract_zh")
    _items(story, officer)
    officer.visit(f"/catalog/{story.resource}/edit/assessments/")
    officer.fill({"secrecy_assessment": "不涉及国家秘密。", "privacy_assessment": "不含个人信息。"})
    officer.submit("secrecy_assessment")
    officer.visit(f"/catalog/{story.resource}/check/")
    assert officer.errors().count() == 0, officer.text
    officer.close()


def _items(story: Story, officer: Reader) -> None:
    """Items are proposed from the file; one is conditional, with reason and legal basis, and may not be opened."""
    officer.visit(f"/catalog/{story.resource}/edit/items/")
    if not officer.page.locator('main details[open] [name="file"]').count():
        officer.page.locator("main details summary").first.click()
    officer.fill({"file": STREETS})
    officer.submit("file")
    codes = [field.input_value() for field in officer.page.locator('main [name^="items-"][name$="-code"]').all()]
    assert [code for code in codes if code][:5] == list(COLUMNS)
    types = [field.input_value() for field in officer.page.locator('main [name^="items-"][name$="-type"]').all()]
    assert types[0] == "C", "a code keeps its zeros"
    officer.submit("items-0-code")
    officer.visit(f"/catalog/{story.resource}/edit/attributes/")
    officer.page.locator("main details summary").first.click()
    officer.fill({"grade": "1", "sharing_type": "1", "opening_type": "1"})
    officer.submit("sharing_type")
    officer.visit(f"/catalog/{story.resource}/edit/attributes/provinceCode/")
    officer.fill(
        {
            "grade": "2",
            "sharing_type": "2",
            "sharing_condition": "用于本部门履行职责。",
            "opening_type": "3",
            "basis_kind": "2",
            "basis_document": "政务数据共享条例",
            "basis_article": "第十四条",
            "reason": "按规定有条件共享。",
        }
    )
    officer.submit("sharing_type")


def upload(story: Story) -> None:
    """Files of four makes are checked; one that does not fit gets its report, and the version before stays."""
    officer = story.person("minzheng.officer")
    rows = rows_of_streets()
    files = [
        write_text(story.folder / "first.csv", rows[:1001]),
        write_text(story.folder / "gb18030.csv", rows, encoding="gb18030"),
        write_text(story.folder / "semicolon.csv", rows, delimiter=";"),
        write_workbook(story.folder / "book.xlsx", rows),
    ]
    for number, file in enumerate(files, 1):
        officer.hand_in(story.resource, {"file": file})
        assert officer.wait_for_state("accepted", "rejected", "failed") == "accepted", officer.text
        officer.visit(f"/catalog/{story.resource}/versions/")
        assert officer.page.locator("main tbody tr").count() == number
    bad = [list(row) for row in rows[:50]]
    bad[7][0], bad[9][1] = "2.201E+08", ""
    officer.hand_in(story.resource, {"file": write_text(story.folder / "bad.csv", bad)})
    assert officer.wait_for_state("accepted", "deciding", "rejected", "failed") == "deciding"
    assert "code" in officer.text
    assert "8" in officer.text, "the report names the line"
    officer.visit(f"/catalog/{story.resource}/rows/")
    assert rows[1][1] in officer.text
    officer.visit(f"/catalog/{story.resource}/versions/")
    assert officer.page.locator("main tbody tr").count() == len(files)
    officer.close()


def review(story: Story) -> None:
    """The office head consents, the coordinator returns it once, sees what changed, and publishes."""
    officer, head = story.person("minzheng.officer"), story.person("minzheng.head")
    coordinator = story.person("sjj.coordinator")
    _submit(story, officer)
    assert coordinator.status_of(f"/catalog/{story.resource}/review/") == 404, "not yet with the authority"
    head.visit(f"/catalog/{story.resource}/review/")
    head.press("approve")
    coordinator.visit("/desk/")
    assert story.title in coordinator.text or story.stamp in coordinator.text
    coordinator.visit(f"/catalog/{story.resource}/review/")
    coordinator.press("return")
    assert coordinator.errors().count() >= 1, "a return needs a reason"
    coordinator.visit(f"/catalog/{story.resource}/review/")
    coordinator.press("return", "请在摘要中写明数据时点。")
    officer.visit(f"/catalog/{story.resource}/edit/basic/")
    officer.fill({"abstract_zh": f"{ABSTRACT}数据时点为2024年。"})
    officer.submit("abstract_zh")
    _submit(story, officer)
    head.visit(f"/catalog/{story.resource}/review/")
    head.press("approve")
    coordinator.visit(f"/catalog/{story.resource}/review/")
    assert "数据时点为2024年" in coordinator.page.locator("main ins").first.inner_text()
    coordinator.press("publish")
    coordinator.visit(f"/catalog/{story.resource}/")
    assert coordinator.state == "published"
    for reader in (officer, head, coordinator):
        reader.close()


def _submit(story: Story, officer: Reader) -> None:
    officer.visit(f"/catalog/{story.resource}/check/")
    officer.page.locator('main form[action*="/act/submit/"] button[type="submit"]').click()
    officer.page.wait_for_load_state()
