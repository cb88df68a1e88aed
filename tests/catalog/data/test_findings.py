"""What is found in columns: the right kind before the looser one, over every row, and inside texts."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from catalog.data.duck import identifier
from catalog.data.findings import SHARE, Finding, find_sensitive
from catalog.data.privacy.anonymity import anonymity
from catalog.data.profile import profile
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from portal.kernel.identifiers import identity_check, make_uscc

IDENTITIES = [base + identity_check(base) for base in (f"22010219{n:02d}0101{n:03d}" for n in range(50, 90))]
USCCS = [make_uscc("91", "220101", f"MA{n:06d}") for n in range(40)]
MOBILES = [f"139{n:08d}" for n in range(40)]
CARDS = ["6222020000000000000", "4111111111111111", "5500005555555559"] * 10


def written(folder: Path, values: Sequence[object], sql_type: str = "VARCHAR") -> Path:
    path = folder / "part.parquet"
    connection = duckdb.connect(":memory:")
    connection.execute(f"CREATE TABLE t ({identifier(ROW_COLUMN)} BIGINT, c1 {sql_type})")
    connection.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(values, 1)))
    connection.execute(f"COPY t TO '{path}'")
    connection.close()
    return path


def found(folder: Path, values: Sequence[object], title: str = "甲", item: ItemType = ItemType.STRING) -> Finding:
    sql_type = "BIGINT" if item == ItemType.INTEGER else "VARCHAR"
    path = written(folder, values, sql_type)
    connection = duckdb.connect(":memory:")
    connection.execute(f"CREATE VIEW whole AS SELECT * FROM read_parquet('{path}')")
    try:
        return find_sensitive(connection, [Column(id="c1", name="x", title=title, type=item)])["c1"]
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("values", "title", "kind"),
    [
        (IDENTITIES, "号码", "identity"),
        (USCCS, "代码", "uscc"),
        (MOBILES, "电话", "mobile"),
        ([f"+86 {n}" for n in MOBILES], "电话", "mobile"),
        ([f"0431-{n:08d}" for n in range(40)], "电话", "phone"),
        ([f"a{n}@example.cn" for n in range(40)], "邮箱", "email"),
        (CARDS, "账号", "card"),
        (["张伟", "欧阳娜娜", "买买提·艾力"] * 5, "申请人姓名", "name"),
        (["张伟", "欧阳娜娜"] * 5, "河流", ""),
        ([f"长春市南关区人民大街{n}号" for n in range(9)], "家庭住址", "address"),
        ([f"长春市南关区人民大街{n}号" for n in range(9)], "单位地址", ""),
        (["220102", "220103"] * 9, "代码", ""),
        ([None] * 9, "号码", ""),
        (["", " "], "号码", ""),
    ],
)
def test_columns_are_of_one_kind(tmp_path: Path, values: list[object], title: str, kind: str) -> None:
    assert found(tmp_path, values, title).kind == kind


def test_numbers_kept_as_integers_are_looked_at_too(tmp_path: Path) -> None:
    assert found(tmp_path, [int(value) for value in MOBILES], item=ItemType.INTEGER).kind == "mobile"


@pytest.mark.parametrize("blank", [" ", "\u3000"])
def test_blanks_around_values_hide_nothing(tmp_path: Path, blank: str) -> None:
    padded = [f"{blank * 9}{identity}{blank}" for identity in IDENTITIES]
    assert found(tmp_path, padded).shares == {"identity": len(IDENTITIES)}
    assert found(tmp_path, [*IDENTITIES[1:], padded[0]]).shares == {"identity": len(IDENTITIES)}


def test_four_in_five_of_the_values_make_the_kind(tmp_path: Path) -> None:
    few = found(tmp_path, [*IDENTITIES[:7], *["x"] * 3, None, None])
    enough = found(tmp_path, [*IDENTITIES[:8], *["x"] * 2, *[None] * 20])
    assert (few.kind, few.shares) == ("", {"identity": 7})
    assert (enough.kind, enough.share) == ("identity", SHARE)
    assert Finding.from_json(enough.to_json()) == enough


def test_numbers_inside_texts_are_counted_only_when_right(tmp_path: Path) -> None:
    texts = [
        f"申请人身份证{IDENTITIES[0]}，电话{MOBILES[1]}。",
        f"流水号A{IDENTITIES[1]}B",
        "编号220102195001010009999",
        f"手机{MOBILES[0]}，备用{MOBILES[2]}",
        "没有号码的一段较长的文字说明",
    ]
    assert dict(found(tmp_path, texts).inside) == {"identity": 1, "mobile": 2}


def test_a_large_table_is_sampled_first_and_then_counted_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.parquet"
    connection = duckdb.connect(":memory:")
    rows = "SELECT i AS __row, '139' || lpad(i::VARCHAR, 8, '0') AS c1, 'x' || i AS c2 FROM range(1, 60001) t(i)"
    connection.execute(f"COPY ({rows}) TO '{path}'")
    columns = [Column(id="c1", name="a"), Column(id="c2", name="b")]
    described = profile(path, columns, tmp_path)
    assert described.columns[0].finding["matched"] == 60_000  # type: ignore[index]  # every text column has one
    assert described.columns[1].finding["kind"] == ""  # type: ignore[index]  # every text column has one
    assert described.columns[0].shapes == (("99999999999", 60_000),)


def test_forms_and_days_are_described(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    connection = duckdb.connect(":memory:")
    rows = "SELECT i AS __row, DATE '2024-01-01' + i::INTEGER AS c1, '长春Ab-' || i % 10 AS c2 FROM range(100) t(i)"
    connection.execute(f"COPY ({rows}) TO '{path}'")
    columns = [Column(id="c1", name="day", type=ItemType.DATE), Column(id="c2", name="text")]
    day, text = profile(path, columns, tmp_path).columns
    assert (day.histogram[0].low, day.histogram[-1].high) == ("2024-01-01", "2024-04-09")
    assert sum(bar.count for bar in day.histogram) == 100
    assert text.shapes == (("中中Aa-9", 100),)
    assert text.shape_rows == 100


def test_groups_of_equal_people_are_measured() -> None:
    connection = duckdb.connect(":memory:")
    values = "('a', 1, 'x'), ('a', 1, 'y'), ('b', 1, 'z'), ('b', 1, 'z'), ('b', NULL, NULL), ('b', NULL, 'w')"
    connection.execute(f"CREATE VIEW whole AS SELECT * FROM (VALUES {values}) AS t(c1, c2, c3)")
    whole = anonymity(connection, ["c1"], ["c3"], wanted=3)
    assert (whole.k, whole.groups, whole.rows_at_risk, whole.diversity) == (2, 2, 2, {"c3": 2})
    both = anonymity(connection, ["c1", "c2"], [], wanted=3)
    assert (both.k, both.rows_at_risk) == (2, 6)
    connection.execute("CREATE VIEW nothing AS SELECT * FROM whole WHERE false")
    assert anonymity(connection, ["c1"], ["c3"], wanted=5, source="nothing").k == 0
