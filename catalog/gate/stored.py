"""Which conditions of a plan compare values as they are stored."""

from __future__ import annotations

from catalog.data.plan import Condition, DeliveryPlan


def stored_conditions(plan: DeliveryPlan) -> tuple[Condition, ...]:
    """Give the conditions of a plan that compare values as they are stored: those files can be left out by.

    What stands in an or says nothing of a whole file; and a count that was narrowed by files would be another count.
    """
    plain_names = {column.name for column in (*plan.delivered, *plan.hidden) if column.op == "pass"}
    filters = () if plan.count else (part for part in plan.filters if isinstance(part, Condition))
    scope = (part for part in plan.where if isinstance(part, Condition))
    return (*scope, *(condition for condition in filters if condition.column in plain_names))
