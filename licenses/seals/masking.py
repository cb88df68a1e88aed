"""Masking: how much of a name, a number or a text the public may see."""

from __future__ import annotations

from typing import Final

_STAR: Final = "*"
_SHORT_NAME: Final = 4
_KEPT_HEAD: Final = 2
_KEPT_TAIL: Final = 4
_LONG_CODE: Final = 10


def mask_person(name: str) -> str:
    """Keep the first letter of a person's name and say how long the rest is: 张**."""
    stripped = name.strip()
    return stripped[:1] + _STAR * max(len(stripped) - 1, 1)


def mask_organization(name: str) -> str:
    """Keep the place at the head and the legal form at the tail of an organization's name: 长春****有限公司."""
    stripped = name.strip()
    if len(stripped) <= _KEPT_HEAD + _KEPT_TAIL:
        return mask_person(stripped)
    return stripped[:_KEPT_HEAD] + _STAR * 4 + stripped[-_KEPT_TAIL:]


def mask_code(code: str) -> str:
    """Keep four characters at each end of a long number and one of a short one."""
    kept = _SHORT_NAME if len(code) >= _LONG_CODE else 1
    return code[:kept] + _STAR * max(len(code) - 2 * kept, 3) + code[-kept:]
