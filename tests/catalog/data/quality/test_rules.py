"""Each kind of rule against plain Python on hostile values."""

import datetime
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.data.masking import keyed_hash
from catalog.data.quality import (
    Kind,
    Known,
    Other,
    Result,
    Rule,
    RuleInvalid,
    Severity,
    Table,
    check,
    check_rule,
    failing_lines,
)
from catalog.data.quality.defaults import default_rules
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from tests.catalog.data.quality import tables

ROWS = tables.rows()
KEY = "a key of the tests"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tables.write(tmp_path_factory.mktemp("quality") / "v.parquet", ROWS)


def ask(path: Path, *rules: Rule, **more: Any) -> tuple[Result, ...]:
    """Ask row by row and, as of columns that repeat their values, value by value; both find the same."""
    table = Table(paths=[path], columns=tables.COLUMNS, **more)
    found = check(table, rules, path.parent, key=KEY)
    few = Known(values={column.id: 1 for column in tables.COLUMNS})
    by_value = check(replace(table, known=few), rules, path.parent, key=KEY)
    assert [replace(result, seconds=0) for result in found] == [replace(result, seconds=0) for result in by_value]
    return found


def rule(kind: Kind, *columns: str, **params: Any) -> Rule:
    return Rule(key=kind.value, kind=kind, columns=columns, params=params)


def text(row: dict[str, Any]) -> str | None:
    found = row["c4"]
    return found if isinstance(found, str) else None


Oracle = Callable[[dict[str, Any]], bool | None]
"""True: satisfied, False: broken, None: the rule does not apply to the row."""


def on(column: str, holds: Callable[[Any], bool]) -> Oracle:
    return lambda row: None if row[column] is None else holds(row[column])


def order(row: dict[str, Any]) -> bool | None:
    return None if None in (row["c5"], row["c6"]) else bool(row["c5"] <= row["c6"])


def consistent(row: dict[str, Any]) -> bool | None:
    if row["c11"] is not True or row["c7"] is None or row["c8"] is None:
        return None
    return bool(row["c7"] < row["c8"])


def born(row: dict[str, Any]) -> bool | None:
    if row["c2"] is None or row["c5"] is None:
        return None
    return bool(row["c2"][6:14] == row["c5"].strftime("%Y%m%d"))


