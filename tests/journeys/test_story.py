"""The main story through all four apps, as the people of the province live it, in English and in Chinese.

A resource is registered, checked, consented to, published; asked for, granted, read, suspended; opened to the public;
a license is issued, verified, revoked; and the auditor finds every act in a record that proves itself.
"""

from pathlib import Path

import pytest

from tests.journeys.conftest import People
from tests.journeys.product import Product
from tests.journeys.story import catalogue, licensing, opening, record, sharing
from tests.journeys.story.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("product")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_story(people: People, product: Product, tmp_path: Path, language: str) -> None:
    story = Story(people, product, language, tmp_path)
    catalogue.register(story)
    catalogue.upload(story)
    catalogue.review(story)
    sharing.find_and_ask(story)
    sharing.decide(story)
    sharing.read(story)
    opening.open_edition(story)
    opening.public(story)
    licensing.issue(story)
    licensing.verify(story)
    record.audit(story)
