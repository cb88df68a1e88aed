"""What Spark does at its limits: too long, nowhere, in a bucket, without a limit."""

from dataclasses import replace

import pytest

from catalog.data.engines import engine_for
from catalog.data.engines.spark import SparkEngine
from catalog.data.errors import DamagedFile, EngineLimit, PlanInvalid
from catalog.data.store import Location, Secret
from tests.catalog.data.parity.cases import WHOLE
from tests.catalog.data.parity.test_parity import query

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning"),
]


def test_engine_is_chosen_by_address() -> None:
    served, own = engine_for("spark://host:15002?seconds=5&scratch=/shared"), engine_for("spark:local[2]")
    assert isinstance(served, SparkEngine)
    assert isinstance(own, SparkEngine)
    assert (served.address, served.seconds, served.scratch, own.address) == (
        "sc://host:15002",
        5,
        "/shared",
        "local[2]",
    )


def test_a_query_that_takes_too_long_is_interrupted(spark_engine: SparkEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_engine, "seconds", 0.01)
    with pytest.raises(EngineLimit, match="engine_time"):
        spark_engine.page(query(replace(WHOLE, order=("text",), limit=100)))


def test_missing_file_and_bucket_are_our_fault_and_say_so(spark_engine: SparkEngine) -> None:
    secret = Secret("k", "s", "r", "localhost:1", use_ssl=False)
    for place in (Location("/nowhere/x.parquet"), Location("s3://bucket/x.parquet", secret)):
        with pytest.raises(DamagedFile):
            spark_engine.count(replace(query(WHOLE), files=(place,)))


def test_page_needs_a_limit_and_no_files_give_no_rows(spark_engine: SparkEngine) -> None:
    with pytest.raises(PlanInvalid, match="limit_missing"):
        spark_engine.page(query(WHOLE))
    assert spark_engine.count(replace(query(WHOLE), files=())) == 0
