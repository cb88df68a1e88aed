"""Runs a source as the sweep and a worker would."""

from django.utils import timezone

from catalog.models import Source, SourceRun
from catalog.services.source_runs import run_source
from catalog.services.versions import check_upload
from portal.kernel.actors import system_actor

MACHINE = system_actor("tests")


def run_due(source: Source) -> SourceRun | None:
    """Run it as if its time had come, without the check of what it fetched."""
    Source.objects.filter(pk=source.pk).update(next_run_at=timezone.now())
    return run_source(MACHINE, source_id=source.pk)


def run_now(source: Source) -> SourceRun:
    """Run it and check what it fetched."""
    run = run_due(source)
    assert run is not None
    if run.upload_id:
        check_upload(MACHINE, upload_id=run.upload_id)
    run.refresh_from_db()
    source.refresh_from_db()
    return run
