"""Who follows a fetch: is shown how far it is, is told its steps, and may have it stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from catalog.data.stopping import Stopper, current_stopper


def _nobody(_amount: int) -> None:
    """Show the progress to nobody."""


def _nowhere(_code: str, _params: Mapping[str, object]) -> None:
    """Keep no notes."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What a fetch calls on its way; the Stopper is that of whoever made this, so that other threads obey it too."""

    progress: Callable[[int], None] = _nobody
    """Takes the rows of a database, or the bytes of a file, that are here so far."""
    note: Callable[[str, Mapping[str, object]], None] = _nowhere
    """Takes the code of a step that was done, and the parameters of its words."""
    stopper: Stopper | None = field(default_factory=current_stopper)

    def show(self, amount: int) -> None:
        """Show how far it is. Raises IngestCancelled once it shall stop."""
        self.check()
        self.progress(amount)

    def check(self) -> None:
        """Raise IngestCancelled once it shall stop."""
        if self.stopper is not None:
            self.stopper.check()
