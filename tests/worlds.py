"""Worlds built once in a process: what a factory has written through the services is put back as copies of the rows.

Most tests begin with the same few worlds: the cast, a published resource with data, a grant on it. The services build
each once in a process, as users would; the next test that asks the same of the same gets the rows, the files and the
objects that the first got. `tests.cast.build_cast` begins such a story, and every factory that is marked with
`built_once` continues it, as long as nothing else was written in between: what stands in the tables is known then by
what was asked so far. In every other case the services are simply asked. A factory that is marked

- writes through Django's own connection alone, and files to the default storage by names that its rows mention;
- is asked with plain values, rows and dataclasses of such; whatever else is asked is built anew each time;
- changes nothing in this process but the objects it is given.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from django.conf import UserSettingsHolder, settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Count, Max, Model
from django.dispatch import receiver
from django.utils import timezone, translation

from portal.audit.models import Entry
from portal.celery import app

P = ParamSpec("P")
R = TypeVar("R")

#: A longer story is a test's own, and will not be told again.
_LONGEST = 6
#: Statements that change no row.
_READING = ("SELECT", "SAVEPOINT", "RELEASE", "SET", "SHOW", "EXPLAIN", "DECLARE", "FETCH", "CLOSE")
_WRITTEN = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    WHERE schemaname = current_schema() AND n_tup_ins + n_tup_upd + n_tup_del > 0
"""
_COLUMNS = """
    SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
    FROM information_schema.columns WHERE table_schema = current_schema() AND is_generated = 'NEVER' GROUP BY 1
"""


@dataclass
class _World:
    """What a factory wrote, and what it gave."""

    #: Table by table the whole content that it left, as COPY writes it.
    rows: dict[str, bytes]
    files: dict[Path, bytes]
    #: Functions that wait for the commit, and whether they may fail.
    waiting: list[tuple[Callable[[], object], bool]]
    #: The objects it was given, and what it returned.
    objects: tuple[list[Model], Any]


@dataclass
class _Story:
    """What was asked since the tables were empty; None where something else was written, so that nobody knows."""

    so_far: tuple[Any, ...] | None = None
    #: How many acts were on record then, and the last of them.
    recorded: tuple[int, int | None] = (0, None)
    test: pytest.FixtureRequest | None = None

    def watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(_READING):
            self.so_far = None
        return execute(sql, params, many, context)

    def is_patched(self) -> bool:
        """Whether the test has put something else in the place of the product's code: that may make other worlds."""
        if self.test is None or "monkeypatch" not in self.test.fixturenames:
            return False
        patch: pytest.MonkeyPatch = self.test.getfixturevalue("monkeypatch")
        return bool(patch._setattr or patch._setitem)


_story = _Story()
_worlds: dict[tuple[Any, ...], _World] = {}
_columns: dict[str, str] = {}


@pytest.fixture(autouse=True)
def _story_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Begin, and end, without a story."""
    _story.so_far, _story.test = None, request
    yield
    _story.so_far = _story.test = None


@receiver(connection_created)
def _watch_every_thread(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """See also what a server or a worker writes in a thread of this process."""
    if _story.watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_story.watch)


def begin_story() -> None:
    """Say that nothing but what the migrations made stands in the tables.

    Files and messages of earlier tests go: they are about numbers that come again with the same rows.
    """
    app.control.purge()
    if isinstance(default_storage, FileSystemStorage):
        folder = Path(default_storage.location)
        assert folder.is_relative_to(tempfile.gettempdir()), folder
        shutil.rmtree(folder, ignore_errors=True)
    _tell(())


def built_once(build: Callable[P, R]) -> Callable[P, R]:
    """Let a factory build the same only once in a process."""

    @wraps(build)
    def built(*args: P.args, **kwargs: P.kwargs) -> R:
        if (asked := _asked(build, args, kwargs)) is None:
            return build(*args, **kwargs)
        given = [value for value in (*args, *kwargs.values()) if isinstance(value, Model)]
        if asked in _worlds:
            result: R = _put_back(_worlds[asked], given)
        else:
            with _keeping() as keep:
                result = build(*args, **kwargs)
                _worlds[asked] = keep(given, result)
        # What lies in the cache is the same after both.
        cache.clear()
        _tell(asked)
        return result

    return built


def _tell(story: tuple[Any, ...]) -> None:
    """Note what was asked so far, once it stands in the tables."""
    _story.so_far, _story.recorded = story, _recorded()


def _recorded() -> tuple[int, int | None]:
    """What tells of acts on other connections than Django's, and of other processes: every act is on record."""
    found: dict[str, Any] = Entry.objects.aggregate(count=Count("pk"), last=Max("pk"))
    return found["count"], found["last"]


