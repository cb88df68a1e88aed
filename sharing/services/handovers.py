"""Follows resources to another provider: what still runs goes with them, what is closed stays with the one before."""

from collections.abc import Collection

from catalog.models import Resource
from portal.accounts.models import Department
from sharing.models import Grant, Request
from sharing.workflow import GRANTS, REQUESTS


def follow_hand_over(*, resources: Collection[Resource], giver: Department, taker: Department) -> None:
    """Make ``taker`` the provider of open requests and standing grants. Call it in the transaction of the hand-over."""
    for model, table in ((Request, REQUESTS), (Grant, GRANTS)):
        running = model.objects.filter(resource__in=resources, provider=giver).exclude(state__in=table.final)
        running.update(provider=taker)
