"""Licenses: a type is defined, a license issued, verified by its code, and revoked."""

import re
import time

from portal.kernel.identifiers import identity_check, parse_license_identifier
from tests.journeys.story.story import Story


def issue(story: Story) -> None:
    """A license officer defines a type with its own fields and issues a license with a valid identifier."""
    officer = story.person("jiaotong.license")
    officer.visit("/licenses/types/new/")
    officer.fill(
        {
            "number": f"{int(time.time()) % 800 + 100}",
            "name_zh": f"道路客运线路许可{story.stamp}",
            "name_en": f"Coach line permit {story.stamp}",
            "legal_basis": "示例依据",
            "holder_kind": "person",
            "validity_months": "24",
            "fields-0-name_zh": "线路",
            "fields-0-name_en": "Line",
            "fields-0-key": "line",
            "fields-0-required": True,
            "fields-0-exposure": "shown",
        }
    )
    officer.tick("holder_code_types", "111")
    officer.submit("name_zh")
    officer.page.locator('main form[action*="/publish/"] button, main button[value="publish"]').first.click()
    officer.page.wait_for_load_state()
    code = re.search(r"/licenses/types/(\w{21})/", officer.page.url)
    assert code
    officer.visit(f"/licenses/new/{code[1]}/")
    base = f"22010220300101{int(time.time()) % 999:03d}"
    wrong = "0" if identity_check(base) != "0" else "1"
    officer.fill({"holder_name": "张秀兰", "holder_code_type": "111", "holder_code": base + wrong})
    officer.fill({"value_line": "长春—四平"})
    officer.submit("holder_name")
    assert officer.errors().count() >= 1, "a wrong check character is told"
    officer.fill({"holder_code": base + identity_check(base)})
    officer.submit("holder_name")
    story.license = officer.number
    parse_license_identifier(story.license)
    assert officer.state == "01"
    pdf = officer.download(f"/licenses/{story.license}/print.pdf")
    assert pdf.startswith(b"%PDF")
    officer.close()


def verify(story: Story) -> None:
    """Whoever scans the code sees that it is valid; revoked after revocation; not found for a changed character."""
    officer, visitor = story.person("jiaotong.license"), story.person()
    officer.visit(f"/licenses/{story.license}/")
    printed = officer.page.locator('main a[href*="/p/"]').first.get_attribute("href") or ""
    visitor.visit(printed)
    assert visitor.state == "valid"
    assert "张秀兰" not in visitor.text, "the holder's name is masked"
    changed = printed[:-1] + ("A" if printed[-1] != "A" else "B")
    visitor.visit(changed, status=visitor.status_of(changed))
    assert visitor.state == "not_found"
    officer.fill({"reason": "经查不符合许可条件。"})
    if officer.page.locator('main [name="basis"]').count():
        officer.fill({"basis": "《行政许可法》第六十九条"})
    officer.page.locator('main button[name="verb"][value="revoke"]').click()
    officer.page.wait_for_load_state()
    assert officer.state == "03"
    visitor.visit(printed)
    assert visitor.state == "revoked"
    visitor.visit("/verify/")
    officer.close()
    visitor.close()
