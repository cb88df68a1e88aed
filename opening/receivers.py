"""What follows: files are made ready, people are told, editions leave with their resource."""

from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext_noop as _

from catalog.models import CodeSetVersion, Resource, Version
from catalog.signals import (
    code_set_moved,
    items_bound,
    resource_amended,
    resource_moved,
    resources_handed_over,
    serving_changed,
    version_made,
)
from opening.models import Publication
from opening.policies import people_who_can
from opening.selectors import content_of, forget_counts, open_editions_of
from opening.services import load_data_licenses, suspend_editions_of
from opening.services.handovers import follow_hand_over
from opening.services.index import index_editions_of
from opening.signals import publication_moved
from opening.tasks import index_editions, index_editions_with, prepare_edition_files
from portal.accounts.models import Department
from portal.kernel.actors import Actor
from portal.notices.services import notify
from portal.workflow.snapshots import take_snapshot

#: Verbs of the catalogue after which open editions must be looked at again.
_WATCHED = frozenset({"suspend", "retire", "publish"})
_TOLD = {
    "return": _("Your open edition “%(title)s” was returned for changes."),
    "publish": _("The open edition “%(title)s” is open to the public."),
    "suspend": _("The open edition “%(title)s” was suspended."),
    "resume": _("The open edition “%(title)s” is open to the public again."),
    "withdraw": _("The open edition “%(title)s” was withdrawn."),
}


def load_licenses(**kwargs: Any) -> None:
    """Load the shipped licenses after every migration."""
    load_data_licenses()


@receiver(publication_moved)
def make_files_ready(sender: object, obj: Publication, target: str, **kwargs: Any) -> None:
    if target == "published":
        prepare_edition_files.delay_on_commit(str(obj.pk))  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(publication_moved)
def serve_what_is_open(sender: object, obj: Publication, **kwargs: Any) -> None:
    """Let the catalogue know that rows are asked for by others than before."""
    serving_changed.send(sender=Publication, resource_id=obj.resource_id, anew=False)


@receiver(publication_moved)
def keep_what_was_submitted(sender: object, actor: Actor, obj: Publication, verb: str, **kwargs: Any) -> None:
    if verb == "submit":
        take_snapshot(obj, content_of(obj), actor)


@receiver(publication_moved)
def count_anew(sender: object, **kwargs: Any) -> None:
    transaction.on_commit(forget_counts)


@receiver(publication_moved)
def tell_people(sender: object, obj: Publication, verb: str, **kwargs: Any) -> None:
    url, context = f"/opening/publications/{obj.name}/", {"title": obj.title_zh, "title_en": obj.title_en}
    if verb == "submit":
        message = _("The open edition “%(title)s” waits for your release.")
        notify(people_who_can("publish", obj), kind="opening.submitted", title_msg=message, url=url, context=context)
    elif verb in _TOLD:
        people = people_who_can("edit", obj)
        notify(people, kind=f"opening.{verb}", title_msg=_TOLD[verb], url=url, context=context)


@receiver(resource_moved)
def follow_resource(sender: object, obj: Resource, verb: str, **kwargs: Any) -> None:
    if verb in _WATCHED:
        suspend_editions_of(resource=obj)


@receiver(resource_amended)
def follow_amendment(sender: object, resource: Resource, **kwargs: Any) -> None:
    suspend_editions_of(resource=resource)
    index_editions_of(resource)


@receiver(items_bound)
def follow_bindings(sender: object, resource: Resource, **kwargs: Any) -> None:
    """Let the public find editions by the codes their items hold now."""
    index_editions.delay_on_commit(resource.pk)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(code_set_moved)
def follow_code_set(sender: object, obj: CodeSetVersion, verb: str, **kwargs: Any) -> None:
    """Let the public find editions by a new version of the codes they hold; the one before goes in the same act."""
    if verb != "supersede":
        index_editions_with.delay_on_commit(obj.code_set.code)  # type: ignore[attr-defined]  # Celery gives it to tasks under Django


@receiver(resources_handed_over)
def follow_provider(
    sender: object, resources: list[Resource], giver: Department, taker: Department, **kwargs: Any
) -> None:
    """Tell the public whom to ask from now on, in the transaction of the hand-over."""
    follow_hand_over(resources=resources, giver=giver, taker=taker)


@receiver(version_made)
def follow_version(sender: object, version: Version, **kwargs: Any) -> None:
    transaction.on_commit(forget_counts)
    suspend_editions_of(resource=version.resource)
    for publication in open_editions_of(version.resource):
        prepare_edition_files.delay_on_commit(str(publication.pk))  # type: ignore[attr-defined]  # Celery gives it to tasks under Django
