"""The profile page, and one click from a finding to grade and mask."""

from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Element, Resource
from catalog.selectors.anonymity import HidingReport
from portal.kernel.identifiers import identity_check
from tests.cast import Cast
from tests.factories.catalog import draft
from tests.factories.uploads import hand_in, version_of

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
ITEMS = (
    {"name_zh": "编号", "code": "no", "type": "C", "is_key": True},
    {"name_zh": "号码", "code": "id_no", "type": "C"},
    {"name_zh": "登记日", "code": "day", "type": "D"},
    {"name_zh": "类别", "code": "kind", "type": "C"},
)


@pytest.fixture
def resource(cast: Cast) -> Resource:
    made = draft(cast.actor("steward"), cast.provider, items=ITEMS)
    bases = [f"22010219{n:02d}0101{n:03d}" for n in range(50, 70)]
    lines = [f"{n},{base}{identity_check(base)},2024-01-{n + 1:02d},甲" for n, base in enumerate(bases)]
    version_of(hand_in(cast, made, "\n".join(["no,id_no,day,kind", *lines]), "a.csv"))
    return made


def test_the_page_shows_numbers_charts_and_findings(cast: Cast, resource: Resource) -> None:
    response = cast.client("steward").get(f"{resource.get_absolute_url()}profile/")
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('data-state="identity"') == 1
    assert "2024-01-01" in page
    assert "999999999999999999" in page
    assert cast.client("office_head").get(f"{resource.get_absolute_url()}profile/?version=1").status_code == 200
    assert cast.client("steward").get(f"{resource.get_absolute_url()}profile/?version=9").status_code == 404


def test_identity_numbers_are_not_among_the_frequent_values(resource: Resource) -> None:
    assert resource.current_version is not None
    columns = {column["name"]: column for column in resource.current_version.profile["columns"]}
    assert columns["id_no"]["frequent"] == []
    assert columns["kind"]["frequent"] == [["甲", 20]]


def test_one_click_sets_the_proposed_grade_and_mask(cast: Cast, resource: Resource) -> None:
    client, url = cast.client("steward"), f"{resource.get_absolute_url()}profile/id_no/apply/"
    assert client.post(url).status_code == 302
    item = resource.items.get(code="id_no")
    assert (item.grade, item.mask) == (4, {"op": "keep", "a": 6, "b": 0})
    assert client.post(url).status_code == 409
    assert client.post(url.replace("id_no", "none")).status_code == 404
    assert cast.client("office_head").post(url.replace("id_no", "id_no")).status_code in {403, 409}


def test_a_grade_above_the_clearance_leads_to_the_items_not_to_a_refusal(cast: Cast, resource: Resource) -> None:
    user = cast.user("steward")
    user.clearance = 3
    user.save(update_fields=["clearance"])
    url = f"{resource.get_absolute_url()}profile/id_no/apply/"
    page = cast.client("steward").post(url, follow=True, headers=EN)
    assert page.status_code == 200
    assert page.redirect_chain[-1][0].endswith("/edit/attributes/")
    assert "closed to you" in page.content.decode()


def test_without_data_there_is_no_profile(cast: Cast) -> None:
    empty = draft(cast.actor("steward"), cast.provider)
    assert cast.client("steward").get(f"{empty.get_absolute_url()}profile/").status_code == 404


PEOPLE = (
    {"name_zh": "出生日期", "code": "born", "type": "D"},
    {"name_zh": "区划", "code": "area", "type": "C"},
    {"name_zh": "诊断", "code": "illness", "type": "C"},
)


def people(cast: Cast, **roles: str) -> Resource:
    """Make a table of twelve people: born in two years, in one area, and the last one alone in hers."""
    items: list[dict[str, Any]] = [item | {"privacy_role": roles.get(str(item["code"]), "")} for item in PEOPLE]
    items[0]["mask"] = {"op": "year"}
    made = draft(cast.actor("steward"), cast.provider, items=items)
    lines = [f"199{n % 2}-01-{n + 1:02d},{'220103' if n == 11 else '220102'},病{n % 3}" for n in range(12)]
    version_of(hand_in(cast, made, "\n".join(["born,area,illness", *lines]), "p.csv"))
    made.refresh_from_db()
    return made


def hiding(cast: Cast, resource: Resource) -> HidingReport:
    response = cast.client("steward").get(f"{resource.get_absolute_url()}profile/", headers=EN)
    assert response.status_code == 200
    report: HidingReport = response.context["hiding"]
    return report


def test_groups_are_counted_as_they_lie_and_as_masks_deliver_them(cast: Cast, settings: Any, tmp_path: Any) -> None:
    resource = people(cast, born="quasi", illness="sensitive")
    stored, masked = hiding(cast, resource).ways
    assert stored.found is not None
    assert masked.found is not None
    assert (stored.found.k, stored.found.rows_at_risk, stored.is_enough) == (1, 12, False)
    assert (masked.found.k, masked.found.rows_at_risk, masked.is_enough) == (6, 0, True)
    assert [(item.code, least) for item, least in masked.diversity] == [("illness", 3)]
    page = cast.client("office_head").get(f"{resource.get_absolute_url()}profile/", headers=EN).content.decode()
    assert "As shared" in page
    assert 'data-state="too_few"' in page


def test_health_minors_and_their_theme_ask_for_larger_groups(cast: Cast, settings: Any, tmp_path: Any) -> None:
    resource = people(cast, born="quasi", illness="health")
    report = hiding(cast, resource)
    assert (report.wanted, report.is_strict, [way.is_enough for way in report.ways]) == (10, True, [False, False])
    resource.items.filter(code="illness").update(privacy_role="sensitive")
    assert hiding(cast, resource).wanted == 5
    settings.OPENING_STRICT_THEMES = (resource.theme_id,)
    assert hiding(cast, resource).wanted == 10
    settings.OPENING_STRICT_THEMES = ()
    resource.items.filter(code="born").update(element=Element.objects.get(identifier="DE00004", state="in_force"))
    assert hiding(cast, resource).wanted == 5
    version = resource.current_version
    assert version is not None
    version.profile["columns"][0]["maximum"] = timezone.localdate().isoformat()
    version.save(update_fields=["profile"])
    assert hiding(cast, resource).wanted == 10


def test_without_quasi_identifiers_the_page_says_how_to_declare_them(cast: Cast, settings: Any, tmp_path: Any) -> None:
    resource = people(cast, illness="sensitive")
    page = cast.client("steward").get(f"{resource.get_absolute_url()}profile/", headers=EN).content.decode()
    assert "No item is declared a quasi-identifier" in page
    assert f"{resource.get_absolute_url()}edit/attributes/" in page


def test_a_dropped_quasi_identifier_leaves_no_groups(cast: Cast, settings: Any, tmp_path: Any) -> None:
    resource = people(cast, area="quasi")
    resource.items.filter(code="area").update(mask={"op": "drop"})
    assert [way.found is None for way in hiding(cast, resource).ways] == [False, True]
    resource.items.filter(code="area").update(mask={"op": "band", "width": 5})
    assert [way.found is None for way in hiding(cast, resource).ways] == [False, True]


def test_what_is_not_shared_groups_nobody_in_what_is(cast: Cast, settings: Any, tmp_path: Any) -> None:
    resource = people(cast, born="quasi", area="quasi")
    resource.items.filter(code="born").update(mask={}, sharing_type=3)
    stored, shared = hiding(cast, resource).ways
    assert stored.found is not None
    assert shared.found is not None
    assert (stored.found.groups, shared.found.groups) == (12, 2)
