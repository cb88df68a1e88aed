"""Identifiers of the field with their check characters: USCC, resident identity number, electronic licence.

GB 32100 (unified social credit code), GB 11714 (organization code), GB 11643 (resident identity number),
GB/T 17710 = ISO 7064 MOD 37,36 (licence identifier). All functions are pure and take ASCII text.
"""

import re
from dataclasses import dataclass
from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MOD_37_36_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LICENSE_ROOT = "1.2.156.3005.2"
LAST_VERSION = 999

_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"


def organization_check(base: str) -> str:
    """Return the check character of an 8-character organization code base (GB 11714)."""
    total = sum(MOD_37_36_ALPHABET.index(c) * w for c, w in zip(base, _ORGANIZATION_WEIGHTS, strict=True))
    return {10: "X", 11: "0"}.get(value := 11 - total % 11, str(value))


def uscc_check(base: str) -> str:
    """Return the check character of the first 17 characters of a USCC (GB 32100)."""
    total = sum(USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(base))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def make_uscc(registrar: str, division: str, organization: str) -> str:
    """Build a USCC from 2 characters of registrar and kind, a 6-digit division and an 8-character organization base."""
    base = f"{registrar}{division}{organization}{organization_check(organization)}"
    return base + uscc_check(base)


def is_uscc(text: str) -> bool:
    """Say whether ``text`` is a USCC with both check characters right."""
    return (
        _USCC.fullmatch(text) is not None
        and organization_check(text[8:16]) == text[16]
        and uscc_check(text[:17]) == text[17]
    )


def identity_check(base: str) -> str:
    """Return the check character of the first 17 digits of a resident identity number (GB 11643)."""
    return _IDENTITY_CHECKS[sum(int(c) * w for c, w in zip(base, _IDENTITY_WEIGHTS, strict=True)) % 11]


def is_identity_number(text: str) -> bool:
    """Say whether ``text`` is a resident identity number with a real birth date and the right check character."""
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return identity_check(text[:17]) == text[17]


def mod37_36(text: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character of ``text`` over ``0-9A-Z``.

    >>> mod37_36("A1Z9"), mod37_36("0")
    ('3', '2')
    """
    product = 36
    for character in text:
        total = (product + MOD_37_36_ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return MOD_37_36_ALPHABET[(37 - product) % 36]


@dataclass(frozen=True, slots=True)
class LicenseIdentifier:
    """The parts of an electronic licence identifier (domain.md §4)."""

    type_code: str
    issuer: str
    serial: str
    version: int

    @property
    def check(self) -> str:
        return mod37_36(f"{self.type_code}{self.issuer}{self.serial}{self.version:03d}")

    def __str__(self) -> str:
        return f"{LICENSE_ROOT}.{self.type_code}.{self.issuer}.{self.serial}.{self.version:03d}.{self.check}"


_LICENSE = re.compile(
    re.escape(LICENSE_ROOT) + r"\.([0-9A-Z]{18}[0-9]{3})\.([0-9A-Z]{18})\.([0-9A-Z]{1,32})\.([0-9]{3})\.([0-9A-Z])"
)


def license_identifier(type_code: str, issuer: str, serial: str, version: int) -> str:
    """Build a licence identifier with its check character; ``type_code`` is a USCC and 3 digits, ``issuer`` a USCC."""
    if not (is_uscc(type_code[:18]) and re.fullmatch(r"[0-9]{3}", type_code[18:])):
        raise ValueError(f"not a licence type code: {type_code}")
    if not is_uscc(issuer):
        raise ValueError(f"not a USCC: {issuer}")
    if not re.fullmatch(r"[0-9A-Z]{1,32}", serial) or not 1 <= version <= LAST_VERSION:
        raise ValueError(f"not a serial and version: {serial}, {version}")
    return str(LicenseIdentifier(type_code, issuer, serial, version))


def parse_license_identifier(text: str) -> LicenseIdentifier:
    """Read a licence identifier; ``ValueError`` says which part is wrong (form, version, check character)."""
    match = _LICENSE.fullmatch(text)
    if match is None:
        raise ValueError("form")
    type_code, issuer, serial, version, check = match.groups()
    identifier = LicenseIdentifier(type_code, issuer, serial, int(version))
    if identifier.version < 1:
        raise ValueError("version")
    if identifier.check != check:
        raise ValueError("check")
    return identifier
