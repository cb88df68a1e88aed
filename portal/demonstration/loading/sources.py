"""Sets up the folder that one resource is fetched from, and fetches its first version from there."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.models import Resource
from catalog.services.source_runs import run_source
from catalog.services.sources import ask_run, save_source
from catalog.services.versions import check_upload
from portal.demonstration.loading.cast import LOADER
from portal.demonstration.loading.wording import both
from portal.demonstration.records import FILES, records
from portal.kernel.actors import Actor


def source_of(slug: str) -> dict[str, Any] | None:
    """Return the record of the source of a resource, if it has one."""
    return next((row for row in records("sources") if row["resource"] == slug), None)


def fetch_first(officer: Actor, resource: Resource, row: dict[str, Any], file: str) -> None:
    """Lay the file into the folder, have the source run, and check what it fetched at once.

    The installation goes on asking the folder: whoever lays another file there sees it become a version.
    Raises ``ValueError`` when the file does not fit its items.
    """
    folder = Path(settings.SOURCE_FOLDERS[0]) / row["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FILES / file, folder / Path(file).name)
    when = {name: row[name] for name in ("schedule", "hour", "day")}
    place = {"folder": str(folder), "pattern": row["pattern"]}
    source = save_source(
        officer, resource=resource, title=both(row, "title", " · "), kind="folder", place=place, **when
    )
    ask_run(officer, source=source)
    run = run_source(LOADER, source_id=source.pk)
    if run is None or run.upload_id is None or check_upload(LOADER, upload_id=run.upload_id).state != "accepted":
        message = f"{file} was not fetched: {run and (run.code, run.params)}"
        raise ValueError(message)
