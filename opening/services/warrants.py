"""Warrants for the gate: an open edition's plan, its policy asked afresh each time, its counters."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from catalog.data.plan import DeliveryPlan
from catalog.gate import Disclosure, Warrant, WarrantKind
from catalog.models import Version
from opening.models import Publication
from opening.policies import decide
from opening.services.counts import count_soon, count_use
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision, deny
from portal.kernel.errors import NotFound


def warrant_for(publication: Publication, *, version: Version | None = None, counts: str = "") -> Warrant:
    """Return the warrant under which rows of an edition may leave: the current version unless one is named.

    ``counts`` is ``download`` or ``call`` when each release shall be counted; who reads is never recorded,
    the public is not watched. Raises ``NotFound`` while the resource has no version.
    """
    found = version or publication.resource.current_version
    if found is None:
        raise NotFound(_("This edition has no data yet."), code="no_version")
    found.resource = publication.resource
    return Warrant(
        kind=WarrantKind.EDITION,
        number=publication.name,
        version=found,
        plan=DeliveryPlan.from_json(publication.plan),
        decide=_decider(publication),
        purpose="open data",
        subject=publication,
        recorded=False,
        filename=publication.name,
        on_release=_counter(publication, counts) if counts else None,
    )


def _decider(publication: Publication) -> Callable[[Actor], Decision]:
    def decide_now(actor: Actor) -> Decision:
        fresh = (
            Publication.objects.select_related("resource__provider")
            .filter(pk=publication.pk, plan_hash=publication.plan_hash)
            .first()
        )
        if fresh is None:
            return deny("edition_changed", _("This edition was changed meanwhile; load it again."))
        return decide(actor, "read", fresh)

    return decide_now


def _counter(publication: Publication, kind: str) -> Callable[[Disclosure], None]:
    def count(disclosure: Disclosure) -> None:
        (count_soon if kind == "call" else count_use)(publication, kind)

    return count
