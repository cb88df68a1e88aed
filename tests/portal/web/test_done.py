"""What pages say once an act is done: every verb somebody can press has its sentence, with the thing in it."""

import pytest
from django.utils import translation

from catalog.workflow import (
    AMENDMENTS,
    BATCHES,
    CODE_SETS,
    DELETIONS,
    ELEMENTS,
    HANDOVERS,
    RESOURCES,
    SOURCES,
    TICKETS,
)
from opening.workflow import PUBLICATIONS
from portal.web.words import done
from portal.workflow.table import Table
from sharing.workflow import CORRECTIONS, GRANTS, REQUESTS

#: What the product does by itself, or what has a page and words of its own.
_NOBODY_PRESSES = {
    "catalog.batch.preview",
    "catalog.batch.fail",
    "catalog.code_set.supersede",
    "catalog.deletion.finish",
    "catalog.element.supersede",
    "sharing.grant.expire",
    "sharing.request.edit",
    "sharing.request.open",
}
_TABLES = (
    AMENDMENTS, BATCHES, CODE_SETS, DELETIONS, ELEMENTS, HANDOVERS, RESOURCES, SOURCES, TICKETS,
    CORRECTIONS, GRANTS, REQUESTS, PUBLICATIONS,
)  # fmt: skip


def _actions(table: Table) -> set[str]:
    return {f"{table.name}.{row.verb}" for row in table.transitions} - _NOBODY_PRESSES


@pytest.mark.parametrize("action", sorted(action for table in _TABLES for action in _actions(table)))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_verb_says_what_was_done_to_what(action: str, language: str) -> None:
    with translation.override(language):
        said = done(action, "街道 7")
    assert "街道 7" in said
    assert said.endswith("." if language == "en" else "。")
    assert "%" not in said


def test_publishing_is_said_plainly() -> None:
    with translation.override("zh-hans"):
        assert done("catalog.publish", "街道名录") == "“街道名录”已在目录中发布。"
    with translation.override("en"):
        assert done("catalog.publish", "Streets") == "“Streets” is published in the catalog."
