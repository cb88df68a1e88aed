"""What the release check says of the rows: each rule with its words, met and not, and what is kept of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.utils.translation import override

from catalog.models import Element, Item, Resource
from opening import services
from opening.models import Publication
from opening.services.checks import Check
from portal.kernel.errors import Invalid
from tests.cast import Cast
from tests.factories.opening import FREE, add_version, edition_in, resource_with_data

pytestmark = pytest.mark.django_db
PATIENTS = "\n".join(
    ["born,area,illness", *(f"199{n % 2},{'220103' if n == 11 else '220102'},病{n % 3}" for n in range(12))]
)
ROLES = {"born": "quasi", "area": "quasi", "illness": "sensitive"}


def items(names: Mapping[str, str], roles: Mapping[str, str], **types: str) -> list[dict[str, Any]]:
    return [
        {"name_zh": zh, "code": code, "type": types.get(code, "C"), "privacy_role": roles.get(code, ""), **FREE}
        for code, zh in names.items()
    ]


PERSON = {"born": "出生年份", "area": "区划", "illness": "病种"}


def draft(cast: Cast, text: str, rows: Sequence[Mapping[str, Any]], name: str = "people") -> Publication:
    resource = resource_with_data(cast, f"测试{name}", text, items=rows)
    assert resource.current_version is not None
    return edition_in(cast, "draft", name, resource)


def checks(edition: Publication) -> dict[str, Check]:
    fresh = Publication.objects.select_related("resource__provider", "resource__current_version").get(pk=edition.pk)
    return {check.code: check for check in services.release_checks(fresh)}


def words(edition: Publication, code: str) -> str:
    with override("en"):
        check = checks(edition)[code]
        return f"{check.label}|{check.mend}|{check.subject}"


def refused(cast: Cast, edition: Publication) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        services.submit(cast.actor("steward"), publication=edition)
    return set(refusal.value.fields)


def test_groups_too_small_are_said_with_figures(cast: Cast) -> None:
    edition = draft(cast, PATIENTS, items(PERSON, ROLES))
    said = words(edition, "k_anonymity")
    assert said.startswith("At least 5 people share the same quasi-identifiers|")
    assert "The smallest group has 1, and 1 rows lie in groups that are too small." in said
    assert not checks(edition)["k_anonymity"].is_met
    assert "k_anonymity" in refused(cast, edition)


def test_each_group_needs_two_values_of_what_is_sensitive(cast: Cast) -> None:
    edition = draft(cast, PATIENTS.replace("病1", "病0").replace("病2", "病0"), items(PERSON, ROLES))
    said = words(edition, "l_diversity")
    assert said.startswith("In each group a sensitive item has at least 2 different values|All people of a group")
    assert said.endswith("|病种 (illness): 1")
    varied = draft(cast, PATIENTS.replace("220103", "220102"), items(PERSON, ROLES), "varied")
    assert checks(varied)["l_diversity"].is_met
    assert checks(varied)["l_diversity"].subject == "病种 (illness): 3"
    assert checks(varied)["k_anonymity"].subject == "k = 6"


def test_health_asks_for_ten(cast: Cast) -> None:
    rows = items(PERSON, ROLES | {"illness": "health"})
    edition = draft(cast, PATIENTS.replace("220103", "220102"), rows)
    assert words(edition, "k_anonymity").startswith("At least 10 people")
    assert not checks(edition)["k_anonymity"].is_met
    Item.objects.filter(code="illness").update(privacy_role="sensitive")
    assert checks(edition)["k_anonymity"].is_met


NUMBERS = {"area": "区划", "people": "人数"}


def numbers(*counts: str) -> str:
    areas = ("合计", "甲", "乙", "丙")
    return "\n".join(["area,people", *(f"{area},{count}" for area, count in zip(areas, counts, strict=True))])


def test_small_numbers_and_those_that_can_be_computed(cast: Cast) -> None:
    rows = items(NUMBERS, {"people": "people"}, people="I")
    small = draft(cast, numbers("60", "40", "4", "16"), rows, "small")
    assert words(small, "small_numbers") == (
        "No number of people is below ten|Leave the small numbers empty, or add them up with others; the figure says "
        "in how many rows.|人数 (people): 1"
    )
    assert refused(cast, small) == {"small_numbers"}
    alone = draft(cast, numbers("60", "40", "", "16"), rows, "alone")
    said = words(alone, "computed_numbers")
    assert "No withheld number can be computed" in said
    assert "These would do (item and row of the file): 人数 (people) 5." in said
    assert said.endswith("|人数 (people): 1")
    assert refused(cast, alone) == {"computed_numbers"}
    closed = draft(cast, numbers("60", "40", "", ""), rows, "closed")
    assert checks(closed)["computed_numbers"].is_met
    assert services.submit(cast.actor("steward"), publication=closed).state == "submitted"


def test_only_numbers_under_a_withheld_total_ask_for_another_way(cast: Cast) -> None:
    rows = items(NUMBERS, {"people": "people"}, people="I")
    edition = draft(cast, numbers("4", "0", "0", ""), rows)
    assert "whoever subtracts the others knows the number" in words(edition, "computed_numbers")


def test_places_are_not_more_exact_than_needed(cast: Cast, settings: Any) -> None:
    names = {"no": "编号", "lng": "经度", "place": "位置"}
    edition = draft(
        cast, "no,lng,place\n1,125.1234567,POINT (125.1234567 43.1)\n2,125.1,无\n", items(names, {}, lng="B")
    )
    said = words(edition, "exact_places")
    assert said.startswith("Coordinates are not more exact than needed|Round the coordinates before they are opened")
    assert said.endswith("decimals allowed: 5.|经度 (lng): 1; 位置 (place): 1")
    assert refused(cast, edition) == {"exact_places"}
    settings.OPENING_COORDINATE_DECIMALS = 7
    assert checks(edition)["exact_places"].is_met
    assert "exact_addresses" not in checks(edition)
    Item.objects.filter(code="no").update(privacy_role="sensitive")
    assert "decimals allowed: 2." in words(edition, "exact_places")


def test_addresses_of_people_end_before_the_door(cast: Cast) -> None:
    rows = items({"kind": "类别", "site": "地点"}, {"kind": "sensitive"})
    edition = draft(cast, "kind,site\n甲,人民大街12号\n乙,自由大路\n", rows)
    assert words(edition, "exact_addresses") == (
        "No address leads to the house of a person|Cut the addresses to the street or the village before they are "
        "opened, or leave the item out.|地点 (site): 1"
    )
    assert refused(cast, edition) == {"exact_addresses"}


def test_what_singles_out_rows_is_reported_and_stops_nothing(cast: Cast) -> None:
    edition = edition_in(cast, "draft")
    said = words(edition, "single_rows")
    assert said.startswith("Up to three items together single out rows|The figure says how many rows stand alone.")
    assert "街道代码 (code): 100%" in said
    submitted = services.submit(cast.actor("steward"), publication=edition)
    noted = [row for row in submitted.check_report["checks"] if row["is_note"]]
    assert [row["code"] for row in noted] == ["single_rows"]
    page = cast.client("steward").get(f"/opening/publications/{edition.name}/", headers={"accept-language": "en"})
    assert 'data-check="single_rows" data-state="noted"' in page.content.decode()


def bound(resource: Resource, code: str, identifier: str) -> None:
    element = Element.objects.get(identifier=identifier, state="in_force")
    resource.items.filter(code=code).update(element=element)


def test_people_are_not_told_apart_by_an_open_edition(cast: Cast) -> None:
    register = edition_in(
        cast,
        "published",
        "register",
        resource_with_data(cast, "名册", "who,day\n甲,1990\n", items=items({"who": "名称", "day": "年份"}, {})),
    )
    bound(register.resource, "day", "DE00025")
    rows = items({"born": "出生年份", "illness": "病种"}, {"illness": "sensitive"})
    text = "born,illness\n1990,病1\n1990,病2\n1991,病1\n"
    edition = draft(cast, text, rows)
    assert "linkage" not in checks(edition)
    bound(edition.resource, "born", "DE00025")
    assert words(edition, "linkage").startswith("People cannot be told apart by joining 1 open edition|The figure says")
    assert checks(edition)["linkage"].subject == "名册 (出生年份 (born)): 2"
    assert refused(cast, edition) == {"linkage"}
    # The other way round: what is opened now must not tell apart the people of what is open.
    Item.objects.filter(resource=edition.resource).update(privacy_role="")
    assert "linkage" not in checks(edition)
    Item.objects.filter(resource=register.resource, code="who").update(privacy_role="sensitive")
    assert checks(edition)["linkage"].subject == "名册 (出生年份 (born)): 1"


def test_amounts_and_flags_join_nothing_and_large_groups_neither(cast: Cast) -> None:
    names = {"amount": "金额", "born": "出生年份"}
    text = "amount,born\n" + "".join(f"{n},1990\n" for n in range(6))
    register = edition_in(cast, "published", "register", resource_with_data(cast, "名册", text, items=items(names, {})))
    edition = draft(cast, text, items(names, {"born": "quasi"}))
    for resource in (register.resource, edition.resource):
        bound(resource, "amount", "DE00024")
    assert "linkage" not in checks(edition)
    for resource in (register.resource, edition.resource):
        bound(resource, "born", "DE00025")
    assert checks(edition)["linkage"].is_met


def test_another_edition_of_the_same_table_is_joined_by_any_item(cast: Cast) -> None:
    rows = items({"no": "序号", "illness": "病种", "area": "区划"}, {"illness": "sensitive"})
    resource = resource_with_data(
        cast, "病例", "no,illness,area\n" + "".join(f"{n},病{n % 2},220102\n" for n in range(8)), items=rows
    )
    edition_in(cast, "published", "first", resource, items=["no", "area"])
    edition = edition_in(cast, "draft", "second", resource, items=["no", "illness"])
    assert checks(edition)["linkage"].subject == "病例 (序号 (no)): 8"


STREETS = "code,name\n1,甲\n2,乙\n"


def versions(cast: Cast, edition: Publication, kind: str, text: str) -> None:
    """Let an item become another type, and hand in new data."""
    Item.objects.filter(resource=edition.resource, code="name").update(type=kind)
    add_version(cast, edition.resource, text)


def street_edition(cast: Cast, state: str) -> Publication:
    resource = resource_with_data(cast, "街道", STREETS, items=items({"code": "代码", "name": "名称"}, {}))
    return edition_in(cast, state, "streets", resource)


def test_a_column_of_another_type_closes_an_open_edition_until_it_is_reviewed(cast: Cast) -> None:
    edition = street_edition(cast, "published")
    assert checks(edition)["columns_reviewed"].is_met
    versions(cast, edition, "I", "code,name\n1,10\n2,20\n")
    assert Publication.objects.get(pk=edition.pk).state == "suspended"
    assert words(edition, "columns_reviewed") == (
        "The chosen columns are those that were reviewed|Revise the edition and hand it in for release again.|"
        "名称 (another type)"
    )
    with pytest.raises(Invalid):
        services.resume(cast.actor("office_head"), publication=edition, reason="再开放")
    services.revise(cast.actor("steward"), publication=edition, reason="类型变了")
    assert words(edition, "columns_new").startswith("New since the edition was last released|Look at these columns")
    services.submit(cast.actor("steward"), publication=edition)
    assert "columns_new" in checks(edition)
    services.publish(cast.actor("office_head"), publication=edition)
    assert checks(edition)["columns_reviewed"].is_met


def test_a_column_that_changes_while_the_edition_waits_is_handed_in_again(cast: Cast) -> None:
    edition = street_edition(cast, "submitted")
    versions(cast, edition, "I", "code,name\n1,10\n2,20\n")
    assert "Return the edition, so that it is handed in again" in words(edition, "columns_reviewed")
    with pytest.raises(Invalid) as refusal:
        services.publish(cast.actor("office_head"), publication=edition)
    assert set(refusal.value.fields) == {"columns_reviewed"}
    services.return_(cast.actor("office_head"), publication=edition, reason="列变了")
    services.submit(cast.actor("steward"), publication=edition)
    assert services.publish(cast.actor("office_head"), publication=edition).state == "published"


def test_a_draft_that_was_never_released_has_no_columns_to_compare(cast: Cast) -> None:
    assert not {"columns_reviewed", "columns_new"} & set(checks(street_edition(cast, "draft")))