CASES: list[tuple[Rule, Oracle]] = [
    (rule(Kind.REQUIRED, "c4"), lambda row: bool((row["c4"] or "").strip(" \t\r\n\u3000\u00a0\ufeff"))),
    (rule(Kind.REQUIRED, "c8"), lambda row: row["c8"] is not None),
    (rule(Kind.LENGTH, "c4", least=2, most=5), on("c4", lambda v: 2 <= len(v) <= 5)),
    (rule(Kind.LENGTH, "c4", most=3), on("c4", lambda v: len(v) <= 3)),
    (rule(Kind.PATTERN, "c4", pattern="[一-龥]{2}"), on("c4", lambda v: re.fullmatch("[一-龥]{2}", v) is not None)),
    (rule(Kind.PATTERN, "c4", pattern="it's|\\$v0|%_."), on("c4", lambda v: v in {"it's", "$v0", "%_\\"})),
    (rule(Kind.VALUES, "c4", values=["长春", "it's", '"', ""]), on("c4", lambda v: v in {"长春", "it's", ""})),
    (rule(Kind.VALUES, "c4", values=[t for t in tables.TEXTS if t]), on("c4", lambda v: v in tables.TEXTS and v != "")),
    (rule(Kind.VALUES, "c8", values=["0", "6"]), on("c8", lambda v: v in {0, 6})),
    (rule(Kind.RANGE, "c7", low="-5.5", high="60"), on("c7", lambda v: -5.5 <= float(v) <= 60)),
    (rule(Kind.RANGE, "c9", low="0"), on("c9", lambda v: not math.isnan(v) and v >= 0)),
    (rule(Kind.RANGE, "c9", high="1"), on("c9", lambda v: not math.isnan(v) and v <= 1)),
    (rule(Kind.RANGE, "c5", low="2000-01-01", high="2001-06-30"),
     on("c5", lambda v: datetime.date(2000, 1, 1) <= v <= datetime.date(2001, 6, 30))),
    (rule(Kind.CHECKSUM, "c2", scheme="identity"), on("c2", tables.identity_holds)),
    (rule(Kind.CHECKSUM, "c3", scheme="uscc"), on("c3", tables.uscc_holds)),
    (rule(Kind.DIRTY, "c4"), on("c4", lambda v: not tables.is_dirty(v))),
    (rule(Kind.ORDER, "c5", "c6"), order),
    (rule(Kind.ORDER, "c5", "c6", op="lt"), lambda r: None if order(r) is None else r["c5"] < r["c6"]),
    (rule(Kind.EXPRESSION, when=[{"left": {"column": "c11"}, "op": "eq", "right": {"value": True}}],
          then=[{"left": {"column": "c7"}, "op": "lt", "right": {"column": "c8"}}]), consistent),
    (rule(Kind.EXPRESSION, then=[{"left": {"part": ["c2", 7, 8]}, "op": "eq", "right": {"part": ["c5", 1, 8]}}]), born),
    (rule(Kind.EXPRESSION, when=[{"left": {"column": "c11"}, "op": "null"}],
          then=[{"left": {"column": "c8"}, "op": "filled"}]),
     lambda r: None if r["c11"] is not None else r["c8"] is not None),
    (rule(Kind.EXPRESSION, then=[{"left": {"length": "c4"}, "op": "in", "right": ["2", "3"]}]),
     on("c4", lambda v: len(v) in {2, 3})),
    (rule(Kind.EXPRESSION, then=[{"left": {"year": "c5"}, "op": "ge", "right": {"value": 2001}}]),
     on("c5", lambda v: v.year >= 2001)),
    (rule(Kind.EXPRESSION, then=[{"left": {"sum": [{"column": "c7"}, {"column": "c7"}]}, "op": "eq",
                                  "right": {"product": [{"column": "c7"}, {"value": 2}]}}]), on("c7", lambda v: True)),
    (rule(Kind.TYPE, "c4", type="D"), on("c4", lambda v: v in {"2023年1月5日", "２０２３-01-05"})),
    (rule(Kind.TYPE, "c4", type="T"), on("c4", lambda v: v in {"2023年1月5日", "２０２３-01-05"})),
    (rule(Kind.TYPE, "c4", type="N"), on("c4", lambda v: v in {"０１２", "-5", "012345", "20230230", "1,234.50"})),
    (rule(Kind.TYPE, "c4", type="L"), on("c4", lambda v: v in {"是", "无"})),
    (rule(Kind.TYPE, "c4", type="I"), on("c4", lambda v: v in {"０１２", "-5", "012345", "20230230"})),
    (rule(Kind.TYPE, "c8", type="N"), on("c8", lambda v: True)),
    (rule(Kind.TYPE, "c8", type="D"), on("c8", lambda v: False)),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "oracle"), CASES, ids=lambda value: getattr(value, "key", ""))
def test_rule_counts_what_plain_python_counts(path: Path, asked: Rule, oracle: Oracle) -> None:
    (found,) = ask(path, asked)
    answers = [(row[ROW_COLUMN], oracle(row)) for row in ROWS]
    wrong = [line for line, answer in answers if answer is False]
    assert (found.total, found.failed) == (sum(answer is not None for _, answer in answers), len(wrong))
    assert list(found.lines) == wrong[:20]
    table = Table(paths=[path], columns=tables.COLUMNS)
    assert failing_lines(table, asked, path.parent, most=1000) == wrong


def test_all_rules_of_a_version_answer_together_as_they_do_alone(path: Path) -> None:
    rules = [
        Rule(key=str(at), kind=one.kind, columns=one.columns, params=one.params) for at, (one, _) in enumerate(CASES)
    ]
    together = ask(path, *rules)
    for one, found in zip(rules, together, strict=True):
        (alone,) = ask(path, one)
        assert (found.total, found.failed, found.lines, found.keys) == (
            alone.total,
            alone.failed,
            alone.lines,
            alone.keys,
        )


