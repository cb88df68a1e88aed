"""Keeps what a description said when it was submitted."""

from collections.abc import Iterable

from catalog.models import Item, Resource
from catalog.selectors.contents import content_of
from portal.kernel.actors import Actor
from portal.workflow.snapshots import take_snapshot


def keep_snapshot(actor: Actor, resource: Resource, items: Iterable[Item] | None = None) -> None:
    """Keep what a resource (or a draft of it with ``items``) says; the caller holds the row's lock."""
    take_snapshot(resource, content_of(resource, items), actor)
