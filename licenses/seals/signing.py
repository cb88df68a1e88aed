"""Signatures over license records: canonical JSON, its SHA-256 digest, and an ES256 signer behind one interface."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from licenses.seals.files import read_or_make

_COORDINATE = 32
_SIGNATURE = 2 * _COORDINATE


def canonical_json(content: dict[str, Any]) -> bytes:
    """Write `content` in the one form that is digested: sorted keys, no white space, UTF-8 (RFC 8785 for our values).

    Numbers must be strings or integers: floating point has no canonical form worth trusting.
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(content: dict[str, Any]) -> bytes:
    """Digest the canonical form of `content`: 32 bytes of SHA-256."""
    return hashlib.sha256(canonical_json(content)).digest()


class Signer(Protocol):
    """Whatever can sign: a key file today, a PKCS#11 token or an SM2 module behind the same three names."""

    @property
    def kid(self) -> str:
        """The thumbprint by which verifiers find the key (RFC 7638)."""

    @property
    def alg(self) -> str:
        """The JOSE name of the algorithm."""

    def sign(self, data: bytes) -> bytes:
        """Sign `data`; ES256 gives R‖S, 64 bytes."""

    def verify(self, kid: str, data: bytes, signature: bytes) -> bool:
        """Tell whether `signature` over `data` was made by the key `kid`, current or retired."""


class FileSigner:
    """An ES256 signer whose key is a PEM file; retired public keys lie beside it as `retired/*.pem`."""

    alg = "ES256"

    def __init__(self, path: Path) -> None:
        """Load the key at `path`, making it (mode 0600) when it is missing."""
        pem = read_or_make(path, _new_key)
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError(f"{path} is not a P-256 key")  # noqa: TRY004 - what is wrong is the file
        self._key = key
        self._public = {thumbprint(key.public_key()): key.public_key()}
        self.kid = next(iter(self._public))
        for retired in sorted((path.parent / "retired").glob("*.pem")):
            public = serialization.load_pem_public_key(retired.read_bytes())
            if isinstance(public, ec.EllipticCurvePublicKey):
                self._public[thumbprint(public)] = public

    def sign(self, data: bytes) -> bytes:
        """Sign `data` in the form JOSE wants: R‖S, 64 bytes."""
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_COORDINATE) + s.to_bytes(_COORDINATE)

    def verify(self, kid: str, data: bytes, signature: bytes) -> bool:
        """Tell whether the signature holds; an unknown key costs the same time as a known one."""
        public = self._public.get(kid)
        whole = signature if len(signature) == _SIGNATURE else b"\x01" * _SIGNATURE
        r, s = int.from_bytes(whole[:_COORDINATE]), int.from_bytes(whole[_COORDINATE:])
        try:
            (public or self._public[self.kid]).verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return public is not None and len(signature) == _SIGNATURE

    def jwks(self) -> list[dict[str, str]]:
        """List the public keys, the current one first, as JSON Web Keys (RFC 7517)."""
        return [{**_jwk(public), "kid": kid, "alg": self.alg, "use": "sig"} for kid, public in self._public.items()]


def thumbprint(public: ec.EllipticCurvePublicKey) -> str:
    """Compute the JWK thumbprint of a public key (RFC 7638)."""
    return _b64(hashlib.sha256(json.dumps(_jwk(public), sort_keys=True, separators=(",", ":")).encode()).digest())


def _jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = public.public_numbers()
    x, y = (_b64(number.to_bytes(_COORDINATE)) for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
