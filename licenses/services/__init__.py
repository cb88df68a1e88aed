"""Writes on licenses: one keyword-only function per verb."""

from licenses.services.issuing import change_license, issue_license, renew_license
from licenses.services.printing import print_license
from licenses.services.standing import (
    cancel_license,
    resume_license,
    revoke_license,
    revoke_license_as_penalty,
    withhold_license,
)
from licenses.services.types import change_type, define_type, is_unchanged, publish_type, retire_type
from licenses.services.verification import verify_by_name, verify_code

__all__ = [
    "cancel_license",
    "change_license",
    "change_type",
    "define_type",
    "is_unchanged",
    "issue_license",
    "print_license",
    "publish_type",
    "renew_license",
    "resume_license",
    "retire_type",
    "revoke_license",
    "revoke_license_as_penalty",
    "verify_by_name",
    "verify_code",
    "withhold_license",
]
