"""What the database must answer for something remembered to hold still, and what it writes where it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class ProofFailed(Exception):
    """What was remembered may no longer hold: everything is to be read and decided anew."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement of one value, what is bound in it, and the text it gives while what is remembered stands.

    It can be asked inside another statement, so that what it proves and what is read stand in one snapshot.
    """

    sql: str
    params: Sequence[Any]
    answer: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What a statement writes besides reading: common table expressions over `told`, and what is bound in them.

    `told` is of whoever runs the statement: one row, of how many `rows` are told of and how many there are in `total`;
    or no row, and then nothing is written. What is read and what is written are committed together.
    """

    sql: str
    params: Sequence[Any]
