"""Writes of opening: one keyword-only function per verb."""

from opening.services.checks import Check
from opening.services.counts import count_use
from opening.services.editions import draft_publication, edit_publication
from opening.services.files import download_file, drop_stale_files, prepare_file, prepare_files
from opening.services.licenses import load_data_licenses, shipped_licenses
from opening.services.release import (
    VERBS,
    publish,
    resume,
    return_,
    revise,
    submit,
    suspend,
    suspend_editions_of,
    withdraw,
)
from opening.services.release_check import failures, release_checks
from opening.services.warrants import warrant_for

__all__ = [
    "VERBS",
    "Check",
    "count_use",
    "download_file",
    "draft_publication",
    "drop_stale_files",
    "edit_publication",
    "failures",
    "load_data_licenses",
    "prepare_file",
    "prepare_files",
    "publish",
    "release_checks",
    "resume",
    "return_",
    "revise",
    "shipped_licenses",
    "submit",
    "suspend",
    "suspend_editions_of",
    "warrant_for",
    "withdraw",
]
