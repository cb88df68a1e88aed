"""The passwords of the demonstration are kept by a light hash, those of other installations by the full one."""

import os
import subprocess
import sys

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import check_password, identify_hasher, make_password

from portal.settings.environment import PROJECT_DIR

LIGHT = "portal.accounts.hashers.LightArgon2PasswordHasher"
FULL = "django.contrib.auth.hashers.Argon2PasswordHasher"


@pytest.mark.parametrize(("demonstration", "first"), [("1", LIGHT), ("0", FULL), ("", FULL)])
def test_only_the_demonstration_takes_the_light_one(demonstration: str, first: str) -> None:
    asked = "from portal.settings import development; print(development.PASSWORD_HASHERS[0])"
    variables = {**os.environ, "DEMONSTRATION": demonstration}
    said = subprocess.run(
        [sys.executable, "-c", asked], env=variables, cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == first


@pytest.mark.parametrize(("before", "after"), [(LIGHT, FULL), (FULL, LIGHT)])
def test_either_checks_what_the_other_kept_and_keeps_it_anew(settings: LazySettings, before: str, after: str) -> None:
    settings.PASSWORD_HASHERS = [before]
    kept = make_password("aB3-right")
    settings.PASSWORD_HASHERS = [after]
    renewed: list[str] = []
    assert not check_password("aB3-wrong", kept, renewed.append)
    assert renewed == []
    assert check_password("aB3-right", kept, renewed.append)
    assert renewed == ["aB3-right"]


def test_it_takes_what_owasp_recommends_at_least(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = [LIGHT]
    kept = make_password("aB3-right")
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert not identify_hasher(kept).must_update(kept)
