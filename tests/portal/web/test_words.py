"""Every act of the ground reads as words in a timeline, never as a code."""

import re
from pathlib import Path

from portal.web.words import word_of

GROUND = Path(__file__).parents[3] / "portal" / "accounts"


def test_every_act_of_accounts_has_its_words() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(GROUND.glob("*.py")))
    acts = set(re.findall(r'"(accounts\.[a-z_]+)"', source))
    assert len(acts) > 10
    assert {act for act in acts if str(word_of(act)) == act} == set()


def test_an_act_nobody_named_shows_its_code() -> None:
    assert word_of("tests.unheard_of") == "tests.unheard_of"
