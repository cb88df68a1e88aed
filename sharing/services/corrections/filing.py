"""Filing a correction by a grant: each line is checked against what the grant gives of the version it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.data.plan import DeliveryPlan
from catalog.data.schema import Column, ItemType, columns_from_json
from catalog.gate import Warrant, release
from catalog.models import Version
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed
from portal.workflow import deadlines
from portal.workflow.numbers import next_number
from sharing import policies, signals
from sharing.models import Correction, CorrectionLine, Grant
from sharing.services.corrections.cells import any_of, delivered_rows, fits, text_of
from sharing.services.warrants import warrant_for
from sharing.workflow import CORRECTION, CORRECTIONS

MOST_LINES = 100
_LONGEST = 1000
_ROWS_FOUND = 20


@dataclass(frozen=True, kw_only=True)
class Reported:
    """One cell as it is reported: the row by column names, the item, what was seen and what is expected.

    Values are JSON scalars as the row API gives them, or texts; None is an empty cell.
    """

    row: Mapping[str, Any]
    item: str
    seen: Any
    expected: Any


@dataclass(frozen=True, kw_only=True)
class ReportItem:
    """An item that a grant gives of a version: its column, what is done to its values, whether it names the row."""

    column: Column
    op: str
    is_key: bool

    @property
    def is_plain(self) -> bool:
        """Whether its values are delivered as they are, so that rows can be found by them."""
        return self.op == "pass"


def report_items(actor: Actor, *, grant: Grant, version: Version) -> list[ReportItem]:
    """Return the items in which errors of a version can be reported by a grant. Raises as ``find_rows``."""
    warrant = _warrant(actor, grant, version)
    columns, plain = _columns(warrant), _plain(warrant)
    keys = {name for name, column in columns.items() if column.primary_key}
    named = keys if keys and plain.issuperset(keys) else set()
    return [
        ReportItem(column=columns[column.name], op=column.op, is_key=column.name in named)
        for column in warrant.plan.delivered
    ]


def find_rows(actor: Actor, *, grant: Grant, version: Version, key: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows of a version, as the grant delivers them, that have the given values; recorded as a use.

    At most 20. Raises ``NotAllowed``, ``Invalid`` for a version never received or no value at all.
    """
    warrant = _warrant(actor, grant, version)
    given = {name: value.strip() for name, value in key.items() if value.strip()}
    columns = _columns(warrant)
    if not given or set(given) - _plain(warrant):
        raise Invalid(fields={"key": [_("Give at least one value by which the row can be found.")]})
    if wrong := [columns[name].title or name for name, value in given.items() if not fits(value, columns[name].type)]:
        raise Invalid(fields={"key": [_("This is no value of the item: %s") % ", ".join(wrong)]})
    asked = DeliveryPlan(version="*", columns=warrant.plan.delivered, where=(any_of([given]),), limit=_ROWS_FOUND)
    return release(actor, warrant, asked).page().rows


def file_correction(
    actor: Actor,
    *,
    grant: Grant,
    lines: Sequence[Reported],
    statement: str,
    version: Version | None = None,
) -> Correction:
    """Report errors in rows that a grant gives; the provider's clock of 10 working days starts (Order 809 art 26).

    ``version`` is one that the department received, by default the current one. The rows named are read under the
    grant, which is a use of it like any other. Call it outside a transaction.

    Writes the correction, its lines and the audit entry ``sharing.correction.file``, which names items and counts,
    never values. Emits ``correction_moved``. Raises ``NotAllowed``; ``Invalid`` with what is wrong line by line;
    ``Conflict`` when the department reported the same cell already and waits for the answer.
    """
    version = version or grant.resource.current_version
    if version is None:
        raise Conflict(_("The resource has no data yet."), code="no_version")
    warrant = _warrant(actor, grant, version)
    if not statement.strip():
        raise Invalid(fields={"statement": [_("Say what shows that the values are wrong.")]}, code="incomplete")
    written = _checked(actor, warrant, lines)
    with transaction.atomic():
        _refuse_repeated(grant, written)
        correction = Correction.objects.create(
            number=next_number("JH"),
            resource=grant.resource,
            version=version,
            grant=grant,
            department_id=grant.grantee_id,
            provider_id=grant.provider_id,
            filer_id=actor.user_id,
            statement=statement.strip()[:4000],
        )
        for position, line in enumerate(written, 1):
            line.correction, line.position = correction, position
        CorrectionLine.objects.bulk_create(written)
        deadlines.start(correction, CORRECTION)
        details = {
            "grant": grant.number,
            "resource": grant.resource.code,
            "version": version.number,
            "items": sorted({line.item for line in lines}),
            "lines": len(written),
        }
        record(actor, action=f"{CORRECTIONS.name}.file", obj=correction, details=details)
        signals.correction_moved.send(
            sender=Correction, actor=actor, obj=correction, verb="file", source="", target="filed", reason=""
        )
    return correction


def _warrant(actor: Actor, grant: Grant, version: Version) -> Warrant:
    if not (decision := policies.decide_report(actor, grant)):
        raise NotAllowed(decision.reason, code=decision.code)
    is_current = version.pk == grant.resource.current_version_id
    if not is_current and not grant.uses.filter(version=version).exists():
        raise Invalid(fields={"version": [_("Your department did not receive this version under the grant.")]})
    return warrant_for(grant, version)


