"""Prepared files of a version with an index of its rows: the same bytes, read from the right files alone."""

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from python_calamine import CalamineWorkbook

from catalog.gate.delta.parts import parts_of
from catalog.models import Resource, ServingChoice, Version
from catalog.selectors.manifest import exports_folder, version_files
from tests.cast import Cast
from tests.catalog.gate.conftest import resource as resource  # noqa: PLC0414  a fixture
from tests.catalog.gate.conftest import version as version  # noqa: PLC0414  a fixture
from tests.catalog.test_serving_index import _served as _served  # noqa: PLC0414  a fixture
from tests.catalog.test_serving_index import delivery, follow
from tests.catalog.test_serving_index import keyed as keyed  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.django_db(transaction=True)
FORMS = ("csv", "tsv", "json", "parquet", "arrow", "xlsx")
QUESTIONS: tuple[dict[str, str | list[str]], ...] = (
    {},
    {"filter": "code:eq:220100007"},
    {"filter": ["code:ge:220100250", "name:like:9"], "order": "-name"},
    {"filter": "code:ge:220100250", "offset": "2", "limit": "20"},
    {"filter": "code:eq:nothing"},
    {"order": "-code"},
)


@pytest.fixture
def many(settings: LazySettings, resource: Resource, request: pytest.FixtureRequest) -> Version:
    """Make a version of six files."""
    settings.DATA_FILE_ROWS = 50
    version: Version = request.getfixturevalue("version")
    ServingChoice.objects.create(resource=resource, columns=["c1"])
    return version


def prepared(cast: Cast, version: Version, form: str) -> list[bytes]:
    """Prepare files for all questions, and forget them again."""
    found = [b"".join(delivery(cast, version, **asked).download(form).read()) for asked in QUESTIONS]
    forget(version)
    return found


def forget(version: Version) -> None:
    for name in stored(version):
        default_storage.delete(name)


def stored(version: Version) -> Iterator[str]:
    folder = exports_folder(version)
    if default_storage.exists(folder):
        yield from [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]


def parts(cast: Cast, version: Version, **asked: str) -> pa.Table:
    tables = []
    for part in parts_of(delivery(cast, version, **asked)):
        with default_storage.open(part.name) as stream:
            tables.append(pq.read_table(io.BytesIO(stream.read())))
    forget(version)
    return pa.concat_tables(tables)


def content(form: str, file: bytes) -> object:
    """Give what a file says: a workbook holds the time of its making, and Parquet and Arrow how rows were grouped."""
    if form == "parquet":
        return pq.read_table(io.BytesIO(file)).to_pylist()
    if form == "arrow":
        return pa.ipc.open_stream(io.BytesIO(file)).read_all().to_pylist()
    if form == "xlsx":
        return CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    return file


@pytest.mark.parametrize("form", FORMS)
def test_prepared_files_say_the_same_with_and_without(cast: Cast, keyed: Version, form: str) -> None:
    before = prepared(cast, keyed, form)
    assert follow(keyed) == "built"
    after = prepared(cast, keyed, form)
    assert [content(form, file) for file in after] == [content(form, file) for file in before]


def test_parts_of_an_engine_are_the_same_with_and_without(cast: Cast, keyed: Version) -> None:
    before = parts(cast, keyed, filter="code:ge:220100250")
    assert follow(keyed) == "built"
    assert parts(cast, keyed, filter="code:ge:220100250").equals(before)
    assert before.num_rows == 50


def test_only_the_files_of_the_rows_are_read(cast: Cast, many: Version) -> None:
    """All but the one that holds the rows are gone from the store, and what is prepared is whole."""
    assert follow(many) == "built"
    asked = {"filter": ["code:in:220100151,220100170,220100199", "name:like:1"]}
    whole = b"".join(delivery(cast, many, **asked).download("csv").read())
    engines = parts(cast, many, filter="code:in:220100151,220100170,220100199")
    forget(many)
    files = list(version_files(many))
    assert len(files) == 6
    for file in files[:3] + files[4:]:
        default_storage.delete(file.uri)
    assert b"".join(delivery(cast, many, **asked).download("csv").read()) == whole
    assert whole.count(b"\n") == 1 + 3
    assert parts(cast, many, filter="code:in:220100151,220100170,220100199").equals(engines)
