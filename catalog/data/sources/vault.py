"""Passwords of sources at rest: sealed with keys derived from the installation's secrets, opened for a run only."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from catalog.data.sources.confine import SourceError

_PURPOSE = b"songhua.catalog.sources"


def _vault(secrets: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret))) for secret in secrets])


def _derived(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())


def lock_secret(text: str, secrets: Sequence[str]) -> str:
    """Seal a password under the first of `secrets`; the empty one stays empty."""
    return _vault(secrets).encrypt(text.encode()).decode("ascii") if text else ""


def open_secret(sealed: str, secrets: Sequence[str]) -> str:
    """Open a sealed password with any of `secrets`. Raises SourceError (secret_lost) when none fits."""
    try:
        return _vault(secrets).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken as error:
        raise SourceError("secret_lost") from error
