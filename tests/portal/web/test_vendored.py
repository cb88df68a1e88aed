"""What we carry from others is unchanged: hashes of vendored files."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
VENDORED = {
    "portal/web/static/web/vendor/htmx.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    "tests/vendor/axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
}


@pytest.mark.parametrize(("path", "digest"), VENDORED.items())
def test_vendored_files_are_as_published(path: str, digest: str) -> None:
    """htmx.org@2.0.11 and axe-core@4.14.1 of the npm registry, by SHA-256; their licenses lie beside them."""
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == digest
    assert list((ROOT / path).parent.glob("LICENSE*"))
