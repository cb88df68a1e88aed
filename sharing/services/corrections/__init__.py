"""Writes of corrections: filing, evidence, the provider's answer, what follows it, the news of each."""

from sharing.services.corrections.answering import confirm, correct, refuse_correction, verify, withdraw_correction
from sharing.services.corrections.evidence import attach_evidence, read_evidence
from sharing.services.corrections.filing import (
    MOST_LINES,
    Reported,
    ReportItem,
    file_correction,
    find_rows,
    report_items,
)
from sharing.services.corrections.following import check_corrections, follow_confirmed, pending_corrections
from sharing.services.corrections.news import remind_of_correction, tell_of_correction
from sharing.services.corrections.receipts import confirm_receipt

__all__ = [
    "MOST_LINES",
    "ReportItem",
    "Reported",
    "attach_evidence",
    "check_corrections",
    "confirm",
    "confirm_receipt",
    "correct",
    "file_correction",
    "find_rows",
    "follow_confirmed",
    "pending_corrections",
    "read_evidence",
    "refuse_correction",
    "remind_of_correction",
    "report_items",
    "tell_of_correction",
    "verify",
    "withdraw_correction",
]
