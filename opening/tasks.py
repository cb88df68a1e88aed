"""What follows in the background: files of an edition are made ready."""

from celery import shared_task

from opening.selectors import publication_by_id
from opening.services import drop_stale_files, prepare_files


@shared_task
def prepare_edition_files(publication_id: str) -> dict[str, int]:
    """Make the files of an edition's current version and drop those of an older plan; may run twice."""
    publication = publication_by_id(publication_id)
    return {"dropped": drop_stale_files(publication=publication), "ready": prepare_files(publication=publication)}
