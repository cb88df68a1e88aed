"""What waits for somebody: the shape in which every app hands its tasks to the desk."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the desk: what it is, where it stands, who holds it, when it is due.

    ``group`` is ``todo`` (waits for the reader), ``started`` (the reader started it) or ``done``.
    """

    group: str
    number: str
    title: str
    url: str
    kind: Text
    state: str
    state_label: Text
    since: datetime
    holder: Text = ""
    due_on: date | None = None
    days_left: int | None = None
