"""Long histories of versions by chance, against plain lists that do the same by hand."""

import random
from itertools import pairwise
from typing import Any

import pytest

from catalog.gate import compare_versions, preview_warrant, release
from catalog.models import Resource, Version
from tests.cast import Cast
from tests.factories.catalog import draft
from tests.factories.uploads import new_version

pytestmark = pytest.mark.django_db
STEPS = 9
Rows = dict[str, tuple[str, str]]


def _hand_in(cast: Cast, resource: Resource, lines: list[str], mode: str) -> Version:
    header = "街道代码,街道名称,联系人" + (",_op" if mode == "delta" else "")
    return new_version(cast, resource, "\n".join([header, *lines]), mode)


def _text(chance: random.Random) -> str:
    return chance.choice(["张三", "李四😀", "０１", "", "a b"])


def _fresh(chance: random.Random, rows: Rows, most: int) -> Rows:
    codes = [code for code in map(str, range(40)) if code not in rows]
    return {code: (f"街{code}", _text(chance)) for code in chance.sample(codes, min(len(codes), most))}


def _step(cast: Cast, resource: Resource, chance: random.Random, rows: Rows, mode: str) -> tuple[Version, Rows, Any]:
    """Do one thing to the resource and to the plain rows; give the counts a delta must have found."""
    if mode == "replace":
        after = _fresh(chance, {}, 12)
        lines = [f"{code},{name},{contact}" for code, (name, contact) in after.items()]
        return _hand_in(cast, resource, lines, mode), after, None
    new = _fresh(chance, rows, chance.randint(1, 3))
    lines = [f"{code},{name},{contact}" for code, (name, contact) in new.items()]
    if mode == "append":
        return _hand_in(cast, resource, lines, mode), rows | new, {"added": len(new)}
    after, counts = rows | new, {"added": len(new), "changed": 0, "removed": 0, "unchanged": 0}
    lines = [f"{line}," for line in lines]
    for code in chance.sample(sorted(rows), min(len(rows), 4)):
        what = chance.choice(["removed", "changed", "unchanged"])
        counts[what] += 1
        if what == "removed":
            del after[code]
            lines.append(f"{code},,,delete")
            continue
        name, contact = rows[code]
        after[code] = (f"{name}新", contact) if what == "changed" else (name, contact)
        lines.append(f"{code},{after[code][0]},{contact},")
    return _hand_in(cast, resource, lines, mode), after, counts


def _read(cast: Cast, version: Version) -> list[tuple[str, str, str]]:
    page = release(cast.actor("steward"), preview_warrant(version)).page()
    return [(row["code"], row["name"], row["contact"] or "") for row in page.rows]


@pytest.mark.parametrize("seed", range(4))
def test_a_history_is_what_lists_say_it_is(cast: Cast, settings: Any, seed: int) -> None:
    settings.DATA_FILE_ROWS, settings.DATA_FILES_SMALL = 12, 2
    chance = random.Random(seed)
    resource = draft(cast.actor("steward"), cast.provider)
    rows: Rows = {}
    history: list[tuple[Version, Rows]] = []
    for step in range(STEPS):
        mode = chance.choices(["append", "delta", "replace"], [5, 4, 1])[0] if step else "replace"
        version, rows, counts = _step(cast, resource, chance, rows, mode)
        assert counts is None or version.changes == counts
        history.append((version, dict(rows)))
    for version, then in history:
        found = _read(cast, version)
        assert sorted(found) == sorted((code, name, contact) for code, (name, contact) in then.items())
        files = list(version.files.order_by("places__position"))
        numbers = [(file.first_row, file.last_row) for file in files]
        assert numbers == sorted(numbers)
        assert all(one[1] < other[0] for one, other in pairwise(numbers))
        assert sum(file.row_count for file in files) == version.row_count == len(then)
        assert version.last_row >= max((last for _first, last in numbers), default=0)
    for (before, old), (after, new) in zip(history, history[2:], strict=False):
        counts = compare_versions(cast.actor("steward"), before, after).counts
        shared = set(old) & set(new)
        assert counts == {
            "added": len(set(new) - set(old)),
            "changed": sum(old[code] != new[code] for code in shared),
            "removed": len(set(old) - set(new)),
        }


def test_small_files_at_the_end_are_written_together(cast: Cast, settings: Any) -> None:
    settings.DATA_FILE_ROWS, settings.DATA_FILES_SMALL = 10, 3
    resource = draft(cast.actor("steward"), cast.provider)
    versions = [_hand_in(cast, resource, [f"{n},街{n},张" for n in range(6)], "replace")]
    versions += [_hand_in(cast, resource, [f"{90 + n},街,李", f"{80 + n},街,王"], "append") for n in range(5)]
    laid = [[file.row_count for file in version.files.order_by("places__position")] for version in versions]
    assert laid == [[6], [6, 2], [6, 2, 2], [6, 2, 2, 2], [6, 8], [6, 8, 2]]
    assert [row[0] for row in _read(cast, versions[4])][6:] == ["90", "80", "91", "81", "92", "82", "93", "83"]
    assert [row[0] for row in _read(cast, versions[3])][6:] == ["90", "80", "91", "81", "92", "82"]
    assert compare_versions(cast.actor("steward"), versions[3], versions[4]).counts == {
        "added": 2,
        "changed": 0,
        "removed": 0,
    }
