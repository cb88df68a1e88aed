"""Proves the audit record whole: recomputes every leaf and head and names the first that does not fit."""

from dataclasses import dataclass

from portal.audit import chain
from portal.audit.models import Checkpoint, Entry, Link

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome: ``records`` checked and the ``head`` in hexadecimal, or ``broken`` with the reason."""

    records: int
    head: str
    broken: int | None = None
    reason: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.reason


def _start(first: int) -> bytes:
    if first <= 1:
        return chain.GENESIS
    before = Link.objects.filter(number=first - 1).first()
    return bytes(before.head) if before else chain.GENESIS


def _fault(link: Link, expected_number: int, head: bytes) -> str:
    """Say what is wrong with one link, or nothing."""
    entry = link.entry
    if link.number != expected_number:
        return f"record {expected_number} is missing"
    if chain.leaf(entry) != bytes(entry.digest):
        return f"the content of record {link.number} (entry {entry.pk}) was changed"
    if chain.next_head(head, bytes(entry.digest)) != bytes(link.head):
        return f"record {link.number} (entry {entry.pk}) does not follow from the one before"
    return ""


def _unlinked_fault() -> str:
    """Check entries that wait for their place: their content, and that none lost its outbox row."""
    for entry in Entry.objects.filter(pending__isnull=False).order_by("id").iterator(CHUNK):
        if chain.leaf(entry) != bytes(entry.digest):
            return f"the content of waiting entry {entry.pk} was changed"
    # One statement sees one moment: counting table by table would trip over entries written meanwhile.
    if Entry.objects.filter(link=None, pending=None).exists():
        return "an entry has no place in the chain"
    return ""


def verify(first: int = 1) -> Verification:
    """Check the chain from record ``first`` on, in constant memory; stops at the first fault."""
    head, number = _start(first), first - 1
    checkpoints = dict(Checkpoint.objects.filter(number__gte=first).values_list("number", "head"))
    for link in Link.objects.filter(number__gte=first).select_related("entry").order_by("number").iterator(CHUNK):
        if fault := _fault(link, number + 1, head):
            return Verification(number, head.hex(), broken=number + 1, reason=fault)
        number, head = link.number, bytes(link.head)
        stored = checkpoints.pop(number, None)
        if stored is not None and bytes(stored) != head:
            return Verification(number, head.hex(), broken=number, reason=f"checkpoint {number} does not fit")
    if checkpoints:
        return Verification(number, head.hex(), broken=number + 1, reason=f"record {number + 1} is missing")
    if fault := _unlinked_fault():
        return Verification(number, head.hex(), broken=number + 1, reason=fault)
    return Verification(number, head.hex())
