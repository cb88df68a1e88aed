"""The derived tables: the committed files are what a fresh run makes, and the counting rules hold."""

from pathlib import Path

import pytest

from portal.demonstration import derive
from portal.demonstration.derive.calendar import calendar_before, calendar_notice, calendar_weekdays, working_calendar
from portal.demonstration.derive.kinds import bare_name, street_kind, street_kinds, village_kind, village_kinds
from portal.demonstration.records import FILES


@pytest.mark.parametrize("name", derive.TABLES)
def test_committed_file_is_what_a_fresh_run_makes(name: str) -> None:
    assert (FILES / "derived" / f"{name}.csv").read_text(encoding="utf-8") == derive.csv_text(derive.TABLES[name]())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("南岭街道", "street"),
        ("合心镇", "town"),
        ("双营子回族乡", "ethnic_township"),
        ("幸福乡", "township"),
        ("新立城林场", "other"),
    ],
)
def test_kind_of_a_street_is_told_by_the_end_of_its_name(name: str, kind: str) -> None:
    assert street_kind(name) == kind


@pytest.mark.parametrize(
    ("name", "kind", "bare"),
    [
        ("华阳社区", "community", "华阳"),
        ("太平村委会", "village", "太平"),
        ("合隆居委会（合隆经济开发区）（省级）", "community", "合隆"),
        ("社区", "community", "社区"),
        ("林场生活区", "other", "林场生活区"),
    ],
)
def test_kind_and_bare_name_of_a_village(name: str, kind: str, bare: str) -> None:
    assert village_kind(name) == kind
    assert bare_name(name) == bare


def test_counts_by_county_add_up_to_the_real_lists() -> None:
    header, rows = village_kinds()
    total = header.index("total")
    assert sum(int(str(row[total])) for row in rows) == 11_860
    _header, rows = street_kinds()
    assert sum(int(str(row[total])) for row in rows) == 1_075


def test_write_all_writes_every_table(tmp_path: Path) -> None:
    derive.write_all(tmp_path / "derived")
    assert {path.stem for path in (tmp_path / "derived").iterdir()} == set(derive.TABLES)


def test_the_versions_of_the_calendar_end_in_the_whole_calendar() -> None:
    """Two years, the third by weekday, and what the notice changes are together the calendar of all three."""
    rows: dict[object, tuple[object, ...]] = {}
    for make in (calendar_before, calendar_weekdays, calendar_notice):
        rows |= {row[0]: tuple(row) for row in make()[1]}
    assert list(rows.values()) == list(working_calendar()[1])
