"""Follows resources to another provider: what still runs goes with them, what is closed stays with the one before."""

from collections.abc import Collection

from catalog.models import Resource
from portal.accounts.models import Department
from sharing.models import Correction, Grant, Request
from sharing.workflow import CORRECTIONS, GRANTS, REQUESTS


def follow_hand_over(*, resources: Collection[Resource], giver: Department, taker: Department) -> None:
    """Make ``taker`` the provider of open requests and corrections and of standing grants.

    Call it in the transaction of the hand-over.
    """
    for model, table in ((Request, REQUESTS), (Grant, GRANTS), (Correction, CORRECTIONS)):
        running = model._default_manager.filter(resource__in=resources, provider=giver).exclude(state__in=table.final)
        running.update(provider=taker)
