"""The demonstration's data files: whole, consistent, with identifiers that pass every check and belong to nobody."""

import csv
from collections import Counter
from typing import Any

import pytest

from opening.services.licenses import shipped_licenses
from portal.demonstration.records import FILES, records, regions
from portal.kernel.actors import SEPARATED_DUTIES, Duty
from portal.kernel.classification import (
    Grade,
    OpeningType,
    SharingType,
    may_open,
    may_share,
)
from portal.kernel.identifiers import is_identity_number, is_uscc

DEPARTMENTS: dict[str, dict[str, Any]] = {row["slug"]: row for row in records("departments")}
PEOPLE = {row["username"]: row for row in records("people")}
RESOURCES = {row["slug"]: row for row in records("resources")}
TYPES = {row["slug"]: row for row in records("license_types")}
LEVELS = {row["code"]: row["level"] for row in regions()}


def test_regions_are_the_seventy_divisions_of_jilin_and_two_private_ones() -> None:
    assert Counter(LEVELS.values()) == {"province": 1, "city": 9 + 2, "county": 60}
    assert [code for code in LEVELS if not code.isdigit()] == ["P22001", "P22002"]


def test_every_parent_of_a_region_stands_before_it() -> None:
    seen = {""}
    for row in regions():
        assert row["parent"] in seen
        seen.add(row["code"])


@pytest.mark.parametrize("department", DEPARTMENTS.values(), ids=DEPARTMENTS)
def test_department_has_a_valid_invented_code_and_a_telephone_that_cannot_exist(
    department: dict[str, str],
) -> None:
    assert is_uscc(department["uscc"])
    assert department["uscc"][8:13] == "MB999"
    assert department["phone"].split("-")[1].startswith("0000")
    assert department["region"] in LEVELS
    assert department["parent"] in {None, *DEPARTMENTS}


def test_no_two_departments_share_a_code_and_no_region_has_two_authorities() -> None:
    assert len({row["uscc"] for row in DEPARTMENTS.values()}) == len(DEPARTMENTS)
    authorities = [row["region"] for row in DEPARTMENTS.values() if row["is_authority"]]
    assert len(set(authorities)) == len(authorities)


def test_every_duty_is_held_on_every_level() -> None:
    held = {(duty, LEVELS[DEPARTMENTS[p["department"]]["region"]]) for p in PEOPLE.values() for duty in p["duties"]}
    assert held == {(duty, level) for duty in Duty for level in ("province", "city", "county")}


def test_the_three_administrators_are_never_one_person() -> None:
    assert all(len(SEPARATED_DUTIES & set(person["duties"])) <= 1 for person in PEOPLE.values())


def test_coordinators_stand_in_data_authorities() -> None:
    coordinators = [person for person in PEOPLE.values() if "coordinator" in person["duties"]]
    assert all(DEPARTMENTS[person["department"]]["is_authority"] for person in coordinators)


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)
def test_items_of_a_resource_are_the_columns_of_its_file(
    resource: dict[str, object],
) -> None:
    if resource["file"] is None:
        assert resource["state"] == "draft"
        return
    header = (FILES / str(resource["file"])).read_text(encoding="utf-8").splitlines()[0].split(",")
    assert [item["name"] for item in resource["items"]] == header  # type: ignore[attr-defined]


_ITEMS = [(slug, item) for slug, row in RESOURCES.items() for item in row["items"]]


@pytest.mark.parametrize(("slug", "item"), _ITEMS, ids=[f"{slug}.{item['name']}" for slug, item in _ITEMS])
def test_item_respects_the_ceiling_and_states_its_grounds(slug: str, item: dict[str, object]) -> None:
    grade = Grade(int(str(item.get("grade", 1))))
    sharing = SharingType[str(item.get("sharing", "unconditional")).upper()]
    opening = OpeningType[str(item.get("opening", "unconditional")).upper()]
    assert sharing == SharingType.NOT_SHARED or may_share(grade, sharing)
    assert opening == OpeningType.NOT_OPEN or may_open(grade, opening)
    if sharing != SharingType.UNCONDITIONAL:
        assert item["reason_zh"]
        assert item["basis"]
    if sharing == SharingType.CONDITIONAL:
        assert item["condition_zh"]


def test_requests_ask_for_items_there_are_by_people_there_are() -> None:
    for request in records("requests"):
        names = {item["name"] for item in RESOURCES[request["resource"]]["items"]}
        assert set(request["items"]) <= names
        assert {part["item"] for part in request["rows"]} <= names
        assert PEOPLE[request["requester"]]["duties"] == ["data_officer"]
        if request["outcome"] != "draft":
            assert all(request[f"{part}_zh"] and request[f"{part}_en"] for part in ("basis", "scenario", "scope"))


def test_requests_stand_in_every_state() -> None:
    assert {request["outcome"] for request in records("requests")} == {
        "draft",
        "awaiting_consent",
        "submitted",
        "returned",
        "extended",
        "approved",
        "granted",
        "refused",
        "withdrawn",
        "expired",
        "suspended",
    }


def test_publications_open_only_items_of_published_resources() -> None:
    licenses = {row["id"] for row in records("open_licenses")} | {row["code"] for row in shipped_licenses()}
    for edition in records("publications"):
        resource = RESOURCES[edition["resource"]]
        assert resource["state"] == "published"
        assert set(edition["items"] or []) <= {item["name"] for item in resource["items"]}
        assert edition["license"] in licenses


def test_license_types_are_ten_with_codes_of_their_defining_department() -> None:
    assert len(TYPES) == 10
    for kind in TYPES.values():
        assert kind["code"][:18] == DEPARTMENTS[kind["defining_department"]]["uscc"]
        assert set(kind["issuers"]) <= DEPARTMENTS.keys()


@pytest.mark.parametrize("row", records("licenses"), ids=lambda row: f"{row['type']}-{row['serial']}")
def test_holder_of_a_license_has_a_valid_number_of_nobody(
    row: dict[str, object],
) -> None:
    kind = TYPES[str(row["type"])]
    code = str(row["holder_code"])
    if kind["holder_kind"] == "person":
        assert is_identity_number(code)
        assert code.startswith("229900"), "a division that does not exist"
        assert "229900" not in LEVELS
    else:
        assert is_uscc(code)
        assert code[8:13] == "MA999"
    assert {field["name"] for field in kind["fields"] if field.get("required", True)} <= set(row["fields"])  # type: ignore[call-overload]
    assert PEOPLE[str(row["officer"])]["department"] == row["issuer"]
    assert row["issuer"] in kind["issuers"]


def test_corrections_name_values_that_the_files_hold() -> None:
    requests = {row["key"]: row for row in records("requests")}
    for correction in records("corrections"):
        asked = requests[correction["request"]]
        assert asked["outcome"] == "granted"
        with (FILES / RESOURCES[asked["resource"]]["file"]).open(encoding="utf-8-sig", newline="") as file:
            rows = {row["code"]: row for row in csv.DictReader(file)}
        for line in correction["lines"]:
            held = rows[line["code"]]
            assert all(held[name] == value for name, value in line.items() if name != "expected")
            assert line["expected"] != line[correction["item"]]
        mended = {row["code"]: row[correction["item"]] for row in correction.get("mended", [])}
        assert mended == ({line["code"]: line["expected"] for line in correction["lines"]} if mended else {})
