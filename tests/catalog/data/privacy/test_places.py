"""Coordinates in numbers, texts and geometries; addresses down to the door."""

from collections.abc import Iterator

import duckdb
import pytest

from catalog.data.privacy.places import coordinate_columns, exact_addresses, exact_places
from catalog.data.schema import Column, ItemType
from tests.catalog.data.privacy.tables import fill

TEXT = Column(id="c1", name="place", type=ItemType.MEMO)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as made:
        yield made


@pytest.mark.parametrize(
    ("text", "is_too_exact"),
    [
        ("POINT (125.123456 43.123456)", True),
        ("POINT (125.12345 43.12345)", False),
        ("SRID=4490;MULTIPOLYGON (((125.1 43.1234567, 125.2 43.3)))", True),
        ('{"type": "Point", "coordinates": [125.1234567, 43]}', True),
        ("125.1234567, 43.1234567", True),
        ("(125.1234567，43.1)", True),
        ("125.12 43.12", False),
        ("价格为 125.1234567 元", False),
        ("版本 1.2.1234567", False),
        ("", False),
        (None, False),
    ],
)
def test_geometries_in_texts(connection: duckdb.DuckDBPyConnection, text: str | None, is_too_exact: bool) -> None:
    fill(connection, [TEXT], [[text]])
    assert exact_places(connection, [TEXT], [], decimals=5) == ({"place": 1} if is_too_exact else {})


def test_numbers_are_coordinates_by_name_by_title_or_by_their_element(connection: duckdb.DuckDBPyConnection) -> None:
    columns = [
        Column(id="c1", name="lng", type=ItemType.DOUBLE),
        Column(id="c2", name="y", title="纬度", type=ItemType.NUMERIC),
        Column(id="c3", name="x", type=ItemType.DOUBLE),
        Column(id="c4", name="amount", type=ItemType.DOUBLE),
        Column(id="c5", name="longitude"),
    ]
    assert [column.name for column in coordinate_columns(columns, ["x"])] == ["lng", "y", "x"]
    fill(connection, columns, [[125.1234, 43.12, 125.1, 1.23456, "125.1234"], [125.12, 43.1, 125.123, 1.2, None]])
    assert exact_places(connection, columns, ["x"], decimals=2) == {"lng": 1, "x": 1}


@pytest.mark.parametrize(
    ("text", "is_address"),
    [
        ("长春市南关区人民大街1234号", True),
        ("南关区自由大路12号院3栋2单元501室", True),
        ("某某村三组15户", True),
        ("人民大街", False),
        ("南关区", False),
        ("关于印发第3号公告的通知", False),
        ("长春市第8号", False),
        (None, False),
    ],
)
def test_addresses_down_to_the_door(connection: duckdb.DuckDBPyConnection, text: str | None, is_address: bool) -> None:
    fill(connection, [TEXT], [[text]])
    assert exact_addresses(connection, [TEXT], rows=1) == ({"place": 1} if is_address else {})


def test_few_addresses_do_not_make_a_column_of_addresses(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, [TEXT], [["人民大街1号"], *(["无"] for _ in range(30))])
    assert exact_addresses(connection, [TEXT], rows=31) == {}


def test_a_large_table_is_looked_at_before_it_is_counted(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE TABLE whole AS SELECT i AS __row, CASE WHEN i % 10 = 0 THEN '人民大街' || i || '号' END AS c1, "
        "'无' AS c2 FROM range(50_000) t(i)"
    )
    columns = [TEXT, Column(id="c2", name="other")]
    assert exact_addresses(connection, columns, rows=50_000) == {"place": 5_000}
