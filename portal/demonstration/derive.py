"""Derives the smaller demonstration tables from the real ones; run as a module it writes them all anew.

``python -m portal.demonstration.derive`` rewrites ``data/files/derived/``. Every row is counted, cut out or joined from
``jilin_divisions.csv``, ``jilin_streets.csv`` and ``jilin_villages.csv``, from the working calendar of the package
``chinesecalendar``, or from the data files of this demonstration (those say so in their title); nothing is estimated.
A test compares the committed files with a fresh run.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from pypinyin import Style, lazy_pinyin

from portal.demonstration.records import FILES, records

CALENDAR_YEARS = range(2024, 2027)
_FRIDAY = 5

_WATER = "江河湖海泡泉沟溪湾滩池淀渡"
_COMMUNITY = ("社区", "居委会", "社区居委会", "社区居民委员会", "居民委员会")
_VILLAGE = ("村委会", "村民委员会", "村", "嘎查")
_GROUPS = ("朝鲜族", "满族", "蒙古族", "回族", "锡伯族")
_PINYIN_OF_NAMES = {
    "长春": "chang chun",
    "长白": "chang bai",
    "长岭": "chang ling",
    "珲春": "hun chun",
    "桦甸": "hua dian",
}
_HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}

Table = tuple[tuple[str, ...], Iterable[tuple[object, ...]]]


def read_rows(name: str) -> list[dict[str, str]]:
    """Read one of the committed CSV files as a list of rows."""
    with (FILES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _division_names() -> dict[str, str]:
    return {row["code"]: row["name_zh"] for row in read_rows("jilin_divisions.csv")}


def street_kind(name: str) -> str:
    """Say what a fourth-level unit is, by the last word of its name: street, town, ethnic township, township, other."""
    if name.endswith("街道"):
        return "street"
    if name.endswith("镇"):
        return "town"
    if name.endswith("乡"):
        return "ethnic_township" if "族" in name else "township"
    return "other"


def village_kind(name: str) -> str:
    """Say what a fifth-level unit is, by the last word of its name: community, village, other."""
    plain = name.split("（", maxsplit=1)[0]
    if plain.endswith(_COMMUNITY):
        return "community"
    return "village" if plain.endswith(_VILLAGE) else "other"


def bare_name(name: str) -> str:
    """Strip the bracketed note and the word for the kind of committee from a village's name."""
    plain = name.split("（", maxsplit=1)[0]
    for suffix in sorted((*_COMMUNITY, *_VILLAGE), key=len, reverse=True):
        if plain.endswith(suffix) and len(plain) > len(suffix):
            return plain.removesuffix(suffix)
    return plain


def counties() -> Table:
    """Every county with the prefecture it belongs to."""
    names = _division_names()
    rows = [r for r in read_rows("jilin_divisions.csv") if r["level"] == "county"]
    return (
        ("county_code", "county_name", "city_code", "city_name"),
        [(r["code"], r["name_zh"], r["parent"], names[r["parent"]]) for r in rows],
    )


def _kinds(
    rows: list[dict[str, str]], kind_of: Callable[[str], str], kinds: tuple[str, ...]
) -> Iterator[tuple[object, ...]]:
    names = _division_names()
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row["areaCode"]][kind_of(row["name"])] += 1
    for area, count in sorted(counts.items()):
        yield (
            area,
            names.get(area, ""),
            names[area[:4] + "00"],
            count.total(),
            *(count[kind] for kind in kinds),
        )


def street_kinds() -> Table:
    """Streets, towns and townships of every county, counted by kind."""
    kinds = ("street", "town", "township", "ethnic_township", "other")
    header = (
        "area_code",
        "area_name",
        "city_name",
        "total",
        "streets",
        "towns",
        "townships",
        "ethnic_townships",
        "others",
    )
    return header, _kinds(read_rows("jilin_streets.csv"), street_kind, kinds)


def village_kinds() -> Table:
    """Villages and communities of every county, counted by kind."""
    header = (
        "area_code",
        "area_name",
        "city_name",
        "total",
        "communities",
        "villages",
        "others",
    )
    return header, _kinds(read_rows("jilin_villages.csv"), village_kind, ("community", "village", "other"))


def villages_per_street() -> Table:
    """How many villages and communities every street, town and township has."""
    counts = Counter(row["streetCode"] for row in read_rows("jilin_villages.csv"))
    rows = read_rows("jilin_streets.csv")
    return ("street_code", "street_name", "villages"), [(r["code"], r["name"], counts[r["code"]]) for r in rows]


def village_names() -> Table:
    """Names that two or more villages share, with the number of places and of counties."""
    places: Counter[str] = Counter()
    areas: defaultdict[str, set[str]] = defaultdict(set)
    for row in read_rows("jilin_villages.csv"):
        name = bare_name(row["name"])
        places[name] += 1
        areas[name].add(row["areaCode"])
    ranked = sorted(places.items(), key=lambda pair: (-pair[1], pair[0]))
    return ("name", "places", "counties"), [(n, count, len(areas[n])) for n, count in ranked if count > 1]


def _groups_in(name: str) -> str:
    found = sorted((name.index(group), group) for group in _GROUPS if group in name)
    return "、".join(group for _place, group in found)


