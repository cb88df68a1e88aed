"""The answer of a policy: yes, or no with a stable code and a reason a person can read."""

from dataclasses import dataclass

from portal.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Decision:
    """A policy's answer; truthy when allowed. ``code`` is stable, ``reason`` is shown to people."""

    allowed: bool
    code: str = ""
    reason: Text = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Decision(allowed=True)


def deny(code: str, reason: Text) -> Decision:
    """Refuse with a stable machine code and a reason in words."""
    return Decision(allowed=False, code=code, reason=reason)
