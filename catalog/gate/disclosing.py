"""The record of what leaves: an audit entry and the line of the right's own ledger, committed before the first byte."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.db import connection, transaction

from catalog.data.plan import DeliveryPlan
from catalog.gate.warrant import Disclosure, Leaving, Warrant
from portal.audit.drafts import Draft, write_at_once
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.proof import Deed


def disclosure_details(warrant: Warrant) -> dict[str, Any]:
    """Give what the record says of every disclosure but its plan: by which right, and of what."""
    return {
        "warrant": warrant.kind.value,
        "number": warrant.number,
        "purpose": warrant.purpose,
        "resource": warrant.version.resource.code,
        "version": warrant.version.number,
    }


def draft_of(leaving: Leaving) -> Draft:
    """Draft the entry of all that leaves alike: whatever rows they are, under whatever values of a question."""
    warrant = leaving.warrant
    return Draft(
        leaving.actor,
        blanks=("plan",),
        action="gate.disclose",
        obj=warrant.subject or warrant.version,
        label=warrant.number,
        details=disclosure_details(warrant) | {"form": leaving.form, "columns": list(leaving.columns)},
    )


def deed_of(leaving: Leaving, draft: Draft) -> Deed:
    """Give what writes the record now: the drafted entry and the line of the ledger."""
    line = None if leaving.warrant.ledger is None else leaving.warrant.ledger(leaving)
    return draft.deed(ip=leaving.actor.ip, line=line, plan=leaving.plan_hash)


def can_be_told_at_once(warrant: Warrant) -> bool:
    """Say whether one statement of its own writes all that a disclosure under this warrant leaves behind."""
    return warrant.recorded and warrant.on_release is None and not connection.in_atomic_block


def commit_disclosure(leaving: Disclosure) -> None:
    """Commit the record of what is about to leave, where the warrant is recorded, and let the warrant's owner count it.

    Must not run inside a transaction: what could still be rolled back is no record.
    """
    warrant = leaving.warrant
    if warrant.recorded:
        # One statement is committed when it returns; a transaction around it would only cost two more.
        with nullcontext() if can_be_told_at_once(warrant) else transaction.atomic(durable=True):
            write_at_once(deed_of(leaving, draft_of(leaving)), rows=leaving.rows, total=leaving.total)
            if warrant.on_release is not None:
                warrant.on_release(leaving)
    elif warrant.on_release is not None:
        warrant.on_release(leaving)


def commit_note(actor: Actor, warrant: Warrant, plan: DeliveryPlan, form: str, rows: int) -> None:
    """Commit a record that something was asked for which is counted as a use elsewhere; nothing is counted here."""
    if not warrant.recorded:
        return
    with transaction.atomic(durable=True):
        record(
            actor,
            action="gate.ask",
            obj=warrant.subject or warrant.version,
            label=warrant.number,
            details=disclosure_details(warrant) | {"plan": plan.hash, "form": form, "rows": rows},
        )
