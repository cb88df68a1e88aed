"""The report on a checked file in the reader's words."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.data.quality import Result
from catalog.messages import message
from catalog.models import Upload
from catalog.selectors.columns import worded_columns
from catalog.selectors.quality import rule_label
from portal.kernel.errors import Text

_STAGES: dict[str, Text] = {
    "": gettext_lazy("Waiting for a free worker"),
    "reading": gettext_lazy("Reading the rows"),
    "checking": gettext_lazy("Checking every cell"),
    "writing": gettext_lazy("Writing the data"),
    "profiling": gettext_lazy("Counting and measuring"),
    "storing": gettext_lazy("Putting it into the store"),
}


def stage_of(upload: Upload) -> Text:
    """Say what is done with a file just now."""
    return _STAGES.get(upload.stage, _STAGES["reading"])


@dataclass(frozen=True)
class Report:
    """What the check found: counts by column and kind, samples by row and column."""

    summary: str = ""
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    missing: list[dict[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: list[dict[str, Any]] = field(default_factory=list)


def read_report(upload: Upload) -> Report | None:
    """Return the report on an upload whose check has ended, or None."""
    data = upload.report
    if not data:
        return None
    if "code" in data and "rows" not in data:
        return Report(summary=message(data["code"], data.get("params")))
    is_whole = not any(data.get(name) for name in ("counts", "samples", "missing_columns"))
    titles = {} if is_whole else {column.name: column.title for column in worded_columns(upload.resource)}
    return Report(
        summary=_summary(upload),
        rows=data.get("rows", 0),
        accepted=data.get("accepted", 0),
        rejected=data.get("rejected", 0),
        missing=[{"name": name, "title": titles.get(name, "")} for name in data.get("missing_columns", [])],
        unknown=data.get("unknown_columns", []),
        counts=[_worded(line, titles) for line in data.get("counts", [])],
        samples=[_worded(_placed(line, data.get("parts", [])), titles) for line in data.get("samples", [])],
        notes=[message(note["code"], note["params"]) for note in data.get("notes", [])],
        stopped=_stopped(upload, data.get("stopped", [])),
    )


def _placed(line: dict[str, Any], parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Name the file of an archive that a line stands in, and count its lines from the beginning of that file."""
    before = [part for part in parts if part["offset"] < line["line"]]
    if not before:
        return line
    return line | {"part": before[-1]["name"], "line": line["line"] - before[-1]["offset"]}


def _stopped(upload: Upload, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say the rules of quality that stopped the file, with how many rows break each and the first of them."""
    columns = worded_columns(upload.resource) if results else ()
    found = [Result.from_json(data) for data in results]
    return [
        {"label": rule_label(one.rule, columns), "failed": one.failed, "total": one.total, "lines": one.lines}
        for one in found
    ]


def _worded(line: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    title = titles.get(line.get("column") or "", "")
    return line | {"title": title, "text": message(line["code"], {**line, **(line.get("params") or {})})}


def _summary(upload: Upload) -> str:
    if upload.state == "accepted" and upload.report.get("rejected"):
        return _("The rows that fit are now the current version; the others were left out.")
    if upload.state == "accepted":
        return _("The file fits the data items and is now the current version.")
    if upload.state == "deciding":
        return _(
            "%(rejected)s of %(rows)s rows do not fit; %(tolerance)s%% may be left out. The version before stays "
            "until a data officer decides."
        ) % {
            "rejected": upload.report["rejected"],
            "rows": upload.report["rows"],
            "tolerance": f"{upload.tolerance.normalize():f}",
        }
    if upload.report.get("stopped"):
        return _("A rule of quality stopped the file. The version before stays as it is.")
    return _("The file does not fit the data items. The version before stays as it is.")