class _UnknownKind(Exception):
    """A value that no key can be made of."""


def _asked(build: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, ...] | None:
    """The story with this question; None where the world could be another than the last time it was asked."""
    if (
        _story.so_far is None
        or len(_story.so_far) == _LONGEST
        or _story.is_patched()
        or not isinstance(default_storage, FileSystemStorage)
        or _story.recorded != _recorded()
    ):
        return None
    around = (timezone.localdate(), translation.get_language(), default_storage.location)
    try:
        question = (build.__module__, build.__qualname__, around, *map(_plain, (_overridden(), args, kwargs)))
    except _UnknownKind:
        return None
    return (*_story.so_far, question)


def _overridden() -> dict[str, Any]:
    """The settings that the test has of its own."""
    found: dict[str, Any] = {}
    holder = settings._wrapped
    while isinstance(holder, UserSettingsHolder):
        own = {name: value for name, value in vars(holder).items() if name.isupper()}
        found, holder = own | found, holder.default_settings
    return found


def _plain(value: Any) -> Any:
    """A value as a part of a key."""
    if isinstance(value, Model):
        columns = (column.attname for column in value._meta.concrete_fields)
        return type(value), tuple(_plain(vars(value).get(name)) for name in columns)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(_plain(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, dict):
        return dict, tuple((_plain(name), _plain(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(_plain(one) for one in value)
    if callable(value):
        raise _UnknownKind
    try:
        hash(value)
    except TypeError:
        raise _UnknownKind from None
    return type(value), value


@contextmanager
def _keeping() -> Iterator[Callable[[list[Model], Any], _World]]:
    """Build in one transaction; give what keeps the world at its end."""
    whole = transaction.atomic()
    # As Django's own test cases mark theirs: what must be durable in a running portal is not within one.
    whole._from_testcase = True  # type: ignore[attr-defined]  # not in the stubs
    with whole, connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        before, waiting = dict(cursor.fetchall()), len(connection.run_on_commit)

        def keep(given: list[Model], result: Any) -> _World:
            cursor.execute(_WRITTEN)
            written = sorted(name for name, count in cursor.fetchall() if count != before.get(name))
            rows = {name: _copied(cursor, name) for name in written}
            after = [(function, robust) for _ids, function, robust in connection.run_on_commit[waiting:]]
            return _World(rows, _mentioned(rows), after, deepcopy((given, result)))

        yield keep


def _copied(cursor: Any, table: str) -> bytes:
    if not _columns:
        cursor.execute(_COLUMNS)
        _columns.update(cursor.fetchall())
    with cursor.copy(f'COPY "{table}" ({_columns[table]}) TO STDOUT') as copy:
        return b"".join(map(bytes, copy))


def _mentioned(rows: dict[str, bytes]) -> dict[Path, bytes]:
    """The stored files that are named in the rows."""
    root = Path(default_storage.location)
    folders = "|".join(re.escape(folder.name) for folder in root.iterdir()) if root.is_dir() else ""
    if not folders:
        return {}
    name = re.compile(rf"(?:{folders})(?:/[\w~.-]+)+")
    places = {root / found for content in rows.values() for found in name.findall(content.decode())}
    return {place: place.read_bytes() for place in places if place.is_file()}


def _put_back(world: _World, given: list[Model]) -> Any:
    """Make the tables, the files and the given objects what the world left; give what it gave."""
    for place, content in world.files.items():
        if not place.is_file() or place.read_bytes() != content:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.write_bytes(content)
    with transaction.atomic(), connection.cursor() as cursor:
        # The rows were checked, and their triggers ran, when they were written.
        emptied = "; ".join(f'DELETE FROM "{table}"' for table in world.rows)
        cursor.execute(f"SET LOCAL session_replication_role = replica; {emptied}")
        for table, content in world.rows.items():
            with cursor.copy(f'COPY "{table}" ({_columns[table]}) FROM STDIN') as copy:
                copy.write(content)
        cursor.execute("SET LOCAL session_replication_role = origin")
        for function, robust in world.waiting:
            transaction.on_commit(function, robust=robust)
    known, result = world.objects
    copies: dict[int, Any] = {id(one): real for one, real in zip(known, given, strict=True)}
    for one, real in zip(known, given, strict=True):
        vars(real).clear()
        vars(real).update(deepcopy(vars(one), copies))
    return deepcopy(result, copies)
