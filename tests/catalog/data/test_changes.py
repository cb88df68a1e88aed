"""Appends, deltas and differences against a dictionary that does the same by hand."""

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.data.changes import (
    OPERATION,
    HeldFile,
    Outcome,
    Side,
    apply_delta,
    came_and_went,
    compare,
    existing_keys,
    read_differences,
    retyped,
)
from catalog.data.changes.diff import count_differences
from catalog.data.changes.operations import OPERATION_WORDS
from catalog.data.duck import workbench
from catalog.data.rows import rows_sql
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from catalog.data.store import Location

CODE = Column(id="c1", name="code", primary_key=True)
PART = Column(id="c2", name="part", type=ItemType.INTEGER, primary_key=True)
TEXT = Column(id="c3", name="text")
NEEDED = Column(id="c4", name="needed", nullable=False)
COLUMNS = (CODE, PART, TEXT)
ARROW: dict[str, pa.DataType] = {"c1": pa.string(), "c2": pa.int64(), "c3": pa.string(), "c4": pa.string()}
TYPES = {"c1": "VARCHAR", "c2": "BIGINT", "c3": "VARCHAR", "c4": "VARCHAR"}

Key = tuple[str, int]
Table = dict[Key, str | None]
KEYS = st.tuples(st.sampled_from(["甲", "乙", "", "０1", "😀"]), st.integers(-2, 2))
TEXTS = st.one_of(st.none(), st.text("ab长😀", max_size=2))
TABLES = st.dictionaries(KEYS, TEXTS, max_size=12)
ACTS = st.dictionaries(KEYS, st.tuples(st.sampled_from(["", "insert", "update", "delete"]), TEXTS), max_size=8)


