"""What follows in the catalogue: standard classes after migrating, snapshots at submissions, news onwards."""

from typing import Any

from django.dispatch import receiver

from catalog import services, signals
from catalog.models import Resource
from portal.kernel.actors import Actor


def load_standard_classes(**_kwargs: Any) -> None:
    """Write the standard classes once the tables stand."""
    services.load_standard_classes()


@receiver(signals.resource_moved)
def keep_snapshot(actor: Actor, obj: Resource, verb: str, **_kwargs: Any) -> None:
    """Keep what was submitted, in the transaction of the submission."""
    if verb == "submit":
        services.keep_snapshot(actor, obj)


@receiver(signals.resource_moved)
def pass_on(actor: Actor, obj: Resource, verb: str, reason: str, **_kwargs: Any) -> None:
    """Tell the apps above that a resource left the catalogue or is back."""
    if verb in {"suspend", "retire"}:
        signals.resource_withdrawn.send(sender=Resource, actor=actor, resource=obj, verb=verb, reason=reason)
    elif verb == "resume":
        signals.resource_resumed.send(sender=Resource, actor=actor, resource=obj)