def test_key_is_whole_and_unique(path: Path) -> None:
    (found,) = ask(path, rule(Kind.KEY, "c1"))
    seen: Counter[str | None] = Counter()
    wrong = []
    for row in ROWS:
        seen[row["c1"]] += 1
        if row["c1"] is None or seen[row["c1"]] > 1:
            wrong.append(row[ROW_COLUMN])
    assert (found.total, found.failed, list(found.lines)) == (len(ROWS), len(wrong), wrong[:20])


def test_unique_leaves_rows_without_a_value_out(path: Path) -> None:
    (found,) = ask(path, rule(Kind.UNIQUE, "c4", "c11"))
    pairs = [(row["c4"], row["c11"]) for row in ROWS if row["c4"] is not None and row["c11"] is not None]
    assert (found.total, found.failed) == (len(pairs), len(pairs) - len(set(pairs)))


def test_rows_that_stand_twice(tmp_path: Path) -> None:
    made = tables.rows(50)
    twice = [dict(row) for row in made[:7]]
    for at, row in enumerate(twice):
        row[ROW_COLUMN] = 1000 + at
    path = tables.write(tmp_path / "v.parquet", made + twice)
    (found,) = ask(path, rule(Kind.DUPLICATE_ROWS))
    assert (found.total, found.failed, found.lines) == (57, 7, tuple(range(1000, 1007)))


def test_values_must_exist_in_the_other_table(path: Path, tmp_path: Path) -> None:
    known = tables.rows(12)
    other = Other(paths=[tables.write(tmp_path / "o.parquet", known)], columns=tables.COLUMNS, column="c4")
    (found,) = ask(path, rule(Kind.REFERENCE, "c4", resource="x", column="c4"), others={"reference": other})
    values = {row["c4"] for row in known}
    wrong = [row[ROW_COLUMN] for row in ROWS if row["c4"] is not None and row["c4"] not in values]
    assert (found.failed, list(found.lines)) == (len(wrong), wrong[:20])


def test_reference_that_cannot_be_read_is_skipped_and_says_so(path: Path) -> None:
    (found,) = ask(path, rule(Kind.REFERENCE, "c4", resource="x", column="c4"))
    assert (found.skipped, found.score) == ("reference_missing", None)


@pytest.mark.parametrize("column", ["c4", "c7", "c9", "c10", "c11"])
def test_drift_is_nothing_against_itself_and_large_against_other_data(path: Path, tmp_path: Path, column: str) -> None:
    moved = [row | {"c4": "别的", "c7": 9999, "c9": 1e9, "c11": True,
                    "c10": row["c10"] + datetime.timedelta(days=900)} for row in ROWS]  # fmt: skip
    other = tables.write(tmp_path / "o.parquet", moved)
    same, changed = (
        ask(file, rule(Kind.DRIFT, column), before=[path], before_columns=tables.COLUMNS)[0] for file in (path, other)
    )
    assert (same.facts["index"], same.failed) == (0.0, 0)
    assert changed.failed == 1
    assert ask(path, rule(Kind.DRIFT, column))[0].skipped == "first_version"


def test_column_that_went_is_skipped_not_counted(path: Path) -> None:
    (found,) = ask(path, rule(Kind.REQUIRED, "c99"))
    assert (found.skipped, found.score, found.is_broken) == ("column_missing", None, False)


def test_keys_of_samples_are_hashed_with_the_key(path: Path) -> None:
    (found,) = ask(path, rule(Kind.PATTERN, "c4", pattern="x"))
    by_line = {row[ROW_COLUMN]: row["c1"] or "" for row in ROWS}
    assert found.keys == tuple(keyed_hash(KEY, by_line[line]) for line in found.lines)


