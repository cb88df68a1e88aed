"""The record of what leaves: an audit entry and the line of the right's own ledger, committed before the first byte."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from django.db import connection, transaction

from catalog.data.plan import DeliveryPlan
from catalog.gate.warrant import Disclosure, Warrant
from portal.audit.drafts import Draft, write_at_once
from portal.audit.record import record
from portal.kernel.actors import Actor


def disclosure_details(warrant: Warrant) -> dict[str, Any]:
    """Give what the record says of every disclosure but its plan: by which right, and of what."""
    return {
        "warrant": warrant.kind.value,
        "number": warrant.number,
        "purpose": warrant.purpose,
        "resource": warrant.version.resource.code,
        "version": warrant.version.number,
    }


def draft_of(actor: Actor, warrant: Warrant, columns: Sequence[str], form: str) -> Draft:
    """Draft the entry of all that leaves alike: whatever rows they are, under whatever values of a question."""
    return Draft(
        actor,
        line=warrant.ledger,
        blanks=("plan",),
        action="gate.disclose",
        obj=warrant.subject or warrant.version,
        label=warrant.number,
        details=disclosure_details(warrant) | {"form": form, "columns": list(columns)},
    )


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
            draft = draft_of(leaving.actor, warrant, leaving.columns, leaving.form)
            deed = draft.deed(ip=leaving.actor.ip, plan=leaving.plan_hash)
            write_at_once(deed, rows=leaving.rows, total=leaving.total)
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
