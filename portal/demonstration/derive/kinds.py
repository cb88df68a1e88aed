"""Counts streets and villages by what their names say they are."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from portal.demonstration.derive.reading import Table, division_names, read_rows

_COMMUNITY = ("社区", "居委会", "社区居委会", "社区居民委员会", "居民委员会")
_VILLAGE = ("村委会", "村民委员会", "村", "嘎查")


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


def _kinds(
    rows: list[dict[str, str]], kind_of: Callable[[str], str], kinds: tuple[str, ...]
) -> Iterator[tuple[object, ...]]:
    names = division_names()
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
