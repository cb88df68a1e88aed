"""Tables of sharing: requests for data, grants, deliveries, the ledger of use, corrections."""

from sharing.models.corrections import (
    OUTCOMES,
    Correction,
    CorrectionDocument,
    CorrectionLine,
    CorrectionReceipt,
)
from sharing.models.requests import METHODS, Delivery, Grant, GrantUse, Request

__all__ = [
    "METHODS",
    "OUTCOMES",
    "Correction",
    "CorrectionDocument",
    "CorrectionLine",
    "CorrectionReceipt",
    "Delivery",
    "Grant",
    "GrantUse",
    "Request",
]
