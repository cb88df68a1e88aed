"""What follows in the background: files of an edition are made ready, editions are indexed anew."""

from celery import shared_task

from catalog.models import Resource
from opening.selectors import publication_by_id
from opening.services import drop_stale_files, prepare_files
from opening.services.index import index_bound_to, index_editions_of


@shared_task
def prepare_edition_files(publication_id: str) -> dict[str, int]:
    """Make the files of an edition's current version and drop those of an older plan; may run twice."""
    publication = publication_by_id(publication_id)
    return {"dropped": drop_stale_files(publication=publication), "ready": prepare_files(publication=publication)}


@shared_task
def index_editions(resource_id: int) -> dict[str, int]:
    """Index the editions of a resource anew; may run twice."""
    return {"indexed": index_editions_of(Resource(pk=resource_id))}


@shared_task
def index_editions_with(code_set: str) -> dict[str, int]:
    """Index anew the editions that hold codes of a set; may run twice."""
    return {"indexed": index_bound_to(code_set)}
