"""Sources of a resource and what came of their runs, in words."""

from django.db.models import QuerySet

from catalog.messages import message
from catalog.models import Resource, Source, SourceRun


def sources(resource: Resource) -> QuerySet[Source]:
    """Give the sources of a resource."""
    return Source.objects.filter(resource=resource).select_related("created_by", "resource").order_by("pk")


def runs(source: Source) -> QuerySet[SourceRun]:
    """Give the runs of a source, newest first."""
    return source.runs.select_related("upload__version").order_by("-pk")


def problem_of(run: SourceRun) -> str:
    """Say why a run failed."""
    return message(run.code, run.params) if run.code else ""


def where(source: Source) -> str:
    """Say in one line where a source lies."""
    place = source.place
    if source.kind == "folder":
        return f"{place.get('folder', '')}/{place.get('pattern', '')}"
    if source.kind == "bucket":
        return f"{place.get('endpoint', '')}/{place.get('bucket', '')}/{place.get('key_prefix', '')}"
    host = f"{place.get('host', '')}:{place['port']}" if place.get("port") else place.get("host", "")
    return f"{host}/{place.get('database', '')}"
