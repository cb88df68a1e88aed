"""The password rule of GB/T 22239 level 3: length and kinds of characters."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^0-9A-Za-z]")


class KindsOfCharactersValidator:
    """Asks for at least ``minimum`` of: lower case, upper case, digits, other characters."""

    def __init__(self, minimum: int = 3) -> None:
        self.minimum = minimum

    def validate(self, password: str, user: object = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in _KINDS) < self.minimum:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        return _("Use at least %(minimum)d of these: small letters, capital letters, digits, other characters.") % {
            "minimum": self.minimum
        }