def ethnic_places() -> Table:
    """Autonomous places and ethnic townships, found by the name of the ethnic group in their own name."""
    divisions = [(r["code"], r["name_zh"], r["level"]) for r in read_rows("jilin_divisions.csv")]
    streets = [(r["code"], r["name"], "township") for r in read_rows("jilin_streets.csv")]
    return (
        ("code", "name", "level", "ethnic_group"),
        [(*unit, groups) for unit in divisions + streets if (groups := _groups_in(unit[1]))],
    )


def water_places() -> Table:
    """Villages and communities whose own name speaks of water, with the word."""
    rows = read_rows("jilin_villages.csv")
    found = ((row, next((c for c in bare_name(row["name"]) if c in _WATER), "")) for row in rows)
    return (
        ("code", "name", "water_word", "street_code", "area_code"),
        [(row["code"], row["name"], word, row["streetCode"], row["areaCode"]) for row, word in found if word],
    )


def _pinyin(name: str) -> list[str]:
    for start, reading in _PINYIN_OF_NAMES.items():
        if name.startswith(start):
            return [
                *reading.split(),
                *lazy_pinyin(name.removeprefix(start), style=Style.NORMAL),
            ]
    return lazy_pinyin(name, style=Style.NORMAL)


def place_pinyin() -> Table:
    """Machine-made pinyin and initials of every division, street, town and township."""
    units = [(r["code"], r["name_zh"]) for r in read_rows("jilin_divisions.csv")]
    units += [(r["code"], r["name"]) for r in read_rows("jilin_streets.csv")]
    rows = ((code, name, _pinyin(name)) for code, name in units)
    return (
        ("code", "name", "pinyin", "initials"),
        [(code, name, " ".join(words), "".join(word[0] for word in words)) for code, name, words in rows],
    )


def statistical_zones() -> Table:
    """Units whose statistical county code is not a division of GB/T 2260 (development zones counted on their own)."""
    names = _division_names()
    rows = [r for r in read_rows("jilin_streets.csv") if r["areaCode"] not in names]
    return (
        ("street_code", "street_name", "area_code", "city_code", "city_name"),
        [
            (
                r["code"],
                r["name"],
                r["areaCode"],
                r["cityCode"] + "00",
                names[r["cityCode"] + "00"],
            )
            for r in rows
        ],
    )


def _part(name: str, column: str, value: str) -> Table:
    rows = read_rows(name)
    return tuple(rows[0]), [tuple(row.values()) for row in rows if row[column] == value]


_CALENDAR = ("date", "weekday", "is_working_day", "holiday")


def _days(years: Sequence[int]) -> list[date]:
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _announced(day: date) -> tuple[object, ...]:
    _holiday, name = chinese_calendar.get_holiday_detail(day)
    return day.isoformat(), day.isoweekday(), int(chinese_calendar.is_workday(day)), _HOLIDAYS.get(str(name), "")


def _by_weekday(day: date) -> tuple[object, ...]:
    return day.isoformat(), day.isoweekday(), int(day.isoweekday() <= _FRIDAY), ""


def working_calendar() -> Table:
    """Every day of the years with whether it is a working day and the holiday it belongs to."""
    return _CALENDAR, [_announced(day) for day in _days(CALENDAR_YEARS)]


def calendar_before() -> Table:
    """The calendar as it stands before its last year."""
    return _CALENDAR, [_announced(day) for day in _days(CALENDAR_YEARS[:-1])]


def calendar_weekdays() -> Table:
    """The last year as far as it is known before the notice on its holidays: by the day of the week."""
    return _CALENDAR, [_by_weekday(day) for day in _days(CALENDAR_YEARS[-1:])]


def calendar_notice() -> Table:
    """The days of the last year that the notice on its holidays makes other than the day of the week says."""
    days = _days(CALENDAR_YEARS[-1:])
    return _CALENDAR, [_announced(day) for day in days if _announced(day) != _by_weekday(day)]


def department_directory() -> Table:
    """The departments of the demonstration with their invented codes and telephones."""
    columns = ("uscc", "name_zh", "name_en", "region", "is_authority", "phone")
    return columns, [
        tuple(int(v) if isinstance(v := d[c], bool) else v for c in columns) for d in records("departments")
    ]


def license_types() -> Table:
    """The license types of the demonstration."""
    names = {d["slug"]: d["name_zh"] for d in records("departments")}
    return (
        ("code", "name_zh", "name_en", "defining_department", "holder_kind"),
        [
            (
                t["code"],
                t["name_zh"],
                t["name_en"],
                names[t["defining_department"]],
                t["holder_kind"],
            )
            for t in records("license_types")
        ],
    )


def invented_license_holders() -> Table:
    """The invented persons who hold licenses of the demonstration."""
    types = {t["slug"]: t for t in records("license_types")}
    held = [x for x in records("licenses") if types[x["type"]]["holder_kind"] == "person"]
    return (
        ("serial", "name", "identity_number", "license_type"),
        [(n, x["holder_name"], x["holder_code"], types[x["type"]]["name_zh"]) for n, x in enumerate(held, 1)],
    )


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
    "changchun_villages": lambda: _part("jilin_villages.csv", "cityCode", "2201"),
    "yanbian_streets": lambda: _part("jilin_streets.csv", "cityCode", "2224"),
    "nanguan_villages": lambda: _part("jilin_villages.csv", "areaCode", "220102"),
    "nongan_villages": lambda: _part("jilin_villages.csv", "areaCode", "220122"),
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


if __name__ == "__main__":
    write_all()