def write(folder: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows with the physical types a version has."""
    names = [ROW_COLUMN, *dict.fromkeys(key for row in rows for key in row if key != ROW_COLUMN)]
    kinds = {ROW_COLUMN: pa.int64(), OPERATION.id: pa.string(), **ARROW}
    arrays: dict[str, pa.Array] = {key: pa.array([row.get(key) for row in rows], kinds[key]) for key in names}
    target = folder / name
    pq.write_table(pa.table(arrays), target)
    return target


def held(folder: Path, table: Table, per_file: int, first: int = 1) -> list[HeldFile]:
    """Lay a table out in files of so many rows."""
    rows = [
        {ROW_COLUMN: first + at, "c1": code, "c2": part, "c3": text}
        for at, ((code, part), text) in enumerate(table.items())
    ]
    files = []
    for number, start in enumerate(range(0, len(rows), per_file)):
        chunk = rows[start : start + per_file]
        path = write(folder, f"held-{first}-{number}.parquet", chunk)
        low, high = chunk[0][ROW_COLUMN], chunk[-1][ROW_COLUMN]
        files.append(HeldFile(number=number, location=Location(str(path)), first_row=low, last_row=high))
    return files


def delta(folder: Path, acts: Mapping[Key, tuple[str, str | None]], files: list[HeldFile], size: int) -> Outcome:
    rows = [
        {ROW_COLUMN: line, OPERATION.id: op, "c1": code, "c2": part, "c3": text}
        for line, ((code, part), (op, text)) in enumerate(acts.items(), 2)
    ]
    staged = write(folder, "staged.parquet", rows)
    work = folder / "work"
    work.mkdir()
    return apply_delta([staged], files, COLUMNS, TYPES, last_row=size, part_rows=3, folder=work)


def rows_of(folder: Path, files: Sequence[Location]) -> list[tuple[Any, ...]]:
    with workbench(folder) as connection:
        return connection.execute(f"SELECT * FROM {rows_sql(files, COLUMNS, TYPES)}").fetchall()


def laid_out(outcome: Outcome, files: list[HeldFile]) -> list[Location]:
    found: list[Location] = []
    for file in files:
        made = outcome.rewritten.get(file.number, Path(file.location.address))
        found += [] if made is None else [Location(str(made))]
    return found + [Location(str(path)) for path in outcome.added]


@settings(max_examples=40)
@given(table=TABLES, acts=ACTS, per_file=st.integers(1, 5))
def test_delta_does_what_a_dictionary_does(
    table: Table, acts: dict[Key, tuple[str, str | None]], per_file: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = held(folder, table, per_file)
        outcome = delta(folder, acts, files, len(table))
        wrong = {
            line
            for line, (key, (op, _text)) in enumerate(acts.items(), 2)
            if (op == "insert" and key in table) or (op in {"update", "delete"} and key not in table)
        }
        if wrong:
            assert outcome.refusal is not None
            assert {sample.line for sample in outcome.refusal.samples} == wrong
            assert outcome.refusal.rows == len(wrong)
            return
        expected = dict(table)
        for key, (op, text) in acts.items():
            if op == "delete":
                del expected[key]
            else:
                expected[key] = text
        found = rows_of(folder, laid_out(outcome, files))
        assert {(code, part): text for _row, code, part, text in found} == expected
        assert len(found) == len(expected)
        numbers = [row[0] for row in found]
        assert numbers == sorted(set(numbers))
        kept = {key: at for at, key in enumerate(table, 1)}
        assert all(kept.get((code, part), row) == row for row, code, part, _text in found)
        assert outcome.changes == {
            "added": len(set(expected) - set(table)),
            "changed": sum(op != "delete" and table[key] != text for key, (op, text) in acts.items() if key in table),
            "removed": len(set(table) - set(expected)),
            "unchanged": sum(op != "delete" and table[key] == text for key, (op, text) in acts.items() if key in table),
        }
        touched = {
            kept[key] for key, (op, text) in acts.items() if key in table and (op == "delete" or text != table[key])
        }
        for file in files:
            met = any(file.first_row <= row <= file.last_row for row in touched)
            assert (file.number in outcome.rewritten) == met
        assert not outcome.added or max(numbers) <= outcome.last_row


@settings(max_examples=30)
@given(before=TABLES, after=TABLES, per_file=st.integers(1, 5))
def test_difference_by_key_is_that_of_dictionaries(before: Table, after: Table, per_file: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sides = [
            Side(files=tuple(f.location for f in held(folder, table, per_file, first)), columns=COLUMNS, types=TYPES)
            for table, first in ((before, 1), (after, 1001))
        ]
        target = folder / "diff.parquet"
        compare(sides[0], sides[1], target)
        found = read_differences(Location(str(target)), folder, limit=1000)
        expected = {key: "added" for key in after if key not in before}
        expected |= {key: "removed" for key in before if key not in after}
        expected |= {key: "changed" for key in before if key in after and before[key] != after[key]}
        seen: dict[Key, str] = {}
        for one in found:
            cells = one.after or one.before or {}
            key = (cells["c1"], cells["c2"])
            seen[key] = one.kind
            assert one.before is None or one.before["c3"] == before[key]
            assert one.after is None or one.after["c3"] == after[key]
        assert seen == expected
        assert len(found) == len(expected)
        counts = Counter(expected.values())
        assert count_differences(Location(str(target)), folder) == {
            kind: counts.get(kind, 0) for kind in ("added", "changed", "removed")
        }
        paged, number = [], 0
        while page := read_differences(Location(str(target)), folder, kind="added", after=number, limit=2):
            paged += page
            number = page[-1].number
        assert [one.number for one in paged] == [one.number for one in found if one.kind == "added"]


@settings(max_examples=20)
@given(before=st.lists(TEXTS, max_size=8), after=st.lists(TEXTS, max_size=8))
def test_difference_without_key_counts_whole_rows(before: list[str | None], after: list[str | None]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, sides = Path(name), []
        for label, texts in (("b", before), ("a", after)):
            path = write(
                folder, f"{label}.parquet", [{ROW_COLUMN: at, "c3": text} for at, text in enumerate(texts)] or []
            )
            files = (Location(str(path)),) if texts else ()
            sides.append(Side(files=files, columns=(TEXT,), types=TYPES))
        target = folder / "diff.parquet"
        compare(sides[0], sides[1], target)
        found = read_differences(Location(str(target)), folder, limit=1000)
        gone = Counter(one.before["c3"] for one in found if one.before is not None)
        new = Counter(one.after["c3"] for one in found if one.after is not None)
        assert gone == Counter(before) - Counter(after)
        assert new == Counter(after) - Counter(before)


def test_append_finds_keys_that_are_there(tmp_path: Path) -> None:
    files = held(tmp_path, {("甲", 1): "x", ("乙", 1): "y"}, 1)
    part = write(
        tmp_path, "part.parquet", [{ROW_COLUMN: 12, "c1": "甲", "c2": 2}, {ROW_COLUMN: 13, "c1": "乙", "c2": 1}]
    )
    locations = [file.location for file in files]
    found = existing_keys([part], locations, COLUMNS, TYPES, offset=10, folder=tmp_path)
    assert found is not None
    assert [(one.line, one.column, one.value, one.code) for one in found.samples] == [
        (3, "code, part", "乙 / 1", "key_exists")
    ]
    assert (found.rows, pq.read_metadata(found.path).num_rows) == (1, 1)
    assert existing_keys([part], [], COLUMNS, TYPES, offset=10, folder=tmp_path) is None
    assert existing_keys([part], locations, (TEXT,), TYPES, offset=10, folder=tmp_path) is None
    fresh = write(tmp_path, "fresh.parquet", [{ROW_COLUMN: 14, "c1": "丙", "c2": 1}])
    assert existing_keys([fresh], locations, COLUMNS, TYPES, offset=10, folder=tmp_path) is None


def test_delta_says_what_is_wrong_with_a_row(tmp_path: Path) -> None:
    columns = (*COLUMNS, NEEDED)
    rows = [
        {ROW_COLUMN: 2, OPERATION.id: "覆盖", "c1": "甲", "c2": 1, "c4": "x"},
        {ROW_COLUMN: 3, OPERATION.id: "新增", "c1": "乙", "c2": 1, "c4": None},
        {ROW_COLUMN: 4, OPERATION.id: " 删除 ", "c1": "丙", "c2": 1, "c4": None},
    ]
    staged = write(tmp_path, "staged.parquet", rows)
    outcome = apply_delta([staged], [], columns, TYPES, last_row=0, part_rows=10, folder=tmp_path)
    assert outcome.refusal is not None
    assert [(one.line, one.column, one.code) for one in outcome.refusal.samples] == [
        (2, "_op", "op_unknown"),
        (3, "needed", "null"),
        (4, "code, part", "key_unknown"),
    ]
    assert len({word for words in OPERATION_WORDS.values() for word in words}) == sum(
        map(len, OPERATION_WORDS.values())
    )


def test_file_that_loses_its_last_row_is_left_out(tmp_path: Path) -> None:
    files = held(tmp_path, {("甲", 1): "x", ("乙", 1): "y"}, 1)
    outcome = delta(tmp_path, {("甲", 1): ("delete", None)}, files, 2)
    assert outcome.rewritten == {0: None}
    assert rows_of(tmp_path, laid_out(outcome, files)) == [(2, "乙", 1, "y")]


@pytest.mark.parametrize(
    ("before", "after", "reads"),
    [("I", "N", True), ("I", "C", True), ("D", "T", True), ("C", "M", True), ("B", "F", True), ("N", "Y", True),
     ("C", "I", False), ("T", "D", False), ("N", "I", False), ("L", "C", False), ("B", "C", False)],
)  # fmt: skip
def test_types_that_stored_values_can_be_read_as(before: str, after: str, reads: bool) -> None:
    old = (Column(id="c1", name="x", type=ItemType(before)),)
    new = (Column(id="c1", name="y", type=ItemType(after)), Column(id="c2", name="x"))
    assert retyped(old, new) == ([] if reads else [new[0]])
    assert retyped(old, old) == []


def test_renamed_column_neither_came_nor_went() -> None:
    old = (CODE, TEXT)
    new = (Column(id="c1", name="number"), NEEDED)
    assert came_and_went(old, new) == ([NEEDED], [TEXT])


def test_changed_decimal_keeps_its_digits(tmp_path: Path) -> None:
    amount = Column(id="c2", name="amount", type=ItemType.NUMERIC)
    old = tmp_path / "old.parquet"
    pq.write_table(
        pa.table({ROW_COLUMN: [1], "c1": ["甲"], "c2": pa.array([Decimal("1.5")], pa.decimal128(18, 1))}), old
    )
    staged = tmp_path / "staged.parquet"
    pq.write_table(
        pa.table({ROW_COLUMN: [2], "c1": ["乙"], "c2": pa.array([Decimal("2.125")], pa.decimal128(18, 3))}), staged
    )
    location = Location(str(old), layout=(("c1", "VARCHAR"), ("c2", "DECIMAL(18,1)")))
    file = HeldFile(number=0, location=location, first_row=1, last_row=1)
    types = {"c1": "VARCHAR", "c2": "DECIMAL(20,3)"}
    outcome = apply_delta([staged], [file], (CODE, amount), types, last_row=1, part_rows=10, folder=tmp_path)
    files = [location, Location(str(outcome.added[0]), layout=tuple(types.items()))]
    with workbench(tmp_path) as connection:
        found = connection.execute(f"SELECT c2 FROM {rows_sql(files, (CODE, amount), types)}").fetchall()
    assert [str(row[0]) for row in found] == ["1.500", "2.125"]
