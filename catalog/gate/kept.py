"""Rights decided a moment ago, used again while a stamp proves that nothing they rest on was written since."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from catalog.data.plan import AskedPlan
from catalog.data.schema import columns_from_json
from catalog.gate.ceiling import check_state, items_by_id
from catalog.gate.delivery import Delivery
from catalog.gate.door import demand, narrowed
from catalog.gate.warrant import Standing, Warrant
from portal.kernel.actors import Actor

_MOST = 500


@dataclass(frozen=True)
class _Kept:
    stamp: str
    holder: tuple[Any, ...]
    warrant: Warrant
    standing: Standing


class _Shelf:
    """The rights this process decided last."""

    def __init__(self) -> None:
        self._rights: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: Hashable) -> _Kept | None:
        with self._lock:
            if name in self._rights:
                self._rights.move_to_end(name)
            return self._rights.get(name)

    def put(self, name: Hashable, kept: _Kept) -> None:
        with self._lock:
            self._rights[name] = kept
            self._rights.move_to_end(name)
            if len(self._rights) > _MOST:
                self._rights.popitem(last=False)


_shelf = _Shelf()


def release_again(
    actor: Actor, name: Hashable, stamp: str | None, make: Callable[[], Warrant], asked: AskedPlan
) -> Delivery:
    """Release like `release`, without reading again what `stamp` proves to be unchanged.

    `stamp` must have been taken in this request, before anything else was read, over every row on which the warrant
    and its policy rest, and hold the day where they look at the clock. `name` tells rights apart. A right is used
    again only for an equal actor, wherever she calls from. Refusals are never kept. Raises what `release` raises.
    """
    holder = _holder(actor)
    kept = _shelf.take(name)
    if kept is None or stamp is None or kept.stamp != stamp or kept.holder != holder:
        warrant = make()
        version = check_state(warrant)
        demand(actor, warrant, warrant.decide(actor), warrant.plan)
        items = items_by_id(warrant)
        standing = Standing(version=version, items=items, columns=columns_from_json(warrant.version.columns))
        kept = _Kept(stamp or "", holder, warrant, standing)
        if stamp is not None:
            _shelf.put(name, kept)
    return narrowed(actor, kept.warrant, kept.standing, asked)


def _holder(actor: Actor) -> tuple[Any, ...]:
    """All that a policy looks at, which is not where she calls from."""
    return (
        actor.kind,
        actor.user_id,
        actor.standings,
        actor.is_active,
        actor.clearance,
        actor.scopes,
        actor.key_id,
    )
