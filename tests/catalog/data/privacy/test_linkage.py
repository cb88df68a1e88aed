"""Whether people can be told apart by joining their table with another."""

from collections.abc import Sequence
from pathlib import Path

from catalog.data.plan import PlanColumn
from catalog.data.privacy.linkage import Delivered, Link, Pair, linker
from catalog.data.schema import Column, ItemType
from tests.catalog.data.privacy.tables import parquet

BORN = Column(id="c1", name="born", type=ItemType.DATE)
AREA = Column(id="c2", name="area")
ILLNESS = Column(id="c3", name="illness")
DAY = Column(id="c7", name="day")
NAME = Column(id="c8", name="name")
PLACE = Column(id="c9", name="place")
PATIENTS = [[f"199{n % 2}-0{n % 4 + 1}-01", "220102" if n else "220103", "病"] for n in range(12)]


def side(path: Path, columns: Sequence[Column], rows: Sequence[Sequence[object]], **ops: str) -> Delivered:
    plan = [PlanColumn(column.name, ops.get(column.name, "pass")) for column in columns]
    return Delivered(files=[parquet(path, columns, rows)], columns=columns, types={}, plan=plan)


def linked(tmp_path: Path, rows: Sequence[Sequence[object]], pairs: Sequence[Pair], **ops: str) -> Link | None:
    people = side(tmp_path / "people.parquet", [BORN, AREA, ILLNESS], PATIENTS, **ops)
    other = side(tmp_path / "other.parquet", [DAY, NAME, PLACE], rows)
    with linker(people, wanted=5) as found:
        return found.link(other, pairs)


BOTH = [("born", "day"), ("area", "place")]


def test_rows_of_small_groups_that_the_other_table_has_are_found(tmp_path: Path) -> None:
    found = linked(tmp_path, [["1990-01-01", "甲", "220102"], ["1990-01-01", "乙", "220103"]], BOTH)
    # Of the twelve, three are born on that day: one in 220103, two in 220102.
    assert found == Link(columns=("born", "area"), rows=3)


def test_what_the_other_table_has_not_is_no_link(tmp_path: Path) -> None:
    assert linked(tmp_path, [["1980-01-01", "甲", "220199"]], BOTH) is None


def test_fewer_columns_are_tried_where_all_together_find_nobody(tmp_path: Path) -> None:
    found = linked(tmp_path, [["1990-01-01", "甲", "220100"]], BOTH)
    assert found == Link(columns=("born",), rows=3)


def test_groups_that_are_large_enough_link_nobody(tmp_path: Path) -> None:
    assert linked(tmp_path, [["1990", "甲", "220102"]], [("born", "day")], born="year") is None


def test_missing_values_join_nothing(tmp_path: Path) -> None:
    assert linked(tmp_path, [[None, "甲", " "]], BOTH) is None


def test_small_groups_are_counted_once_for_many_tables(tmp_path: Path) -> None:
    people = side(tmp_path / "people.parquet", [BORN, AREA, ILLNESS], PATIENTS)
    others = [side(tmp_path / f"{n}.parquet", [DAY, NAME, PLACE], [["1990-01-01", "甲", "220102"]]) for n in range(3)]
    with linker(people, wanted=5) as found:
        assert [found.link(other, BOTH) for other in others] == [Link(columns=("born", "area"), rows=2)] * 3
        tables = found.connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall()
    assert tables == [(1,)]


def test_a_table_without_rows_links_nobody(tmp_path: Path) -> None:
    people = Delivered(files=[], columns=[AREA], types={}, plan=[PlanColumn("area")])
    other = side(tmp_path / "o.parquet", [PLACE], [["220102"]])
    with linker(people, wanted=5) as found:
        assert found.link(other, [("area", "place")]) is None
