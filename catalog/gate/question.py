"""A question narrowed once under a right: asked again with other values, these are bound and nothing else is done.

Which columns leave, how they are masked, what is compared and what the ceiling says of it hang on the shape of a
question alone, never on the values it compares with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Sequence
from dataclasses import replace

from catalog.data.errors import PlanInvalid
from catalog.data.plan import AskedPlan, Condition, DeliveryPlan, Part
from catalog.data.plan.conditions import fit_value
from catalog.data.plan.cursor import read_cursor
from catalog.gate.delivery import Delivery
from catalog.gate.faults import translated
from portal.kernel.actors import Actor

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# No text of a plan holds a null character.
_PLACE = Condition("\0", "eq", "\0")


def shape_of_question(asked: AskedPlan) -> Hashable:
    """Give what questions share that differ in the values they compare with and in their place in the paging alone."""
    filters = tuple((part.column, part.op, _outline(part)) for part in asked.filters)
    return asked.columns, filters, asked.search, asked.order, bool(asked.cursor), asked.offset, asked.limit


def _outline(part: Condition) -> bool | int:
    # How many values are listed, and what `null` asks for, stands in the SQL.
    return len(part.value) if isinstance(part.value, tuple) else part.value is True


class Question:
    """All questions of one shape under one right, by what the first of them came to."""

    def __init__(self, first: Delivery, asked: AskedPlan) -> None:
        plan = first.plan
        self._first = first
        self._own: tuple[Part, ...] = plan.filters[: len(plan.filters) - len(asked.filters)]
        self._types = [first.type_of(part.column) for part in asked.filters]
        self._json_sql = first.written_page()
        self._hash, self._shape = _Hash(plan, self._own), _Hash(plan.first_page, self._own)

    @staticmethod
    def can_be_kept(first: Delivery) -> bool:
        """Say whether others of its shape have the same SQL.

        With an order of its own, a place in the paging has values, and whether they are missing decides the SQL.
        """
        return first.served is not None and not (first.plan.after is not None and first.plan.order)

    def again(self, actor: Actor, asked: AskedPlan) -> Delivery:
        """Give the delivery of another question of this shape. Raises Invalid for a value that does not fit."""
        first = self._first
        with translated():
            fitted = [fit_value(part, kind, "filter") for part, kind in zip(asked.filters, self._types, strict=True)]
            plan = replace(first.plan, filters=(*self._own, *fitted))
            told = ",".join([_written(part.to_json()) for part in fitted])
            shape = self._shape.of(told)
            if asked.cursor:
                plan = _placed(plan, asked.cursor, shape)
            else:
                plan.__dict__["hash"] = self._hash.of(told)
            plan.__dict__["shape"] = shape
        delivery = replace(first, actor=actor, plan=plan, json_sql=self._json_sql)
        delivery.__dict__.update(fields=first.fields, fields_text=first.fields_text, named=first.named)
        if first.warrant.recorded:
            delivery.__dict__["draft"] = first.draft
        return delivery


def _placed(plan: DeliveryPlan, cursor: str, shape: str) -> DeliveryPlan:
    after = read_cursor(cursor, shape)
    if len(after) != 1:
        raise PlanInvalid("cursor", "cursor")
    return replace(plan, after=after, offset=0)


class _Hash:
    """The hash of plans that differ in the values of their conditions alone: the rest is written once."""

    def __init__(self, plan: DeliveryPlan, own: Sequence[Part]) -> None:
        before, _, self._after = replace(plan, filters=(*own, _PLACE)).canonical().partition(_written(_PLACE.to_json()))
        self._begun = hashlib.sha256(before.encode())
        self._known = "" if plan.filters else plan.hash

    def of(self, conditions: str) -> str:
        """Give the hash with these conditions, written as JSON, after the right's own; hex."""
        if self._known:
            return self._known
        hashed = self._begun.copy()
        hashed.update((conditions + self._after).encode())
        return hashed.hexdigest()