def _columns(warrant: Warrant) -> dict[str, Column]:
    return {column.name: column for column in columns_from_json(warrant.version.columns)}


def _plain(warrant: Warrant) -> set[str]:
    """Return the columns that are delivered as they are: by these alone a row can be named."""
    return {column.name for column in warrant.plan.delivered if column.op == "pass"}


def _checked(actor: Actor, warrant: Warrant, lines: Sequence[Reported]) -> list[CorrectionLine]:
    """Return the lines to write, after reading their rows under the grant. Raises ``Invalid`` with every problem."""
    if not lines:
        raise Invalid(fields={"lines": [_("Report at least one value.")]}, code="incomplete")
    if len(lines) > MOST_LINES:
        raise Invalid(fields={"lines": [_("At most %d values in one correction.") % MOST_LINES]})
    cells = [(line.item, str(sorted(line.row.items(), key=str))) for line in lines]
    if len(set(cells)) < len(cells):
        raise Invalid(fields={"lines": [_("The same value is reported twice.")]})
    written = [_shaped(warrant, line, number) for number, line in enumerate(lines, 1)]
    columns = _columns(warrant)
    names = {column.id: name for name, column in columns.items()}
    keys = [{names[name]: value for name, value in line.key.items()} for line in written]
    found = delivered_rows(actor, warrant, keys, [line.item for line in lines])
    problems = []
    for number, (line, rows) in enumerate(zip(written, found, strict=True), 1):
        name = names[line.column_id]
        if problem := _problem(rows, name, line, columns[name].type):
            problems.append(_line(number, problem))
    if problems:
        raise Invalid(fields={"lines": problems}, code="line_mismatch")
    return written


def _shaped(warrant: Warrant, line: Reported, number: int) -> CorrectionLine:
    columns = _columns(warrant)
    ops = {column.name: column.op for column in warrant.plan.delivered}
    if line.item not in ops:
        raise _wrong(number, _("The grant does not give the item “%s”.") % line.item)
    key, is_keyed = _key_of(warrant, line, number)
    kind, is_masked = columns[line.item].type, ops[line.item] != "pass"
    seen, expected = (_text(value, kind, is_masked=is_masked) for value in (line.seen, line.expected))
    if expected is not None and not is_masked and not fits(expected, kind):
        raise _wrong(number, _("The value expected is no value of this item."))
    if expected == seen:
        raise _wrong(number, _("The value expected is the value seen."))
    if max(len(text or "") for text in (seen, expected)) > _LONGEST:
        raise _wrong(number, _("A value has at most %d characters.") % _LONGEST)
    return CorrectionLine(
        key=key,
        is_keyed=is_keyed,
        column_id=columns[line.item].id,
        seen=seen,
        expected=expected,
        is_masked=is_masked,
    )


def _key_of(warrant: Warrant, line: Reported, number: int) -> tuple[dict[str, str | None], bool]:
    """Return by which values the row is named, by column ids, and whether that is the whole key of the resource."""
    columns, plain = _columns(warrant), _plain(warrant)
    keys = [name for name, column in columns.items() if column.primary_key]
    is_keyed = bool(keys) and plain.issuperset(keys)
    names = keys if is_keyed else [name for name in columns if name in plain - {line.item} and name in line.row]
    missing = [columns[name].title or name for name in names if name not in line.row]
    if missing or not names:
        needed = ", ".join(missing) or _("other items of the row")
        raise _wrong(number, _("Name the row by its values of: %s") % needed)
    key = {columns[name].id: text_of(line.row[name], columns[name].type) for name in names}
    if not all(fits(key[columns[name].id], columns[name].type) for name in names):
        raise _wrong(number, _("A value by which the row is named does not fit its item."))
    return key, is_keyed


def _text(value: Any, kind: ItemType, *, is_masked: bool) -> str | None:
    """Write a value; what a mask left has its own form, so that it is compared letter by letter."""
    if not is_masked:
        return text_of(value, kind)
    return None if value is None else str(value)


def _problem(rows: Sequence[Mapping[str, Any]], name: str, line: CorrectionLine, kind: ItemType) -> str:
    if not rows:
        return _("No row of this version has these values.")
    if len(rows) > 1:
        return _("Several rows have these values; name more of them.")
    held = _text(rows[0][name], kind, is_masked=line.is_masked)
    return "" if held == line.seen else _("The version does not hold the value said to be seen.")


def _refuse_repeated(grant: Grant, written: Sequence[CorrectionLine]) -> None:
    """Refuse a cell that the department reported before and that is not answered yet."""
    # The row of the grant is the lock: two equal reports at once make one correction.
    Grant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    open_ones = CorrectionLine.objects.filter(
        correction__resource_id=grant.resource_id, correction__department_id=grant.grantee_id
    ).exclude(correction__state__in=CORRECTIONS.final)
    waiting = {
        (line.column_id, tuple(sorted(line.key.items()))): line.correction.number
        for line in open_ones.select_related("correction")
    }
    for line in written:
        if number := waiting.get((line.column_id, tuple(sorted(line.key.items())))):
            raise Conflict(
                _("Your department reported this value already in %s, which is not answered yet.") % number,
                code="reported_before",
            )


def _line(number: int, text: str) -> str:
    return _("Line %(number)d: %(text)s") % {"number": number, "text": text}


def _wrong(number: int, text: str) -> Invalid:
    return Invalid(fields={"lines": [_line(number, text)]}, code="line_invalid")
