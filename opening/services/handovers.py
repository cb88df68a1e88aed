"""Follows resources to another provider: the contact that the public reads, and the search by provider."""

from collections.abc import Collection

from catalog.models import Resource
from opening.models import Publication
from opening.services.index import index_publication
from portal.accounts.models import Department


def _contact(department: Department) -> str:
    return " ".join(part for part in (department.name_zh, department.phone) if part)


def follow_hand_over(*, resources: Collection[Resource], giver: Department, taker: Department) -> None:
    """Name ``taker`` as contact where the giver stood by its name and telephone, and index every edition anew.

    A contact of an edition's own words stays. Call it in the transaction of the hand-over.
    """
    for edition in Publication.objects.filter(resource__in=resources).select_related("resource__provider"):
        if edition.contact == _contact(giver):
            edition.contact = _contact(taker)
            edition.save(update_fields=["contact", "updated_at"])
        index_publication(edition)
