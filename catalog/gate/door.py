"""`release`: who asks, by what right, for what; the answer is a delivery or a refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from catalog.data.engines import Engine, engine_for
from catalog.data.engines.base import check_key
from catalog.data.plan import AskedPlan, DeliveryPlan, intersect
from catalog.data.schema import columns_from_json
from catalog.gate.ceiling import check_state, decide_ceiling, items_by_id
from catalog.gate.delivery import Delivery
from catalog.gate.disclosing import disclosure_details
from catalog.gate.faults import translated
from catalog.gate.serving import row_index, serving_engine
from catalog.gate.warrant import Standing, Warrant
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import NotAllowed

_engines = lru_cache(maxsize=4)(engine_for)


def read_query(params: Mapping[str, Any], ignore: Collection[str] = frozenset()) -> AskedPlan:
    """Read the parameters of a row API (interfaces.md §4); `ignore` names those that belong to the caller.

    Raises Invalid (400) naming the parameter at fault; nothing is silently ignored.
    """
    with translated():
        return AskedPlan.from_query(params, ignore)


def release(actor: Actor, warrant: Warrant, asked: AskedPlan | DeliveryPlan | None = None) -> Delivery:
    """Let `actor` have of the warrant's version what the warrant allows and the question wants, never more.

    Asks in this order: the state of version and resource, the warrant's policy, the narrowed plan, the ceiling of
    grades and attributes, which no warrant lifts. A refusal under a recorded warrant is recorded.
    Raises NotAllowed (403), Gone (410), Invalid (400, naming the parameter), DataUnavailable (503).
    """
    version = check_state(warrant)
    demand(actor, warrant, warrant.decide(actor), warrant.plan)
    columns = columns_from_json(warrant.version.columns)
    return narrowed(actor, warrant, Standing(version=version, items=items_by_id(warrant), columns=columns), asked)


def narrowed(actor: Actor, warrant: Warrant, standing: Standing, asked: AskedPlan | DeliveryPlan | None) -> Delivery:
    """Narrow a warrant that holds now to what is asked, under the ceiling of grades and attributes.

    Raises NotAllowed, Invalid, DataUnavailable as `release` does.
    """
    with translated():
        plan = intersect(warrant.plan, asked, standing.columns, f"v{warrant.version.number}")
        demand(actor, warrant, decide_ceiling(actor, warrant, standing.items, plan), plan)
        check_key(plan, warrant.mask_key)
    engine = current_engine()
    return Delivery(
        actor=actor,
        warrant=warrant,
        plan=plan,
        columns=standing.columns,
        engine=engine,
        served=serving_engine(standing.version, files=engine),
        index=row_index(standing.version, files=engine),
    )


def current_engine() -> Engine:
    """Give the engine that QUERY_ENGINE names."""
    return _engines(settings.QUERY_ENGINE)


def demand(actor: Actor, warrant: Warrant, decision: Decision, plan: DeliveryPlan) -> None:
    """Record a refusal under a recorded warrant, and raise it."""
    if decision:
        return
    if warrant.recorded:
        record(
            actor,
            action="gate.disclose",
            obj=warrant.subject or warrant.version,
            label=warrant.number,
            outcome="refused",
            reason=str(decision.reason),
            details=disclosure_details(warrant) | {"plan": plan.hash, "code": decision.code},
        )
    reason = str(decision.reason) or _("Nothing is delivered under this any more.")
    raise NotAllowed(reason, code=decision.code)
