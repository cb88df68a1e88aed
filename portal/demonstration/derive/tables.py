"""Every derived table by its name, and how it is written."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from portal.demonstration.derive.calendar import calendar_before, calendar_notice, calendar_weekdays, working_calendar
from portal.demonstration.derive.kinds import street_kinds, village_kinds, village_names, villages_per_street
from portal.demonstration.derive.places import counties, ethnic_places, place_pinyin, statistical_zones, water_places
from portal.demonstration.derive.reading import Table, part_of
from portal.demonstration.derive.registers import department_directory, invented_license_holders, license_types
from portal.demonstration.records import FILES

TABLES: dict[str, Callable[[], Table]] = {
    "jilin_counties": counties,
    "jilin_street_kinds": street_kinds,
    "jilin_village_kinds": village_kinds,
    "jilin_villages_per_street": villages_per_street,
    "jilin_village_names": village_names,
    "jilin_ethnic_places": ethnic_places,
    "jilin_water_places": water_places,
    "jilin_place_pinyin": place_pinyin,
    "jilin_statistical_zones": statistical_zones,
    "working_calendar": working_calendar,
    "working_calendar_1_years": calendar_before,
    "working_calendar_2_weekdays": calendar_weekdays,
    "working_calendar_3_notice": calendar_notice,
    "department_directory": department_directory,
    "license_types": license_types,
    "invented_license_holders": invented_license_holders,
    "changchun_villages": lambda: part_of("jilin_villages.csv", "cityCode", "2201"),
    "yanbian_streets": lambda: part_of("jilin_streets.csv", "cityCode", "2224"),
    "nanguan_villages": lambda: part_of("jilin_villages.csv", "areaCode", "220102"),
    "nongan_villages": lambda: part_of("jilin_villages.csv", "areaCode", "220122"),
}


def csv_text(table: Table) -> str:
    """Return a table as CSV text with line feeds."""
    header, rows = table
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue()


def write_all(folder: Path = FILES / "derived") -> None:
    """Write every derived table into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in TABLES.items():
        (folder / f"{name}.csv").write_text(csv_text(make()), encoding="utf-8")
