"""The vault: attributes encrypted at rest under wrapped data keys, and blind indexes to find what cannot be read."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from licenses.seals.files import read_or_make

_KEY: Final = 32
_NONCE: Final = 12
_INDEX: Final = 16


class SealBrokenError(Exception):
    """A stored value does not open: it, its key or the row it belongs to has been changed."""


class Vault:
    """Envelope encryption (AES-256-GCM under keys wrapped by RFC 3394) and keyed indexes, from one master secret.

    Every purpose has a key of its own, derived by HKDF (RFC 5869), so that an index can never be turned into a key.
    """

    def __init__(self, secret: bytes) -> None:
        """Derive the wrapping key from a master secret of at least 32 bytes."""
        if len(secret) < _KEY:
            raise ValueError("the master secret of the vault is shorter than 32 bytes")
        self._secret = secret
        self._wrapping = self._derive("wrap")
        self._purposes: dict[str, bytes] = {}

    @classmethod
    def from_file(cls, path: Path) -> Vault:
        """Open the vault whose master secret lies at `path`, making the secret when it is missing."""
        return cls(read_or_make(path, lambda: secrets.token_bytes(_KEY)))

    def new_key(self) -> bytes:
        """Make a data key and give it wrapped: the only form that may be stored."""
        return aes_key_wrap(self._wrapping, secrets.token_bytes(_KEY))

    def seal(self, wrapped_key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
        """Encrypt `plain` so that it opens only together with `bound_to`: nonce ‖ ciphertext ‖ tag.

        Raises:
            SealBrokenError: the data key does not unwrap.
        """
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._unwrap(wrapped_key)).encrypt(nonce, plain, bound_to)

    def open(self, wrapped_key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Decrypt what `seal` made.

        Raises:
            SealBrokenError: the value, its key or what it is bound to has been changed.
        """
        try:
            return AESGCM(self._unwrap(wrapped_key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError from error

    def index(self, purpose: str, text: str) -> bytes:
        """Compute the blind index of `text` for one purpose: 16 bytes that reveal equality and nothing else."""
        return self.stamp(f"index:{purpose}", text.encode())[:_INDEX]

    def stamp(self, purpose: str, data: bytes) -> bytes:
        """Authenticate `data` for one purpose: 32 bytes of HMAC-SHA-256."""
        key = self._purposes.get(purpose) or self._purposes.setdefault(purpose, self._derive(purpose))
        return hmac.new(key, data, hashlib.sha256).digest()

    def _unwrap(self, wrapped_key: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._wrapping, wrapped_key)
        except (InvalidUnwrap, ValueError) as error:
            raise SealBrokenError from error

    def _derive(self, purpose: str) -> bytes:
        info = f"songhua.licenses.{purpose}".encode()
        return HKDF(algorithm=hashes.SHA256(), length=_KEY, salt=None, info=info).derive(self._secret)