def test_several_files_are_one_table(tmp_path: Path) -> None:
    made = tables.rows(90)
    paths = [tables.write(tmp_path / f"{at}.parquet", made[at : at + 30]) for at in (0, 30, 60)]
    rules = [rule(Kind.KEY, "c1"), rule(Kind.DIRTY, "c4")]
    whole = check(
        Table(paths=[tables.write(tmp_path / "w.parquet", made)], columns=tables.COLUMNS), rules, tmp_path, key=KEY
    )
    parts = check(Table(paths=paths, columns=tables.COLUMNS), rules, tmp_path, key=KEY)
    assert [(a.total, a.failed, a.lines) for a in whole] == [(b.total, b.failed, b.lines) for b in parts]


def test_empty_table_has_no_score(tmp_path: Path) -> None:
    path = tables.write(tmp_path / "v.parquet", [])
    for found in ask(path, *(one for one in default_rules(tables.COLUMNS) if one.kind != Kind.READABLE)):
        assert found.score is None


@given(st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=12)), max_size=30))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_judged_as_plain_python_judges_it(tmp_path: Path, texts: list[str | None]) -> None:
    texts = [None if text is None else text.replace("\x00", "") for text in texts]
    blank = dict.fromkeys((column.id for column in tables.COLUMNS), None)
    path = tables.write(
        tmp_path / "v.parquet", [blank | {ROW_COLUMN: at, "c2": t, "c4": t} for at, t in enumerate(texts)]
    )
    dirty, identity, length = ask(
        path,
        rule(Kind.DIRTY, "c4"),
        rule(Kind.CHECKSUM, "c2", scheme="identity"),
        rule(Kind.LENGTH, "c4", most=4),
    )
    given_texts = [text for text in texts if text is not None]
    assert dirty.failed == sum(tables.is_dirty(text) for text in given_texts)
    assert identity.failed == sum(not tables.identity_holds(text) for text in given_texts)
    assert length.failed == sum(len(text) > 4 for text in given_texts)


@pytest.mark.parametrize(
    ("kind", "columns", "params", "parameter"),
    [
        (Kind.PATTERN, ("c4",), {"pattern": "(?=x)"}, "pattern"),
        (Kind.PATTERN, ("c4",), {"pattern": "("}, "pattern"),
        (Kind.PATTERN, ("c8",), {"pattern": "x"}, "columns"),
        (Kind.LENGTH, ("c4",), {"least": 5, "most": 2}, "most"),
        (Kind.LENGTH, ("c4",), {}, "most"),
        (Kind.VALUES, ("c4",), {"values": []}, "values"),
        (Kind.RANGE, ("c7",), {}, "low"),
        (Kind.RANGE, ("c7",), {"low": "x"}, "low"),
        (Kind.RANGE, ("c5",), {"high": "2023-02-30"}, "high"),
        (Kind.RANGE, ("c4",), {"low": "1"}, "columns"),
        (Kind.CHECKSUM, ("c2",), {"scheme": "other"}, "scheme"),
        (Kind.DIRTY, ("c4",), {"checks": ["soap"]}, "checks"),
        (Kind.ORDER, ("c5", "c7"), {}, "columns"),
        (Kind.ORDER, ("c5", "c6"), {"op": "ge"}, "op"),
        (Kind.TYPE, ("c4",), {"type": "Z"}, "type"),
        (Kind.DRIFT, ("c4",), {"limit": 0}, "limit"),
        (Kind.ROW_CHANGE, (), {"fall": "x"}, "fall"),
        (Kind.ROW_CHANGE, (), {"fall": -1}, "fall"),
        (Kind.REQUIRED, ("c77",), {}, "columns"),
        (Kind.EXPRESSION, (), {"then": []}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"column": "c4"}, "op": "drop"}]}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"sql": "1"}, "op": "null"}]}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"column": "c4"}, "op": "eq", "right": {"column": "c7"}}]}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"column": "c7"}, "op": "eq", "right": {"value": "x"}}]}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"column": "zz"}, "op": "null"}]}, "columns"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"part": ["c4", 0, 2]}, "op": "null"}]}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"part": ["c4", "1", 2]}, "op": "null"}]}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"part": ["c7", 1, 2]}, "op": "null"}]}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"sum": [{"column": "c7"}]}, "op": "null"}]}, "then"),
        (
            Kind.EXPRESSION,
            (),
            {"then": [{"left": {"sum": [{"column": "c7"}, {"column": "c4"}]}, "op": "null"}]},
            "then",
        ),
        (Kind.EXPRESSION, (), {"then": [{"left": {"length": "c7"}, "op": "null"}]}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"column": "c4"}, "op": "in", "right": []}]}, "then"),
        (Kind.EXPRESSION, (), {"then": [{"left": {"column": "c4"}, "op": "eq", "right": {"value": [1]}}]}, "then"),
    ],
)
def test_rule_that_does_not_hold_together_is_refused_by_name(
    kind: Kind, columns: tuple[str, ...], params: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(RuleInvalid) as refused:
        check_rule(rule(kind, *columns, **params), tables.COLUMNS)
    assert refused.value.parameter == parameter


@pytest.mark.parametrize(
    ("data", "parameter"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"kind": "key", "columns": []}, "columns"),
        ({"kind": "unique", "columns": ["a", "a"]}, "columns"),
        ({"kind": "required", "columns": ["a"], "weight": 0}, "weight"),
        ({"kind": "required", "columns": ["a"], "weight": "x"}, "weight"),
        ({"kind": "required", "columns": ["a"], "weight": True}, "weight"),
        ({"kind": "required", "columns": ["a"], "weight": "inf"}, "weight"),
        ({"kind": "required", "columns": ["a"], "severity": "loud"}, "severity"),
        ({"kind": "required", "columns": ["a"], "dimension": "beauty"}, "dimension"),
        ({"kind": "required", "columns": ["a"], "threshold": 101}, "threshold"),
        ({"kind": "required", "columns": ["a"], "params": {"x": 1}}, "x"),
    ],
)
def test_json_that_is_no_rule_is_refused_by_name(data: dict[str, Any], parameter: str) -> None:
    with pytest.raises(RuleInvalid) as refused:
        Rule.from_json(data)
    assert refused.value.parameter == parameter


