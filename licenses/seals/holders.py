"""Holders: their codes checked and brought to one form, their names compared and masked."""

from __future__ import annotations

import hmac
import unicodedata

from django.utils.translation import gettext as _

from licenses.seals.masking import mask_organization, mask_person
from licenses.seals.vault import Vault
from portal.kernel.errors import Invalid
from portal.kernel.identifiers import is_identity_number, is_uscc

USCC = "001"
IDENTITY = "111"
_ORGANIZATION_CODES = frozenset({USCC, "099"})
_MAX_CODE = 64
_MAX_NAME = 200


def check_holder(*, name: str, code_type: str, code: str) -> tuple[str, str]:
    """Bring a holder's name and code to the form in which they are stored.

    Raises:
        Invalid: the name is empty, or the code is not one of its type (GB 32100, GB 11643).
    """
    clean_name, clean_code = plain(name), plain(code).upper()
    problems: dict[str, list[str]] = {}
    if not clean_name or len(clean_name) > _MAX_NAME:
        problems["holder_name"] = [_("Enter the name of the holder.")]
    if not clean_code or len(clean_code) > _MAX_CODE:
        problems["holder_code"] = [_("Enter the code of the holder.")]
    elif code_type == USCC and not is_uscc(clean_code):
        problems["holder_code"] = [
            _("This is not a unified social credit code: 18 characters with two check characters.")
        ]
    elif code_type == IDENTITY and not is_identity_number(clean_code):
        problems["holder_code"] = [_("This is not a resident identity number: check every digit.")]
    if problems:
        raise Invalid(fields=problems)
    return clean_name, clean_code


def plain(text: str) -> str:
    """Bring full-width letters to half width and join words by one space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def is_same_name(given: str, stored: str) -> bool:
    """Compare two names without regard to width, spaces and case, in time that does not depend on where they differ."""
    left, right = (plain(name).replace(" ", "").casefold().encode() for name in (given, stored))
    return hmac.compare_digest(left, right)


def holder_index(vault: Vault, *, code_type: str, code: str) -> bytes:
    """Compute the blind index by which licenses of one holder are found."""
    return vault.index("holder", f"{code_type}|{plain(code).upper()}")


def number_index(vault: Vault, *, type_code: str, number: str) -> bytes:
    """Compute the blind index by which a license number of one type is found."""
    return vault.index("number", f"{type_code}|{plain(number).upper()}")


def public_index(vault: Vault, public_id: str) -> bytes:
    """Compute the blind index by which a printed code is found."""
    return vault.index("public", public_id)


def mask_holder(name: str, *, code_type: str) -> str:
    """Mask a holder's name as the kind of holder asks."""
    return mask_organization(name) if code_type in _ORGANIZATION_CODES else mask_person(name)
