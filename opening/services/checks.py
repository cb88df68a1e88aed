"""One rule of the release check with its outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.kernel.errors import Text

Names = Mapping[str, str]
"""What items are called, by the name of their column."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the release check: whether it holds, and what to do when it does not.

    A note stops nothing: it tells whoever releases what she should know.
    """

    code: str
    label: Text
    is_met: bool
    mend: Text = ""
    subject: Text = ""
    is_note: bool = False

    @property
    def state(self) -> str:
        """The code from which the page takes sign and color."""
        if self.is_note:
            return "noted"
        return "accepted" if self.is_met else "failed"


def listed(counts: Mapping[str, int], names: Names) -> str:
    """Say a number for each item, such as the rows in which something was found."""
    return "; ".join(f"{names.get(name, name)}: {count:,}" for name, count in counts.items())
