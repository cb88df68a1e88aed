"""Writes of sharing: one keyword-only function for each verb."""

from sharing.services.grants import expire_grants, open_grant, resume_grant, suspend_grant, terminate_grant
from sharing.services.requests import (
    approve,
    consent,
    draft_request,
    edit_request,
    extend,
    refuse,
    return_,
    submit,
    withdraw,
)
from sharing.services.warrants import warrant_for

__all__ = [
    "approve",
    "consent",
    "draft_request",
    "edit_request",
    "expire_grants",
    "extend",
    "open_grant",
    "refuse",
    "resume_grant",
    "return_",
    "submit",
    "suspend_grant",
    "terminate_grant",
    "warrant_for",
    "withdraw",
]
