"""Keeps whole editions ready as files, one per version, plan and form, so that downloads start at once."""

import hashlib
from typing import Any

from catalog.gate import Download, release
from catalog.models import Version
from opening.models import FILE_FORMS, EditionFile, Publication
from opening.services.warrants import warrant_for
from portal.kernel.actors import Actor, system_actor

FORMS = tuple(form for form, _label in FILE_FORMS)


def download_file(
    actor: Actor, *, publication: Publication, version: Version, form: str, is_counted: bool = True
) -> Download:
    """Return the whole edition of a version as a file, made on first demand by the gate.

    A CSV begins with a byte order mark, so that spreadsheet programs read Chinese. Raises what the gate raises.
    """
    warrant = warrant_for(publication, version=version, counts="download" if is_counted else "")
    return release(actor, warrant).download(form, bom=form == "csv")


def prepare_file(*, publication: Publication, version: Version, form: str) -> EditionFile:
    """Make a file ready and keep its size and SHA-256 for the pages. Never call it inside a transaction."""
    key: dict[str, Any] = {
        "publication": publication,
        "version": version,
        "plan_hash": publication.plan_hash,
        "form": form,
    }
    if ready := EditionFile.objects.filter(**key).first():
        return ready
    actor = system_actor("opening.prepare_file")
    download = download_file(actor, publication=publication, version=version, form=form, is_counted=False)
    digest = hashlib.sha256()
    for chunk in download.read():
        digest.update(chunk)
    made, _created = EditionFile.objects.update_or_create(
        **key, defaults={"byte_count": download.size, "sha256": digest.hexdigest()}
    )
    return made


def prepare_files(*, publication: Publication) -> int:
    """Make all files of the current version; returns how many there are. Safe to repeat."""
    version = publication.resource.current_version
    if version is None or publication.state != "published":
        return 0
    return len([prepare_file(publication=publication, version=version, form=form) for form in FORMS])


def drop_stale_files(*, publication: Publication) -> int:
    """Forget the files made under another plan; returns how many went."""
    stale = EditionFile.objects.filter(publication=publication).exclude(plan_hash=publication.plan_hash)
    return stale.delete()[0]
