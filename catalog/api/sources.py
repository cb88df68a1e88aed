"""The API of sources: where the data of a resource is fetched from, their runs, run now, pause, cancel a run."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers import VerbInput
from catalog.api.views import CatalogView
from catalog.models import Resource, Source, SourceRun
from catalog.policies import decide_data_sources
from catalog.selectors import sources as selectors
from catalog.services.source_runs import cancel_run
from catalog.services.sources import ask_run, move_source
from catalog.workflow import SOURCES
from portal.kernel.errors import NotFound
from portal.web.fetch import fetch

_MOVES = frozenset(row.verb for row in SOURCES.transitions)


def source_answer(source: Source) -> dict[str, Any]:
    """Represent a source; neither its password nor who may log in stands here."""
    return {
        "id": source.pk,
        "title": source.title,
        "kind": source.kind,
        "state": source.state,
        "where": selectors.where(source),
        "schedule": source.schedule,
        "mode": source.mode,
        "next_run_at": source.next_run_at if source.state == "active" else None,
        "failures": source.failures,
    }


def run_answer(run: SourceRun) -> dict[str, Any]:
    """Represent a run with its steps, in words."""
    upload, version = run.upload, run.upload.version if run.upload else None
    resource = run.source.resource
    return {
        "id": run.pk,
        "state": run.state,
        "name": run.name,
        "rows": run.rows,
        "bytes": run.byte_count,
        "before": run.before,
        "after": run.mark or run.before,
        "problem": selectors.problem_of(run) or None,
        "steps": [{"at": at, "text": text} for at, text in selectors.steps_of(run)],
        "upload": f"/api/v1/catalog/resources/{resource.address}/uploads/{upload.pk}/" if upload else None,
        "version": version.number if version else None,
        "asked_by": run.asked_by,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


class SourcesView(CatalogView):
    """What the addresses of sources share: only the provider's members see them."""

    def provided(self, code: str) -> Resource:
        """Return a resource whose sources the caller may see."""
        found = self.resource(code)
        if not decide_data_sources(self.actor, "view", found):
            raise NotFound(_("There is nothing at this address, or it is not open to you."))
        return found

    def source(self, code: str, number: int) -> Source:
        """Return one of its sources."""
        source: Source = fetch(selectors.sources(self.provided(code)), pk=number)
        return source


class SourceList(SourcesView):
    """The sources of a resource."""

    @extend_schema(operation_id="catalog_sources_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """List where the data is fetched from."""
        return Response({"sources": [source_answer(one) for one in selectors.sources(self.provided(code))]})


class SourceVerb(SourcesView):
    """One act on a source."""

    @extend_schema(operation_id="catalog_source_verb", request=VerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, code: str, number: int, verb: str) -> Response:
        """Run it within a minute (`run`), or `pause`, `resume` or `retire` it (with a reason)."""
        if verb != "run" and verb not in _MOVES:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        reason = self.checked(VerbInput(data=request.data))["reason"]
        source = self.source(code, number)
        if verb == "run":
            ask_run(self.actor, source=source)
            return Response(source_answer(self.source(code, number)), status=status.HTTP_202_ACCEPTED)
        return Response(source_answer(move_source(self.actor, source=source, verb=verb, reason=reason)))


class RunList(SourcesView):
    """The runs of a source."""

    parameters: ClassVar[frozenset[str] | None] = frozenset({"cursor", "limit"})

    @extend_schema(
        operation_id="catalog_source_runs_list",
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, code: str, number: int) -> Response:
        """List the runs, newest first."""
        return self.paged(request, selectors.runs(self.source(code, number)), run_answer)


class RunDetail(SourcesView):
    """One run of a source."""

    @extend_schema(operation_id="catalog_source_run_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str, number: int, run: int) -> Response:
        """Read what a run read, how far it is and what came of it."""
        return Response(run_answer(fetch(selectors.runs(self.source(code, number)), pk=run)))


class RunCancel(SourcesView):
    """The cancel of a run."""

    @extend_schema(operation_id="catalog_source_run_cancel", request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, code: str, number: int, run: int) -> Response:
        """Stop a run that fetches, or the check of what it fetched; the mark stays where it was."""
        if (given := self.once(request)) is not None:
            return given
        found = fetch(selectors.runs(self.source(code, number)), pk=run)
        cancel_run(self.actor, run=found)
        return Response(run_answer(fetch(selectors.runs(found.source), pk=run)))
