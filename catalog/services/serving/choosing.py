"""What officers choose: which columns get an index, and building a table anew."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from catalog import policies, signals
from catalog.models import Resource, ServingChoice
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import NotAllowed


def choose_serving(
    actor: Actor, *, resource: Resource, columns: Sequence[str], searched: Sequence[str] = (), is_searched: bool
) -> None:
    """Keep which columns of a resource are found by value and by a part of the text, by id, and have its table built.

    Writes ServingChoice and the audit entry ``catalog.serving_choice``. Emits ``serving_changed``.
    Raises NotAllowed.
    """
    _demand(actor, resource)
    chosen = {"columns": sorted(columns), "searched": sorted(searched), "is_searched": is_searched}
    with transaction.atomic():
        ServingChoice.objects.update_or_create(resource=resource, defaults=chosen)
        record(actor, action="catalog.serving_choice", obj=resource, label=resource.code, details=chosen)
        signals.serving_changed.send(sender=Resource, resource_id=resource.pk, anew=False)


def rebuild_serving(actor: Actor, *, resource: Resource) -> None:
    """Have the serving table of a resource built anew. Emits ``serving_changed``. Raises NotAllowed."""
    _demand(actor, resource)
    with transaction.atomic():
        record(actor, action="catalog.serving_rebuild", obj=resource, label=resource.code)
        signals.serving_changed.send(sender=Resource, resource_id=resource.pk, anew=True)


def _demand(actor: Actor, resource: Resource) -> None:
    if not (decision := policies.decide(actor, "serve", resource)):
        raise NotAllowed(decision.reason, code=decision.code)
