"""Rights decided a moment ago, used again while a stamp proves that nothing they rest on was written since."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from catalog.data.plan import AskedPlan
from catalog.data.schema import columns_from_json
from catalog.gate.ceiling import check_state, items_by_id
from catalog.gate.delivery import Delivery
from catalog.gate.door import demand, narrowed
from catalog.gate.question import Question, shape_of_question
from catalog.gate.warrant import Standing, Warrant
from catalog.selectors.stamps import Stamp
from portal.kernel.actors import Actor
from portal.kernel.proof import Proof

_MOST = 500
_MOST_QUESTIONS = 200


@dataclass(frozen=True)
class Right:
    """A right somebody may have: its name among all rights, its stamp, and how its warrant is made.

    The stamp covers every row on which the warrant and its policy rest, and the day where they look at the clock; None
    where there is no such stamp: then the right is decided anew at each request.
    """

    name: Hashable
    stamp: Stamp | None
    make: Callable[[], Warrant]


@dataclass(frozen=True)
class _Kept:
    stamp: str
    holder: tuple[Any, ...]
    warrant: Warrant
    standing: Standing
    proof: Proof | None = None
    questions: OrderedDict[Hashable, Question] = field(default_factory=OrderedDict)


class _Shelf:
    """The rights this process decided last, each with the questions last asked under it."""

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

    def add(self, kept: _Kept, shape: Hashable, question: Question) -> None:
        with self._lock:
            kept.questions[shape] = question
            if len(kept.questions) > _MOST_QUESTIONS:
                kept.questions.popitem(last=False)


_shelf = _Shelf()


def release_again(actor: Actor, right: Right, asked: AskedPlan) -> Delivery:
    """Release like `release`, without reading again what the right's stamp proves to be unchanged.

    The stamp is taken before anything else is read. A right is used again only for an equal actor, wherever she calls
    from. Refusals are never kept. Raises what `release` raises.
    """
    stamp = None if right.stamp is None else right.stamp.take()
    holder = _holder(actor)
    kept = _shelf.take(right.name)
    if kept is None or stamp is None or kept.stamp != stamp or kept.holder != holder:
        warrant = right.make()
        version = check_state(warrant)
        demand(actor, warrant, warrant.decide(actor), warrant.plan)
        items = items_by_id(warrant)
        standing = Standing(version=version, items=items, columns=columns_from_json(warrant.version.columns))
        proof = None if stamp is None or right.stamp is None else right.stamp.proof(stamp)
        kept = _Kept(stamp or "", holder, warrant, standing, proof)
        if proof is not None:
            _shelf.put(right.name, kept)
    delivery = narrowed(actor, kept.warrant, kept.standing, asked)
    shape = shape_of_question(asked)
    if stamp is not None and shape not in kept.questions and Question.can_be_kept(delivery):
        _shelf.add(kept, shape, Question(delivery, asked))
    return delivery


def release_remembered(actor: Actor, right: Right, asked: AskedPlan) -> tuple[Delivery, Proof] | None:
    """Give the delivery of a question whose shape was allowed before under this right, and the proof it still needs.

    Nothing is read: the proof must be asked by the statement that reads the rows (`Delivery.page`). None where not
    all is remembered; then `release_again` decides. Raises Invalid for a value that does not fit.
    """
    kept = _shelf.take(right.name)
    if kept is None or kept.proof is None or right.stamp is None or kept.holder != _holder(actor):
        return None
    question = kept.questions.get(shape_of_question(asked)) if right.stamp.is_of_its_day(kept.stamp) else None
    return None if question is None else (question.again(actor, asked), kept.proof)


def _holder(actor: Actor) -> tuple[Any, ...]:
    """All that a policy looks at and the record tells of her, which is not where she calls from."""
    return (
        actor.kind,
        actor.name,
        actor.user_id,
        actor.standings,
        actor.is_active,
        actor.clearance,
        actor.scopes,
        actor.key_id,
    )
