"""Bring an installation to where its code expects it; run at each start, quick where nothing changed."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.demonstration.services import load

Tell = Callable[[str], None]


def prepare(*, demonstration: bool, tell: Tell) -> None:
    """Migrate, collect static files, load the demonstration into an installation that has no people of its own.

    Writes the database, `static` and, with the demonstration, `demo-accounts.json` in the data directory.
    """
    _migrate(tell)
    _collect_static(tell)
    if demonstration:
        _load_demonstration(tell)


def _migrate(tell: Tell) -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        tell(f"applying {len(plan)} migrations …")
        call_command("migrate", interactive=False, verbosity=0)


def _static_fingerprint() -> str:
    """What the collected files depend on: each source's path, size and time of change."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            known = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{known.st_size}\0{known.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _collect_static(tell: Tell) -> None:
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    fingerprint = _static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    tell("collecting static files …")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint, encoding="ascii")


def _load_demonstration(tell: Tell) -> None:
    """Load once; a load that was cut off is taken up again at the next start."""
    mark = Path(settings.DATA_DIR) / "demonstration.json"
    state = json.loads(mark.read_text(encoding="utf-8"))["state"] if mark.exists() else "absent"
    if state == "loaded":
        return
    if state == "absent" and get_user_model().objects.exists():
        tell("this installation has people of its own: the demonstration is not loaded")
        return
    tell("loading the demonstration province …")
    mark.write_text(json.dumps({"state": "loading"}), encoding="utf-8")
    load(tell)
    mark.write_text(json.dumps({"state": "loaded"}), encoding="utf-8")
