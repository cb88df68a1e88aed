"""Comparing the confirmed cells of a correction with a later version, through the gate."""

from collections.abc import Mapping, Sequence

from catalog.models import Version
from portal.kernel.actors import system_actor
from portal.kernel.errors import Gone
from sharing.models import Correction, CorrectionLine
from sharing.services.corrections.cells import Key, cells_of, columns_by_id, fits, text_of

MACHINE = system_actor("sharing.corrections")
#: Outcomes with which a line counts as mended.
MENDED = frozenset({"changed", "expected", "gone"})
_Cells = dict[int, list[str | None]]


def outcomes_in(correction: Correction, version: Version) -> dict[int, str]:
    """Return by position what ``version`` holds in each confirmed cell: same, changed, expected, gone or unclear.

    Values that the grant masks are compared as the source holds them, in both versions; what is expected there is
    not told apart, or it could be guessed. Reads through the gate as the machine. Raises ``DataUnavailable``.
    """
    lines = [line for line in correction.lines.all() if line.is_confirmed]
    now = _read(version, lines)
    masked = [line for line in lines if line.is_masked]
    before = _read(correction.version, masked) if masked else {}
    return {line.position: _outcome(line, now, before, version) for line in lines}


def keep_outcomes(correction: Correction, version: Version, outcomes: Mapping[int, str]) -> None:
    """Keep what was found, and in which version; safe to repeat."""
    for line in correction.lines.all():
        if line.position in outcomes:
            line.outcome = outcomes[line.position]
            line.save(update_fields=["outcome"])
    correction.checked_in = version
    correction.save(update_fields=["checked_in"])


def readable_key(line: CorrectionLine, version: Version) -> Key | None:
    """Return the row of a line as ``version`` can be asked for it; None where its columns changed too much."""
    columns = columns_by_id(version)
    if line.column_id not in columns or not columns.keys() >= line.key.keys():
        return None
    is_fit = all(fits(value, columns[name].type) for name, value in line.key.items())
    return line.key if is_fit else None


def _read(version: Version, lines: Sequence[CorrectionLine]) -> _Cells:
    """Read the cells of lines by position; lines that cannot be asked for are left out."""
    keys = {line.position: key for line in lines if (key := readable_key(line, version)) is not None}
    asked = [line for line in lines if line.position in keys]
    if not asked:
        return {}
    try:
        found = cells_of(MACHINE, version, list(keys.values()), sorted({line.column_id for line in asked}))
    except Gone:
        return {}
    return {line.position: [row[line.column_id] for row in rows] for line, rows in zip(asked, found, strict=True)}


def _outcome(line: CorrectionLine, now: _Cells, before: _Cells, version: Version) -> str:
    kind = columns_by_id(version)[line.column_id].type if line.position in now else None
    old = set(before.get(line.position, ())) if line.is_masked else {line.seen}
    if kind is None or len(old) != 1:
        return "unclear"
    held = set(now[line.position])
    if not held:
        return "gone" if line.is_keyed else "unclear"
    was = text_of(old.pop(), kind)
    if was in held:
        return "same"
    if not line.is_masked and held == {text_of(line.expected, kind)}:
        return "expected"
    return "changed"
