"""Gives entries their place in the chain, one writer at a time."""

from django.db import connection, transaction

from portal.audit import chain
from portal.audit.models import Checkpoint, Entry, Link, Pending

_LOCK = 0x5019_0A0D
BATCH = 1000


def _link(entries: list[Entry]) -> Link:
    last = Link.objects.order_by("-number").first()
    number, head = (last.number, bytes(last.head)) if last else (0, chain.GENESIS)
    links = []
    for entry in entries:
        number, head = number + 1, chain.next_head(head, bytes(entry.digest))
        links.append(Link(number=number, entry=entry, head=head))
    Link.objects.bulk_create(links)
    Pending.objects.filter(entry__in=entries).delete()
    Checkpoint.objects.create(number=number, head=head)
    return links[-1]


def link_pending() -> int:
    """Link every waiting entry in the order written; returns how many.

    Locks a transaction-wide advisory lock per batch, so that any number of callers keep one chain.
    Writes links, a checkpoint per batch, and empties the outbox.
    """
    linked = 0
    while True:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
            entries = list(Entry.objects.filter(pending__isnull=False).order_by("id")[:BATCH])
            if not entries:
                return linked
            _link(entries)
        linked += len(entries)