def test_rules_and_results_come_back_from_their_json(path: Path) -> None:
    for asked, _ in CASES:
        assert Rule.from_json(asked.to_json()) == asked
    (found,) = ask(path, rule(Kind.DIRTY, "c4"))
    again = Result.from_json(found.to_json())
    assert (again.total, again.failed, again.lines, again.keys) == (found.total, found.failed, found.lines, found.keys)


def test_every_default_rule_holds_together() -> None:
    columns = (*tables.COLUMNS, Column(id="c20", name="kind", length=3, nullable=False, values=("a", "b")))
    rules = default_rules(columns)
    for one in rules:
        check_rule(one, columns)
    keys = {one.key for one in rules}
    assert len(keys) == len(rules)
    assert {
        "key",
        "checksum:c2",
        "checksum:c3",
        "order:c5:c6",
        "values:c20",
        "length:c20",
        "required:c20",
        "filled:c4",
    } <= keys
    assert [one.severity for one in rules if one.key == "key"] == [Severity.BLOCK]


def test_table_without_a_key_is_searched_for_rows_that_stand_twice() -> None:
    rules = default_rules((Column(id="c1", name="n", type=ItemType.INTEGER),), has_cycle=False)
    assert {one.key for one in rules} == {"filled:c1", "duplicate_rows", "row_change", "readable", "corrections"}


def test_key_that_the_ingest_has_seen_whole_is_not_read_again(tmp_path: Path) -> None:
    made = [row | {"c1": f"K{at}"} for at, row in enumerate(ROWS)]
    path = tables.write(tmp_path / "v.parquet", made)
    asked = rule(Kind.KEY, "c1")
    (read,) = ask(path, asked)
    (known,) = ask(path, asked, known=Known(key=frozenset({"c1"})))
    assert (known.total, known.failed) == (read.total, read.failed) == (len(made), 0)


def test_key_of_other_columns_is_read(path: Path) -> None:
    (found,) = ask(path, rule(Kind.KEY, "c1"), known=Known(key=frozenset({"c1", "c8"})))
    assert found.failed
