"""Collects the tasks of an actor from every app that hands some to the desk."""

from itertools import chain

from catalog import selectors as catalog
from licenses import selectors as licenses
from opening import selectors as opening
from portal.kernel.actors import Actor
from portal.workflow.desk import Task
from sharing import selectors as sharing

SOURCES = (catalog.tasks_for, sharing.tasks_for, opening.tasks_for, licenses.tasks_for)


def tasks_of(actor: Actor) -> list[Task]:
    """Return the tasks of every app for this actor; none for visitors."""
    return list(chain.from_iterable(source(actor) for source in SOURCES)) if actor.is_official else []
