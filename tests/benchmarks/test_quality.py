"""Quality: six rules over a million rows, checksum and uniqueness among them, in seconds and memory."""

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from catalog.data.quality import Kind, Rule, Table, check, default_rules
from catalog.data.schema import Column, ItemType
from tests.benchmarks.processes import apart

ROWS = 1_000_000
LIMIT_SECONDS = 6.0
LIMIT_MIB = 1536.0
COLUMNS = (
    Column(id="c1", name="id", title="编号", primary_key=True),
    Column(id="c2", name="idno", title="身份证号"),
    Column(id="c3", name="phone", title="电话"),
    Column(id="c4", name="born", title="出生日期", type=ItemType.DATE),
    Column(id="c5", name="amount", title="金额", type=ItemType.MONEY),
    Column(id="c6", name="status", title="状态"),
    Column(id="c7", name="address", title="地址"),
)
RULES = (
    Rule(key="identity", kind=Kind.CHECKSUM, columns=("c2",), params={"scheme": "identity"}),
    Rule(key="phone", kind=Kind.PATTERN, columns=("c3",), params={"pattern": "1[3-9][0-9]{9}"}),
    Rule(key="date", kind=Kind.RANGE, columns=("c4",), params={"low": "1900-01-01", "high": "2026-12-31"}),
    Rule(key="amount", kind=Kind.RANGE, columns=("c5",), params={"low": "0", "high": "1000000"}),
    Rule(key="status", kind=Kind.VALUES, columns=("c6",), params={"values": ["正常", "停用", "注销"]}),
    Rule(key="unique", kind=Kind.UNIQUE, columns=("c1",)),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a million rows: a tenth of the identity numbers have the right check, every rule is broken somewhere."""
    made = tmp_path_factory.mktemp("quality") / "v.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"""
            COPY (SELECT i AS __row, 'K' || (i - (i % 1000 = 7)::INT) AS c1,
                '2201021' || (960 + i % 40) || lpad((1 + i % 12)::TEXT, 2, '0') || lpad((1 + i % 28)::TEXT, 2, '0')
                    || lpad((i * 7919 % 1000)::TEXT, 3, '0') || (i % 10) AS c2,
                '13' || lpad((hash(i) % 1000000000)::TEXT, 9, '0') || CASE WHEN i % 500 = 3 THEN '0' ELSE '' END AS c3,
                DATE '1890-01-01' + (i % 49000)::INT AS c4, ((i * 7919) % 110000000)::DECIMAL(18, 2) / 100 AS c5,
                ['正常', '停用', '注销', '？'][1 + (i % 100 // 33)] AS c6, '长春市朝阳区某路' || i || '号' AS c7
            FROM range({ROWS}) t(i)) TO '{made}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 61440)""")
    return made


def run(path: Path, rules: tuple[Rule, ...]) -> float:
    """Ask the rules; give the seconds."""
    start = time.perf_counter()
    results = check(Table(paths=[path], columns=COLUMNS), rules, path.parent, key="benchmark")
    seconds = time.perf_counter() - start
    assert all(result.total == ROWS and result.failed for result in results if result.rule in RULES)
    return seconds


def test_six_rules_over_a_million_rows(path: Path, note: Callable[..., None]) -> None:
    seconds, memory = apart(run, path, RULES)
    note(seconds=seconds, limit=LIMIT_SECONDS, rows_per_second=ROWS / seconds, memory_mib=memory)
    assert seconds <= LIMIT_SECONDS
    assert memory <= LIMIT_MIB


def test_default_rules_over_a_million_rows(path: Path, note: Callable[..., None]) -> None:
    seconds, memory = apart(run, path, default_rules(COLUMNS))
    note(seconds=seconds, rows_per_second=ROWS / seconds, memory_mib=memory)
    assert memory <= LIMIT_MIB
