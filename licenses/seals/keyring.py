"""The keyring: the vault and the signer of this installation, opened once per process from where the settings say."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from licenses.seals.signing import FileSigner, Signer
from licenses.seals.vault import Vault

_FILE_SCHEME = "file:"


@dataclass(frozen=True)
class Keyring:
    """The two secrets that licenses rest on: what encrypts them and what signs them."""

    vault: Vault
    signer: Signer


def keyring() -> Keyring:
    """Give the keyring of this installation.

    `SIGNER=file:<folder>` names the folder of `signer.pem` and `vault.key`; `SIGNER=file:<name>.pem` names the signing
    key itself, with `vault.key` beside it. Both are made at first use, never shown and never in the database.
    """
    return _open(str(settings.SIGNER))


@functools.lru_cache(maxsize=4)
def _open(address: str) -> Keyring:
    if not address.startswith(_FILE_SCHEME):
        raise ValueError(f"SIGNER must start with {_FILE_SCHEME}; this installation has no driver for {address!r}")
    named = Path(address.removeprefix(_FILE_SCHEME).removeprefix("//"))
    path = named if named.suffix == ".pem" else named / "signer.pem"
    return Keyring(vault=Vault.from_file(path.with_name("vault.key")), signer=FileSigner(path))
