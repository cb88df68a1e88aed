"""Places found by their names or codes, and how the names are read."""

from pypinyin import Style, lazy_pinyin

from portal.demonstration.derive.kinds import bare_name
from portal.demonstration.derive.reading import Table, division_names, read_rows

_WATER = "江河湖海泡泉沟溪湾滩池淀渡"
_GROUPS = ("朝鲜族", "满族", "蒙古族", "回族", "锡伯族")
_PINYIN_OF_NAMES = {
    "长春": "chang chun",
    "长白": "chang bai",
    "长岭": "chang ling",
    "珲春": "hun chun",
    "桦甸": "hua dian",
}


def counties() -> Table:
    """Every county with the prefecture it belongs to."""
    names = division_names()
    rows = [r for r in read_rows("jilin_divisions.csv") if r["level"] == "county"]
    return (
        ("county_code", "county_name", "city_code", "city_name"),
        [(r["code"], r["name_zh"], r["parent"], names[r["parent"]]) for r in rows],
    )


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
    names = division_names()
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
