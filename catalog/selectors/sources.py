"""Sources of a resource and what came of their runs, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.messages import message
from catalog.models import Resource, Source, SourceRun

_MINUTE = 60


def sources(resource: Resource) -> QuerySet[Source]:
    """Give the sources of a resource."""
    return Source.objects.filter(resource=resource).select_related("created_by", "resource").order_by("pk")


def runs(source: Source) -> QuerySet[SourceRun]:
    """Give the runs of a source, newest first."""
    found = source.runs.select_related("upload__version", "source__resource", "source__created_by")
    return found.defer("source__resource__search_vector").order_by("-pk")


def problem_of(run: SourceRun) -> str:
    """Say why a run failed."""
    refused = {"detail": _(run.params["detail"])} if run.code == "source_refused" else {}
    return message(run.code, run.params | refused) if run.code else ""


def where(source: Source) -> str:
    """Say in one line where a source lies."""
    place = source.place
    if source.kind == "folder":
        return f"{place.get('folder', '')}/{place.get('pattern', '')}"
    if source.kind == "bucket":
        return f"{place.get('endpoint', '')}/{place.get('bucket', '')}/{place.get('key_prefix', '')}"
    host = f"{place.get('host', '')}:{place['port']}" if place.get("port") else place.get("host", "")
    database = place.get("database", "")
    return f"{host}/{database}" if host else database


def reach(kind: str, mark: Mapping[str, Any]) -> str:
    """Say how far versions reach with a mark: the value of the watermark, or the number of files taken."""
    if kind == "database":
        return str(mark.get("value", "")) or _("nothing yet")
    return ngettext("%(number)s file", "%(number)s files", len(mark)) % {"number": len(mark)}


def took(run: SourceRun) -> str:
    """Say how long an ended run took: seconds, then the two largest units of time."""
    if run.finished_at is None:
        return ""
    seconds = round((run.finished_at - run.started_at).total_seconds())
    if seconds < _MINUTE:
        return ngettext("%(number)s second", "%(number)s seconds", seconds) % {"number": seconds}
    return str(timesince(run.started_at, run.finished_at))


def _shown(params: Mapping[str, Any]) -> dict[str, Any]:
    """Write numbers as readers do."""
    return {
        name: number_format(value, force_grouping=True) if isinstance(value, int) else value
        for name, value in params.items()
    }


def steps_of(run: SourceRun) -> list[tuple[datetime, str]]:
    """Say what a run did and when, in its order; why it failed comes last."""
    steps = [(datetime.fromisoformat(line["at"]), message(line["code"], _shown(line["params"]))) for line in run.log]
    if run.code and run.finished_at:
        steps.append((run.finished_at, problem_of(run)))
    return steps
