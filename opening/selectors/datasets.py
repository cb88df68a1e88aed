"""Reads of single editions: what the public page of a dataset shows."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Item, Resource, Version
from catalog.selectors.quality import public_quality
from opening.models import EditionFile, Publication
from opening.policies import open_to_all, visible
from opening.selectors.figures import uses_of
from opening.selectors.freshness import Freshness, freshness_of
from opening.workflow import PUBLICATIONS
from portal.kernel.actors import Actor
from portal.kernel.errors import Gone, NotFound, Text
from portal.kernel.identifiers import is_uscc
from portal.web.fetch import fetch

PARTS = (
    "resource__provider__region",
    "resource__current_version",
    "resource__theme",
    "resource__category",
    "license",
)

#: What no public page shows: left in the database, the rows are wide.
_UNSHOWN = (
    "search_title",
    "search_vector",
    "resource__search_title",
    "resource__search_vector",
    "resource__abstract_zh",
    "resource__abstract_en",
    "resource__use_conditions",
    "resource__secrecy_assessment",
    "resource__privacy_assessment",
    "resource__current_version__profile",
)


def open_editions() -> QuerySet[Publication]:
    """Return the editions the public may read, with what a list shows of them."""
    unlisted = ("plan", "limits_zh", "limits_en", "source_note", "resource__current_version__columns")
    return Publication.objects.filter(open_to_all()).select_related(*PARTS).defer(*_UNSHOWN, *unlisted)


def editions(actor: Actor) -> QuerySet[Publication]:
    """Return the editions ``actor`` may see, open or not, with what a page shows of them."""
    return Publication.objects.filter(visible(actor)).select_related(*PARTS).defer(*_UNSHOWN)


def edition_at(found: QuerySet[Publication], **lookup: Any) -> Publication:
    """Return the one of the editions somebody may see that fits ``lookup``, by name or file.

    Raises NotFound, and Gone where the edition was open once and it or its resource has ended for good.
    """
    try:
        return fetch(found, **lookup)
    except NotFound:
        with contextlib.suppress(ValidationError):
            ended = Q(state="withdrawn") | Q(resource__state="retired")
            if Publication.objects.filter(ended, published_at__isnull=False, **lookup).exists():
                raise Gone(_("This dataset was withdrawn; it is not open any more."), code="withdrawn") from None
        raise


def open_editions_of(resource: Resource) -> QuerySet[Publication]:
    """Return the open editions of a resource."""
    return open_editions().filter(resource=resource)


def publication_by_id(publication_id: str) -> Publication:
    """Return an edition for a task (raises ``DoesNotExist``)."""
    return Publication.objects.select_related(*PARTS).get(pk=publication_id)


@dataclass
class Dataset:
    """An edition as its public page shows it: only chosen items and the edition's own texts."""

    publication: Publication

    @property
    def version(self) -> Version | None:
        return self.publication.resource.current_version

    @property
    def is_open(self) -> bool:
        return self.publication.state == "published"

    @property
    def state_label(self) -> Text:
        return PUBLICATIONS.states[self.publication.state]

    @cached_property
    def items(self) -> list[Item]:
        # Sorted here, so that items fetched beforehand are used.
        return sorted(self.publication.items.all(), key=lambda item: (item.position, item.pk))

    @cached_property
    def freshness(self) -> Freshness | None:
        return freshness_of(self.version, self.publication.resource.update_cycle)

    @cached_property
    def quality(self) -> dict[str, Any] | None:
        """The score of the data with its reasons; None before any check."""
        return public_quality(self.publication.resource, self.items)

    @cached_property
    def files(self) -> dict[str, EditionFile]:
        """The prepared files of the current version by form; those not made yet are missing."""
        ready = EditionFile.objects.filter(
            publication=self.publication, version=self.version, plan_hash=self.publication.plan_hash
        )
        return {file.form: file for file in ready}

    @cached_property
    def uses(self) -> Mapping[str, int]:
        return uses_of(self.publication)

    @property
    def provider_code(self) -> str:
        """The provider's USCC, if it has a valid one."""
        code = self.publication.resource.provider.uscc
        return code if is_uscc(code) else ""


def dataset_of(publication: Publication) -> Dataset:
    """Return what the public page shows of an edition; parts are read when they are used."""
    return Dataset(publication)


def versions_of(publication: Publication) -> QuerySet[Version]:
    """Return the versions of the data that belong to an edition, newest first."""
    return Version.objects.filter(
        resource_id=publication.resource_id, number__gte=publication.first_version or 1
    ).order_by("-number")
