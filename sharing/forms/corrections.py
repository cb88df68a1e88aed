"""The shape of input on the pages of corrections: the report with its rows, documents, filters of the list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.models import Version
from catalog.services.documents import check_document
from portal.kernel.errors import Invalid
from portal.web.forms import SonghuaForm
from sharing.services.corrections import Reported, ReportItem

MOST_ROWS = 20


class _Evidence(forms.FileField):
    """A document of evidence, checked as the service will check it, before anything is written."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = cast("UploadedFile[Any] | None", super().clean(data, initial))
        if file is not None:
            try:
                check_document(cast("Any", file), name=file.name or "")
            except Invalid as error:
                raise forms.ValidationError([str(text) for text in error.fields["file"]]) from error
        return file


class CorrectionForm(SonghuaForm):
    """What goes with the lines of a report: the version, what shows the error, a document."""

    version = forms.TypedChoiceField(label=_("Version"), coerce=int)
    statement = forms.CharField(
        label=_("What shows the error"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("How you know: a document, a visit, another register. The provider verifies by it."),
    )
    file = _Evidence(
        label=_("Evidence"),
        required=False,
        help_text=_("PDF, OFD, DOCX, PNG or JPEG of at most 20 MB; more can be added afterwards."),
    )

    def __init__(self, *args: Any, versions: Sequence[Version], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.TypedChoiceField", self.fields["version"])
        field.choices = [(version.number, str(version.number)) for version in versions]


class EvidenceForm(SonghuaForm):
    """One more document of evidence."""

    file = _Evidence(label=_("Evidence"), help_text=_("PDF, OFD, DOCX, PNG or JPEG of at most 20 MB."))


class CorrectionFilterForm(forms.Form):
    """Filters of the list of corrections; unknown values are errors, not silently everything."""

    state = forms.ChoiceField(required=False)
    side = forms.ChoiceField(choices=[("", ""), ("filed", ""), ("received", ""), ("told", "")], required=False)
    late = forms.ChoiceField(choices=[("", ""), ("true", "")], required=False)
    q = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: Any, states: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["state"])
        field.choices = [("", ""), *states]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value of a row with what was typed beside it; ``name`` and ``empty_name`` are those of its inputs."""

    item: ReportItem
    label: str
    seen: Any
    name: str
    empty_name: str
    expected: str = ""
    is_emptied: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row to report errors in: as it came (``raw``), by what it is called, and its cells."""

    raw: str
    label: str
    cells: list[Cell]
    values: dict[str, Any]


def rows_of(data: QueryDict, more: Sequence[dict[str, Any]], items: Sequence[tuple[ReportItem, str]]) -> list[Row]:
    """Read the rows that the page carries, and those just found, with what was typed to each.

    ``items`` are what the grant gives, with their names. Raises ``Invalid`` for what is no row of it.
    """
    known = {item.column.name for item, _label in items}
    carried = [_read(raw, known) for raw in data.getlist("row")]
    found = [row for row in more if row not in carried]
    if len(carried) + len(found) > MOST_ROWS:
        raise Invalid(fields={"lines": [_("At most %d rows in one report.") % MOST_ROWS]})
    return [_row(data, at, values, items) for at, values in enumerate([*carried, *found])]


def _read(raw: str, known: set[str]) -> dict[str, Any]:
    try:
        values = json.loads(raw)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not known.issuperset(values):
        raise Invalid(fields={"lines": [_("A row that was handed over is not one of this grant.")]})
    if not all(value is None or isinstance(value, str | int | float | bool) for value in values.values()):
        raise Invalid(fields={"lines": [_("A row that was handed over is not one of this grant.")]})
    return values


def _row(data: QueryDict, at: int, values: dict[str, Any], items: Sequence[tuple[ReportItem, str]]) -> Row:
    cells = [
        Cell(
            item=item,
            label=label,
            seen=values[item.column.name],
            name=(name := f"expected-{at}-{item.column.id}"),
            empty_name=(empty := f"empty-{at}-{item.column.id}"),
            expected=data.get(name, "").replace("\x00", "").strip(),
            is_emptied=empty in data,
        )
        for item, label in items
        if item.column.name in values
    ]
    naming = [cell for cell in cells if cell.item.is_key] or [cell for cell in cells if cell.item.is_plain][:2]
    label = " · ".join(f"{cell.label} {'–' if cell.seen is None else cell.seen}" for cell in naming)
    return Row(raw=json.dumps(values, ensure_ascii=False), label=label, cells=cells, values=values)


def reported(rows: Sequence[Row]) -> list[Reported]:
    """Return the cells for which another value was typed, or which are said to have to be empty."""
    return [
        Reported(
            row=row.values,
            item=cell.item.column.name,
            seen=cell.seen,
            expected=None if cell.is_emptied else cell.expected,
        )
        for row in rows
        for cell in row.cells
        if cell.expected or cell.is_emptied
    ]
