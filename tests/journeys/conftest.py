"""The running product and people in front of it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.product import Product, running, start, stop
from tests.journeys.reader import Reader

People = Callable[..., Reader]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The whole product on an empty data directory, with the demonstration province.

    ``JOURNEY_PRODUCT=<data directory> <address>`` drives one that runs already, while a story is being written.
    """
    if given := os.environ.get("JOURNEY_PRODUCT", ""):
        folder, url = given.split()
        yield running(Path(folder), url)
        return
    started = start(tmp_path_factory.mktemp("installation"))
    yield started
    stop(started)


@pytest.fixture
def people(browser: Browser, product: Product) -> Iterator[People]:
    """Open browsers for people: ``people("en", "sjj.coordinator")``; without a name it is a visitor."""
    readers: list[Reader] = []

    def open_for(language: str, username: str = "") -> Reader:
        reader = Reader(browser, product, language)
        readers.append(reader)
        return reader.sign_in(username) if username else reader

    yield open_for
    for reader in readers:
        reader.close()
