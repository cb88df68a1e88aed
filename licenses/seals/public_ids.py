"""Public identifiers of printed licenses: 128 unguessable bits in letters a person can copy."""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 28
_BODY: Final = 26
_BITS: Final = 128
_CHECK_MODULUS: Final = 1021
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_public_id() -> str:
    """Make a fresh identifier: 26 Crockford letters for 128 random bits, and two check letters."""
    number = secrets.randbits(_BITS)
    letters = []
    for _ in range(_BODY):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    body = "".join(reversed(letters))
    return body + check_letters(body)


def check_letters(body: str) -> str:
    """Compute the two check letters: one changed letter, or two of them swapped, always changes them.

    A sum weighted 1…26 modulo the prime 1021; letters outside the alphabet count as zero, so that a malformed text
    costs the same as a well-formed one.
    """
    total = sum(weight * max(ALPHABET.find(letter), 0) for weight, letter in enumerate(body, start=1))
    high, low = divmod(total % _CHECK_MODULUS, len(ALPHABET))
    return ALPHABET[high] + ALPHABET[low]


def is_well_formed(text: str) -> bool:
    """Tell whether length, alphabet and check letters agree; never a reason to answer sooner."""
    in_alphabet = len(text) == LENGTH and all(letter in ALPHABET for letter in text)
    return in_alphabet and secrets.compare_digest(check_letters(text[:_BODY]), text[_BODY:])


def from_typing(text: str) -> str:
    """Bring a typed identifier to its printed form: capitals, no gaps, and lookalike letters put right."""
    return text.strip().upper().translate(_LOOKALIKES)


def in_groups(public_id: str, size: int = 7) -> str:
    """Break an identifier into groups for reading aloud, as it stands under the printed QR code."""
    return " ".join(public_id[start : start + size] for start in range(0, len(public_id), size))
