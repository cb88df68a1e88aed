"""What the database must answer for something remembered to hold still."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class ProofFailed(Exception):
    """What was remembered may no longer hold: everything is to be read and decided anew."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement of one value, what is bound in it, and the text it gave when what is remembered was read.

    It can be asked inside another statement, so that what it proves and what is read stand in one snapshot.
    """

    sql: str
    params: Sequence[Any]
    answer: str
