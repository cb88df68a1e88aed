"""One rule of the release check with its outcome."""

from dataclasses import dataclass

from portal.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the release check: whether it holds, and what to do when it does not."""

    code: str
    label: Text
    is_met: bool
    mend: Text = ""
    subject: str = ""

    @property
    def state(self) -> str:
        """The code from which the page takes sign and color."""
        return "accepted" if self.is_met else "failed"
