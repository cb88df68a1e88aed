"""Transition tables of sharing and its deadlines (State Council Order 809 arts 20 to 22, 26 and 27)."""

from sharing.workflow.corrections import CORRECTION, CORRECTIONS
from sharing.workflow.corrections import RULES as CORRECTION_RULES
from sharing.workflow.requests import (
    DELIVERIES,
    DELIVERY,
    GRANTS,
    LONGEST_EXTENSION,
    REPLIES,
    REPLY_CONDITIONAL,
    REPLY_UNCONDITIONAL,
    REQUESTS,
)
from sharing.workflow.requests import RULES as REQUEST_RULES
from sharing.workflow.sentences import SENTENCES

RULES = (*REQUEST_RULES, *CORRECTION_RULES)

__all__ = [
    "CORRECTION",
    "CORRECTIONS",
    "DELIVERIES",
    "DELIVERY",
    "GRANTS",
    "LONGEST_EXTENSION",
    "REPLIES",
    "REPLY_CONDITIONAL",
    "REPLY_UNCONDITIONAL",
    "REQUESTS",
    "RULES",
    "SENTENCES",
]
